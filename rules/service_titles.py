"""Sentences of the rules about services, which know only their ids, in the words that the council has for them (P4)."""

import re
from collections.abc import Mapping
from dataclasses import replace

from rules.decisions import Reason
from rules.names_in_words import words_of

# An id that no word could be, and no part of a reference such as "home_first-A4"; and where a service is meant by the
# sentences of A1, A4 and P5, also one such as "mash".
_WITH_UNDERSCORE = re.compile(r"(?<![\w/.-])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w/-]|\.\w)")
_MEANT = re.compile(r"(?<=audits of )\w+(?= are for)|(?<=audits for )\w+|(?<=auditor of )\w+| of \w+(?= may take)")
_LISTED = re.compile(r"(?<= are for any )([a-z ]+ of )([^;.]+)")
_BETWEEN = re.compile(r"(, | and )")


def with_titles(reason: Reason, titles: Mapping[str, str]) -> Reason:
    """The reason with each service by its title; of one that the council does not have, the words of its id."""
    sentence = _LISTED.sub(lambda found: found[1] + _each(found[2], titles), reason.sentence)
    sentence = _MEANT.sub(lambda found: _title(found[0], titles), sentence)
    return replace(reason, sentence=_WITH_UNDERSCORE.sub(lambda found: titles.get(found[0], found[0]), sentence))


def _each(names: str, titles: Mapping[str, str]) -> str:
    return "".join(titles.get(part, words_of(part)) for part in _BETWEEN.split(names))


def _title(words: str, titles: Mapping[str, str]) -> str:
    before, _, service = words.rpartition(" ")
    title = titles.get(service, words_of(service))
    return f"{before} {title}" if before or words.startswith(" ") else title
