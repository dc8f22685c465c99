"""The life of an audit as a page to read: docs/the-life-of-an-audit.md, made from the table and an edition's policy."""

from collections.abc import Callable, Iterable, Iterator

from rules.audit_events import Event, State
from rules.clock_names import CLOCK_NAMES, what_is_owed
from rules.lifecycle_roles import roles_that_may
from rules.lifecycle_table import LIFECYCLE, LifecycleMove
from rules.names_in_words import any_of, words_of
from rules.policy.shape import Policy

COMMAND = "life-of-an-audit"
_RECORDS = {
    "report_version": "a version of the report, kept beside all earlier ones",
    "upload": "the upload to the case system",
    "case_note": "the case note",
    "alert": "the alert to whoever has to know of it",
}


def as_markdown(policy: Policy) -> str:
    """The whole page."""
    return (
        "\n".join([*_introduction(policy), *_in_short(policy), *_by_state(), *_clocks(policy), *_step_by_step(policy)])
        + "\n"
    )


def _introduction(policy: Policy) -> Iterator[str]:
    yield "# The life of an audit"
    yield ""
    yield (
        f"{policy.edition.title} (edition `{policy.edition.id}`). Made by `python -m rules {COMMAND}` from the table "
        "that decides (`rules/lifecycle_table.py`) and from who may do what (`lifecycle.toml` of the edition); do not "
        "edit by hand."
    )
    yield ""
    yield (
        "An audit goes through nine states. What runs beside them (lateness, the upload, the discussion of the "
        "findings, a dispute, a re-audit) is a dated fact or a deadline, and no state. The upload is nobody's move: "
        "that the newest version of the report is on the record is told by the case system's receipt, or by whoever "
        "did it by hand and ticked it off (L7, C2). Nothing is refused for coming "
        "late: it is recorded, counts as late, and says so. Whoever is audited or audits does what is theirs and "
        "nothing else, whatever post they hold: the next role up acts in their place (A2). That an audit gets another "
        "auditor (A4), or is replaced by the next in reserve (S9), is decided beside this table."
    )
    yield ""


def _in_short(policy: Policy) -> Iterator[str]:
    yield "## In short"
    yield ""
    yield "| what happens | rule | clause | while it is | then it is | by |"
    yield "|---|---|---|---|---|---|"
    for move in LIFECYCLE:
        who = any_of(roles_that_may(move.event, policy))
        then = words_of(move.to) if move.to else "as before"
        cells = (words_of(move.event), move.rule, policy.clause_of(move.rule), any_of(move.states), then, who)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _by_state() -> Iterator[str]:
    yield "## From where to where"
    yield ""
    for state in State:
        steps = [_step(move, state) for move in LIFECYCLE if state in move.states]
        yield f"- **{words_of(state)}**: {'; '.join(filter(None, steps)) or 'the end'}."
    yield ""


def _step(move: LifecycleMove, state: State) -> str | None:
    """Where an event leads from a state; None where the state stays. What starts a clock opens a closed audit again."""
    if move.to not in (None, state):
        return f"{words_of(move.event)} → **{words_of(move.to or state)}**"
    if state is State.CLOSED and move.starts:
        return f"{words_of(move.event)}, if something is owed again → **{words_of(State.ISSUED)}**"
    return None


def _clocks(policy: Policy) -> Iterator[str]:
    yield "## How long"
    yield ""
    yield "| what is owed | how long | clause |"
    yield "|---|---|---|"
    entries = {entry.path: entry for entry in policy.entries}
    for limit, name in CLOCK_NAMES.items():
        entry = entries[limit]
        yield f"| {name} | `{limit}` = {entry.value} | {entry.clause} |"
    yield ""


def _step_by_step(policy: Policy) -> Iterator[str]:
    yield "## Step by step"
    for move in LIFECYCLE:
        yield ""
        yield f"### {_sentence_case(words_of(move.event))}"
        yield ""
        yield (
            f"Rule {move.rule} (clause {policy.clause_of(move.rule)}). By {_any_holder_of(policy, move.event)}, while "
            f"the audit is {any_of(move.states)}; {_afterwards(move)}."
        )
        lines = list(_details(move))
        if lines:
            yield ""
            yield from lines


def _details(move: LifecycleMove) -> Iterator[str]:
    yield from _line("Only if", _told_by(move.guards))
    yield from _line("Comes with it", _told_by(move.needs))
    yield from _line("Done with it", list(map(what_is_owed, move.meets)))
    yield from _line("Owed from then on", _told_by(move.starts))
    yield from _line("Owed no more", _told_by(move.withdraws))
    if move.told_of:
        where = f", where {in_words(move.tells_if)}" if move.tells_if else ""
        yield f"- **Told** as in the matrix: {words_of(move.told_of)}{where}."
    yield from _line("Put on record, in this order", [_RECORDS[record] for record in move.records])


def _line(called: str, parts: list[str]) -> Iterator[str]:
    if parts:
        yield f"- **{called}**: {'; '.join(dict.fromkeys(parts))}."


def _told_by(checks: Iterable[Callable[..., object]]) -> list[str]:
    return [in_words(check) for check in checks]


def in_words(check: object) -> str:
    """What a guard, a need or a clock of the table says of itself, on one line."""
    return " ".join((check.__doc__ or "").split())


def _afterwards(move: LifecycleMove) -> str:
    return f"then it is {words_of(move.to)}" if move.to else "its state stays"


def _any_holder_of(policy: Policy, event: Event) -> str:
    return any_of(f"the {words_of(role)}" for role in roles_that_may(event, policy))


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]
