"""The life of one safety alert told in order: steps, clocks, who was told when, and what went on record (W1 to W6)."""

from collections.abc import Iterator

from db.queries import clocks, safety_alerts
from db.queries.clocks import of_alert
from rules.names_in_words import words_of
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.timeline_lines import Told, clock_told, step_told
from usecases.work import LONDON


def alert_told(way: AlertOnItsWay) -> list[Told]:
    """The timeline of an alert, the oldest first; what is still to come stands at its day."""
    lines = [*_steps(way), *_told(way), *_filed(way)]
    lines += map(clock_told, clocks.clocks(way.work.session, of_alert(way.alert.id)))
    return sorted(lines, key=lambda line: (line.on, line.at is None, line.at.timestamp() if line.at else 0))


def _steps(way: AlertOnItsWay) -> Iterator[Told]:
    texts = safety_alerts.texts_of(way.work.session, way.alert.id)
    for step in way.steps:
        state = step.rung if step.state == "open" else step.state
        yield step_told(step, texts.get(step.id, {}), by="the clock" if step.by_clock else None, state=state)


def _told(way: AlertOnItsWay) -> Iterator[Told]:
    """Each message, as what its reader was told, and what became of it."""
    policy = way.work.policy
    for notice in safety_alerts.messages_about(way.work.session, way.alert.id):
        when = notice.sent_at or notice.created_at
        what = str(notice.content["what"])
        became = f"sent at {notice.sent_at.astimezone(LONDON):%H:%M:%S}" if notice.sent_at else notice.state
        role = words_of(str(notice.content["as"])) if notice.content["as"] != "auditor" else "raiser"
        yield Told(
            on=when.astimezone(LONDON).date(),
            at=when,
            kind="told",
            what=what,
            by=notice.reference,
            state=notice.state,
            rule="W1",
            clause=policy.clause_of("W1"),
            sentence=f"The {role} ({notice.reference}) was told of it ({words_of(what)}): {became}.",
        )


def _filed(way: AlertOnItsWay) -> Iterator[Told]:
    policy = way.work.policy
    for note in safety_alerts.notes_of(way.work.session, way.alert.id):
        when = note.settled_at or note.created_at
        done = "is in the case system" if note.state == "done" else f"is owed to the case system ({note.state})"
        yield Told(
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
