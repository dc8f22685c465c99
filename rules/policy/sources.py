"""Who says so: the council's text or we."""

import enum


class Source(enum.StrEnum):
    """Who says so: the council's text, or we where the text is silent or at odds with itself."""

    TEXT = "text"
    LOCAL_DECISION = "local_decision"
