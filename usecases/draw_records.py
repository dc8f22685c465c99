"""A draw as it is stored: its answer without the cases, and what became of each case (S5)."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from db.queries.draws import Outcome
from db.tables.draws import Draw as DrawRow
from rules.case_outcomes import CaseOutcome, case_outcomes
from rules.decisions import Reason
from rules.draw_answers import Draw, as_plain
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame
from usecases.cycle_rows import Planned
from usecases.frozen_frames import FrozenFrame

# These lists are stored case by case instead.
_CASE_BY_CASE = ("drawn", "reserves", "excluded", "not_reached")
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def stored_answer(answer: Draw) -> dict[str, Any]:
    """The rules' answer without its lists of cases, as plain values."""
    return {name: as_plain(getattr(answer, name)) for name in Draw.__dataclass_fields__ if name not in _CASE_BY_CASE}


def stored_beside(frozen: FrozenFrame) -> dict[str, Any]:
    """How the size was worked out, what it leaves out, what to decide about, and for what programme it was drawn."""
    return {
        "size_reason": as_plain(frozen.size),
        "size_shortfalls": as_plain(frozen.shortfalls),
        "warnings": as_plain(frozen.warnings),
        "to_decide": [
            {"audit_id": str(audit_id), "rule": why.rule, "sentence": why.sentence}
            for audit_id, why in frozen.to_decide.items()
        ],
        "planned": _as_stored(frozen.planned),
    }


def shortfalls_stored(drawn: DrawRow) -> list[dict[str, str]]:
    """What falls short in a draw: of those due for want of room, then of what was asked for (S8)."""
    return [*drawn.result.get("size_shortfalls", ()), *drawn.result["shortfalls"]]


def is_planned_so(drawn: DrawRow, planned: Planned) -> bool:
    """Whether the draw was made for what the programme plans; one that does not say was not."""
    return bool(drawn.result.get("planned") == _as_stored(planned))


def stored_outcomes(frame: SamplingFrame, answer: Draw, policy: Policy) -> Iterator[Outcome]:
    """One row for each case of the frame."""
    return map(_row, case_outcomes(frame, answer, policy))


def _as_stored(planned: Planned) -> dict[str, Any]:
    """Attributes stand there only where a theme narrows by some: draws made before there were any still hold.

    What an extra cycle was arranged for never changes, so its size need not stand there.
    """
    narrowed = {"attributes": planned.theme.attributes} if planned.theme.narrowings else {}
    return {"kind": planned.kind, "services": list(planned.theme.services), **narrowed}


def _row(outcome: CaseOutcome) -> Outcome:
    return Outcome(
        outcome.case_id,
        outcome.practitioner_id,
        outcome.team_id,
        outcome.outcome,
        outcome.place,
        outcome.ticket,
        outcome.auditor_id,
        _reasons(outcome.reasons),
    )


@lru_cache(maxsize=1000)  # most cases of a large frame have one of a few reasons
def _reasons(reasons: tuple[Reason, ...]) -> str:
    return _encode([{"rule": it.rule, "clause": it.clause, "sentence": it.sentence} for it in reasons])
