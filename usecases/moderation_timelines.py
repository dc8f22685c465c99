"""What happened to one moderated audit, told in order: drawn, its clock, each step, and its way to the case system."""

import uuid
from collections.abc import Iterator

from db.queries import clocks
from db.queries import moderated_audits as moderated
from db.queries.clocks import of_moderation
from db.queries.moderated_audits import Moderated
from usecases.moderation_steps import look_at
from usecases.timeline_lines import Told, clock_told, filed_told, step_told
from usecases.work import Work

_PLACES = ("drawn", "step", "filed", "clock")


def moderation_timeline(work: Work, id_: uuid.UUID) -> tuple[Moderated, list[Told]]:
    """A moderated audit and its timeline, the oldest first. Raises NotFound."""
    it = look_at(work, id_)
    told = [*_drawn(it), *_steps(work, it), *_filed(work, it)]
    told += map(clock_told, clocks.clocks(work.session, of_moderation(it.row.id)))
    return it, sorted(told, key=lambda line: (line.on, _PLACES.index(line.kind)))


def _drawn(it: Moderated) -> Iterator[Told]:
    for reason in it.row.reasons:
        yield Told(
            on=it.round.drawn_on,
            at=it.round.drawn_at,
            by=it.round.drawn_by,
            kind="drawn",
            what="audit_drawn_for_moderation",
            rule=str(reason["rule"]),
            clause=str(reason["clause"]),
            sentence=str(reason["sentence"]),
        )


def _steps(work: Work, it: Moderated) -> Iterator[Told]:
    texts = moderated.texts_of(work.session, it.row.id)
    for step in moderated.steps_of(work.session, it.row.id):
        yield step_told(step, texts.get(step.id, {}))


def _filed(work: Work, it: Moderated) -> Iterator[Told]:
    for command in moderated.owed_of(work.session, it.row.id):
        if command.state == "done":
            yield filed_told(command, "M4", "The moderation template is in the case system.", work.policy)
