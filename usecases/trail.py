"""Recording what was decided: who, what, when, by which rule, in the transaction of the decision (C4, DESIGN §5).

Entries hold ids, codes, dates and hashes. What somebody wrote is handed in as `texts`: the entry keeps its hash, and
the text stands apart, where retention can clear it.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.queries import trail
from db.queries.trail import ChainedEntry, KeptText
from usecases.trail_chains import canonical_text, refuse_what_is_no_code, text_hash
from usecases.work import Work

_BYTES_OF_SALT = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one subject, such as `("audit", its id)`; `action` in the past tense.

    `rule` is the rule it was decided by; its clause is looked up. A text that is None or blank is left out.
    """

    subject: tuple[str, str]
    action: str
    rule: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)


def record(work: Work, *entries: Entry) -> None:
    """Adds entries, each to its subject's chain: one statement however many there are, if each has its own subject.

    Whoever writes to one subject waits for whoever did so before, until their transaction ends; the subjects of one
    call are taken in a fixed order. Raises NotForTheTrail for details that are no ids, codes, dates or hashes.
    """
    for entries_of_different_subjects in _rounds(entries):
        trail.add_entries(work.session, [_chained(work, entry) for entry in entries_of_different_subjects])


def _rounds(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The first entries of all subjects, then their second ones."""
    rounds: list[list[Entry]] = []
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        place = seen[entry.subject]
        seen[entry.subject] += 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(entry)
    return rounds


def _chained(work: Work, entry: Entry) -> ChainedEntry:
    texts = [KeptText(name, secrets.token_hex(_BYTES_OF_SALT), text) for name, text in _written(entry)]
    kind, subject_id = entry.subject
    codes = {"kind": kind, "id": subject_id, "action": entry.action, "rule": entry.rule}
    refuse_what_is_no_code(codes | {"texts": {text.name: None for text in texts}}, "subject")
    refuse_what_is_no_code(entry.details, "details")
    content = canonical_text(
        {
            "subject_kind": kind,
            "subject_id": subject_id,
            "at": work.now,
            "actor": work.actor,
            "correlation_id": work.correlation_id,
            "action": entry.action,
            "rule": entry.rule,
            "clause": work.policy.clause_of(entry.rule) if entry.rule else None,
            "details": entry.details,
            "text_hashes": {text.name: text_hash(text.salt, text.text) for text in texts},
        }
    )
    return ChainedEntry(content, texts)


def _written(entry: Entry) -> Iterable[tuple[str, str]]:
    return ((name, text) for name, text in entry.texts.items() if text is not None and text.strip())
