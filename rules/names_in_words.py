"""Names of the code as people read them: states, events, roles."""

from collections.abc import Iterable

# What a name's own words would not say.
_SAID = {"assistant_director_qa": "assistant director for quality assurance"}


def words_of(name: str) -> str:
    """An event, a state or a role in words."""
    return _SAID.get(name) or name.replace("re_audit", "re-audit").replace("_", " ")


def any_of(names: Iterable[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    words = [words_of(name) for name in names]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
