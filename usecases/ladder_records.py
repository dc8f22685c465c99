"""What is kept of a ladder that was walked: the steps that are new in its history, and on its row where it stands.

Where it stands is `walk` of its steps (rules/ladders.py); the row repeats it for lists and indexes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from db.tables.disputes import Dispute, DisputeStep
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from rules.ladders import Happening, LadderState, Standing
from usecases.work import Work


def places_unsaid(history: Sequence[Happening], recorded: Iterable[DisputeStep | SafetyAlertStep]) -> Iterator[int]:
    """The places in a history of what is not on record yet, in their order."""
    kept = Counter((step.event, step.rung, step.by_clock) for step in recorded)
    for place, happening in enumerate(history):
        key = (happening.event, happening.rung, happening.by_clock)
        if kept[key]:
            kept[key] -= 1
        else:
            yield place


def step_columns(work: Work, happening: Happening) -> dict[str, Any]:
    """What the step of any ladder keeps of something that happened, and who recorded it when."""
    first = happening.reasons[0]
    return {
        "event": happening.event,
        "by_clock": happening.by_clock,
        "rung": happening.rung,
        "state": happening.state.value,
        "happened_on": happening.on,
        "recorded_at": work.now,
        "recorded_by": work.actor,
        "rule": first.rule,
        "clause": first.clause,
        "sentence": " ".join(reason.sentence for reason in happening.reasons),
    }


def follow(row: Dispute | SafetyAlert, standing: Standing, happening: Happening) -> None:
    """The row says where it stands after something that happened, in a walk that stands so."""
    row.state, row.rung = happening.state.value, happening.rung
    row.awaits = standing.awaits.value if standing.awaits else None
    row.due_on = standing.due_on
    row.ended_on = happening.on if happening.state is not LadderState.OPEN else None


def why_astray(row: Dispute | SafetyAlert, walked: Standing) -> str | None:
    """What is wrong with a row that says other than a walk of its steps; None where both say the same."""
    awaits = walked.awaits.value if walked.awaits else None
    if (row.state, row.rung, row.awaits, row.due_on) == (walked.state.value, walked.rung.id, awaits, walked.due_on):
        return None
    by_steps = _stands(walked.state, walked.rung.id, walked.due_on)
    return f"{row.reference} is {_stands(row.state, row.rung, row.due_on)}, and by its steps {by_steps}"


def _stands(state: str, rung: str, due_on: date | None) -> str:
    return f"{state} at {rung}, due {due_on or 'never'}"
