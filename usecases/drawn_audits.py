"""Whether the audits of an issued draw are those that it gives; what differs is on record or unexplained (S5).

A replaced or withdrawn audit (S9) and another auditor (A4) are changes that the trail has recorded. Whatever else
differs from the draw, nobody has decided.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.queries import drawn_audits
from db.queries.drawn_audits import RecordedMove, StandingAudit
from rules.dates_in_words import day_in_words
from usecases.work import LONDON, Work

_ALLOCATED, _REPLACED = "audit_allocated", "audit_replaced"
_WITHDRAWN = (_REPLACED, "audit_withdrawn")
_AUDITOR_CHANGED = "auditor_changed"
_ACTIONS = (_ALLOCATED, *_WITHDRAWN, _AUDITOR_CHANGED)

Given = Mapping[str, Any]  # an audit as the draw gives it: people by reference


@dataclass(frozen=True, slots=True)
class AuditsCompared:
    """`recorded` and `unexplained` are sentences; `compared` counts the audits that the draw gives."""

    compared: int
    recorded: tuple[str, ...]
    unexplained: tuple[str, ...]


def compare_audits(work: Work, draw_id: uuid.UUID, given: Sequence[Given]) -> AuditsCompared:
    """Compares practitioner, case, auditor and the months looked at of every audit, in three questions."""
    standing = drawn_audits.audits_of_draw(work.session, draw_id)
    moves = drawn_audits.moves_recorded(work.session, draw_id, _ACTIONS)
    by_case = {it.case_reference: it for it in standing if it.replaces_id is None}
    replaced = {uuid.UUID(move.details["by"]): it for it in standing for move in moves.get(it.id, ()) if _named(move)}
    recorded: list[str] = []
    unexplained: list[str] = []
    for wanted in given:
        audit = by_case.pop(wanted["case_reference"], None)
        if audit is None:
            unexplained.append(f"The draw gives case {wanted['case_reference']} an audit, and there is none.")
            continue
        unexplained += _altered(wanted, audit, moves.get(audit.id, ()))
        for sentence, is_recorded in _moved(wanted["auditor"], audit, moves.get(audit.id, ())):
            (recorded if is_recorded else unexplained).append(sentence)
    unexplained += [
        f"{it.reference}, of case {it.case_reference}, is not in the draw that it names." for it in by_case.values()
    ]
    for it in standing:
        if it.replaces_id is not None:
            for sentence, is_recorded in (_in_place(it, replaced), *_moved(it.auditor, it, moves.get(it.id, ()))):
                (recorded if is_recorded else unexplained).append(sentence)
    return AuditsCompared(len(given), tuple(recorded), tuple(unexplained))


def _named(move: RecordedMove) -> bool:
    return move.action == _REPLACED and "by" in move.details


def _altered(wanted: Given, audit: StandingAudit, moves: Sequence[RecordedMove]) -> Iterator[str]:
    """What no decision ever changes."""
    first = next((move.details for move in moves if move.action == _ALLOCATED), {})
    is_the_same_person = first.get("practitioner") == str(audit.practitioner_id)  # under another reference since
    if wanted["practitioner"] != audit.practitioner and not is_the_same_person:
        yield f"{audit.reference} is of practitioner {audit.practitioner}; the draw gives {wanted['practitioner']}."
    if (wanted["window_from"], wanted["window_to"]) != (audit.window_from, audit.window_to):
        yield (
            f"{audit.reference} covers {day_in_words(audit.window_from)} to {day_in_words(audit.window_to)}; "
            f"the draw gives {day_in_words(wanted['window_from'])} to {day_in_words(wanted['window_to'])}."
        )
    if wanted["re_audit_of"] != audit.re_audit_of:
        yield f"{audit.reference} follows {audit.re_audit_of or 'no audit'}; the draw gives {wanted['re_audit_of']}."


def _moved(auditor: str | None, audit: StandingAudit, moves: Sequence[RecordedMove]) -> Iterator[tuple[str, bool]]:
    """What decisions change, each with whether one is on record."""
    yield from _auditor(auditor, audit, moves)
    ends = [move for move in moves if move.action in _WITHDRAWN]
    if audit.state == "withdrawn" and ends:
        yield f"{audit.reference} was {_word(ends[-1])}: recorded {_on(ends[-1])} (S9).", True
    elif audit.state == "withdrawn":
        yield f"{audit.reference} is withdrawn: nothing is recorded of that.", False
    elif ends:
        yield f"{audit.reference} was {_word(ends[-1])} {_on(ends[-1])}, and is {audit.state} all the same.", False


def _auditor(auditor: str | None, audit: StandingAudit, moves: Sequence[RecordedMove]) -> Iterator[tuple[str, bool]]:
    recorded = _who_has_it(moves)
    now = f"{audit.reference} is with {audit.auditor or 'nobody'}; the draw gives {auditor}"
    if recorded is None and audit.auditor != auditor:
        yield f"{now}: nothing is recorded of that.", False
    elif recorded is not None and recorded != str(audit.auditor_id):
        yield f"{audit.reference} is with {audit.auditor or 'nobody'}, to whom the trail never gave it.", False
    elif audit.auditor != auditor:
        changes = [move for move in moves if move.action == _AUDITOR_CHANGED]
        if changes:  # else the same person is known by another reference since
            yield f"{now}: recorded {_on(changes[-1])} (A4).", True


def _who_has_it(moves: Sequence[RecordedMove]) -> str | None:
    """Whom the trail last gave the audit to, by id."""
    given = [move.details.get("to", move.details.get("auditor")) for move in moves if move.action not in _WITHDRAWN]
    return given[-1] if given else None


def _in_place(audit: StandingAudit, replaced: Mapping[uuid.UUID, StandingAudit]) -> tuple[str, bool]:
    earlier = replaced.get(audit.id)
    if earlier is None or earlier.id != audit.replaces_id:
        return f"{audit.reference} was put into the place of another audit: nothing is recorded of that.", False
    return f"{audit.reference}, of case {audit.case_reference}, takes the place of {earlier.reference} (S9).", True


def _word(move: RecordedMove) -> str:
    return "replaced" if move.action == _REPLACED else "withdrawn"


def _on(move: RecordedMove) -> str:
    return day_in_words(move.at.astimezone(LONDON).date())
