"""The life of one safety alert told in order: steps, clocks, who was told when, and what went on record (W1 to W6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from db.queries import safety_alerts
from rules.names_in_words import words_of
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.work import LONDON

_PLACES = ("step", "told", "filed", "clock")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One line of a timeline."""

    on: date
    kind: str
    what: str
    rule: str
    clause: str
    sentence: str
    at: datetime | None = None
    by: str | None = None
    state: str | None = None
    texts: dict[str, str] = field(default_factory=dict)


def alert_told(way: AlertOnItsWay) -> list[AlertLine]:
    """The timeline of an alert, the oldest first; what is still to come stands at its day."""
    lines = [*_steps(way), *_clocks(way), *_told(way), *_filed(way)]
    return sorted(lines, key=lambda line: (line.on, _PLACES.index(line.kind), line.at.isoformat() if line.at else ""))


def _steps(way: AlertOnItsWay) -> Iterator[AlertLine]:
    texts = safety_alerts.texts_of(way.work.session, way.alert.id)
    for step in way.steps:
        yield AlertLine(
            on=step.happened_on,
            at=step.recorded_at,
            kind="step",
            what=step.event,
            by="the clock" if step.by_clock else step.recorded_by,
            state=step.rung if step.state == "open" else step.state,
            texts=texts.get(step.id, {}),
            rule=step.rule,
            clause=step.clause,
            sentence=step.sentence,
        )


def _clocks(way: AlertOnItsWay) -> Iterator[AlertLine]:
    for clock in safety_alerts.clocks_of(way.work.session, way.alert.id):
        yield AlertLine(
            on=clock.due_on,
            kind="clock",
            what=clock.time_limit,
            by=clock.owed_by_role,
            state=clock.state,
            rule=clock.rule,
            clause=clock.clause,
            sentence=clock.sentence,
        )


def _told(way: AlertOnItsWay) -> Iterator[AlertLine]:
    """Each message, as what its reader was told, and what became of it."""
    policy = way.work.policy
    for notice in safety_alerts.messages_about(way.work.session, way.alert.id):
        when = notice.sent_at or notice.created_at
        became = f"sent at {notice.sent_at.astimezone(LONDON):%H:%M:%S}" if notice.sent_at else notice.state
        role = words_of(str(notice.content["as"])) if notice.content["as"] != "auditor" else "raiser"
        yield AlertLine(
            on=when.astimezone(LONDON).date(),
            at=when,
            kind="told",
            what=str(notice.content["what"]),
            by=notice.reference,
            state=notice.state,
            rule="W1",
            clause=policy.clause_of("W1"),
            sentence=f"The {role} ({notice.reference}) was told: {became}.",
        )


def _filed(way: AlertOnItsWay) -> Iterator[AlertLine]:
    policy = way.work.policy
    for note in safety_alerts.notes_of(way.work.session, way.alert.id):
        when = note.settled_at or note.created_at
        done = "is in the case system" if note.state == "done" else f"is owed to the case system ({note.state})"
        yield AlertLine(
            on=when.astimezone(LONDON).date(),
            at=when,
            kind="filed",
            what=note.kind,
            by=note.settled_by,
            state=note.state,
            rule="W5",
            clause=policy.clause_of("W5"),
            sentence=f"The case note {note.idempotency_key} {done}.",
        )
