"""A dispute told in order: in its own timeline with its clocks, and among the lines of its audit (D1 to D8)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from db.queries import clocks
from db.queries import disputes as queries
from db.queries.clocks import of_dispute
from db.tables.audits import Audit as AuditRow
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.disputes import Dispute, DisputeStep
from rules.audit_events import SCHEDULER
from rules.dates_in_words import day_in_words, listed
from rules.ladders import LadderState
from rules.names_in_words import words_of
from rules.policy.ladder_shapes import in_words, roles_in_words
from usecases.audit_tools import tool_read
from usecases.changed_grade_timelines import changed_grades_told
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_messages import changed_by_its_raiser
from usecases.dispute_walks import look_at_dispute
from usecases.timeline_lines import Told, clock_told, clocks_told, step_told
from usecases.work import Work

KIND = "dispute"


def timeline_of_dispute(work: Work, dispute_id: uuid.UUID) -> tuple[DisputeKnown, list[Told]]:
    """A dispute and its timeline, the oldest first, with what people wrote. Raises NotFound."""
    known = look_at_dispute(work, dispute_id)
    texts = queries.texts_of(work.session, known.row.id)
    told = [
        *_consent(work, known.row),
        *(_step(work, known, step, texts.get(step.id, {})) for step in known.steps),
        *_reviews(work, known.row),
        *_grades(work, known),
        *_clocks(work, known.row),
    ]
    return known, sorted(told, key=_in_order)


_AFTER_WHAT_HAPPENED = {"clock": 1, "crossing": 2}


def _in_order(line: Told) -> tuple[date, int, str]:
    """Of one day what happened stands in the order in which it was recorded, then what was due at its end."""
    return line.on, _AFTER_WHAT_HAPPENED.get(line.kind, 0), line.at.isoformat() if line.at else ""


def disputes_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """The steps of the disputes about an audit, without what people wrote: that is read with the dispute."""
    for dispute in queries.disputes_of(work.session, row.id):
        known = DisputeKnown(dispute, row, tuple(queries.steps_of(work.session, dispute.id)))
        yield from _consent(work, dispute)
        for step in known.steps:
            yield _step(work, known, step, {})
        yield from _clocks(work, dispute)


def _consent(work: Work, dispute: Dispute) -> Iterator[Told]:
    """That it may come late, where it needed that."""
    given = queries.consent_to(work.session, dispute.audit_id, dispute.report_version)
    if given is not None:
        whose = words_of(work.policy.ladders.late_disputes_need_consent_of)
        yield Told(
            on=given.given_on,
            at=given.given_at,
            by=given.given_by,
            kind=KIND,
            what="late_dispute_consented",
            state=dispute.state,
            rule=given.rule,
            clause=given.clause,
            sentence=f"The {whose} consented to a late dispute about version {given.report_version} of the report.",
        )


def _step(work: Work, known: DisputeKnown, step: DisputeStep, texts: dict[str, str]) -> Told:
    stands = f"now at {step.rung}" if step.state == LadderState.OPEN else f"{in_words(step.state)} at {step.rung}"
    said = f"{step.sentence} {' '.join(_more(work, known, step))}".strip()
    sentence = f"Dispute {known.row.reference}, {stands}: {said}"
    return step_told(step, texts, kind=KIND, state=step.state, sentence=sentence)


def _more(work: Work, known: DisputeKnown, step: DisputeStep) -> Iterator[str]:
    """What else is to be known of a step: what is disputed by whom; that one and the same raised and resolved it."""
    row = known.row
    if step.number == 1:
        titles = {"overall_grade": "the overall grade", "findings": "the findings"}
        titles |= {domain.id: domain.title for domain in tool_read(work, known.audit).domains}
        parts = listed([titles.get(part, part) for part in queries.grounds_of(work.session, row.id)])
        yield f"The {words_of(row.raised_as)} disputes version {row.report_version} of the report: {parts}."
    if changed_by_its_raiser(work, known, step):
        yield "Whoever raised it resolved it too, and the overall grade is another since."


def _grades(work: Work, known: DisputeKnown) -> Iterator[Told]:
    """What its resolution changed of the grades, and what follows from that for the plan."""
    resolved_at = {step.recorded_at for step in known.steps if step.state == LadderState.RESOLVED}
    of_it = (line for line in changed_grades_told(work, known.audit) if line.at in resolved_at)
    return (replace(line, kind=KIND) for line in of_it)


def _reviews(work: Work, dispute: Dispute) -> Iterator[Told]:
    rows = queries.reviews_of(work.session, dispute.id)
    texts = queries.review_texts(work.session, [review.id for review, _ in rows])
    clause = work.policy.clause_of("D3")
    for review, reviewer in rows:
        written = texts.get(review.id, {})
        asked = Told(
            on=review.asked_on,
            at=review.asked_at,
            by=review.asked_by,
            kind="review",
            what="independent_review_asked",
            rule="D3",
            clause=clause,
            sentence=f"{reviewer} was asked for an independent review on {day_in_words(review.asked_on)}.",
            texts={name: text for name, text in written.items() if name == "brief"},
        )
        yield asked
        if review.reported_on is not None:
            yield replace(
                asked,
                on=review.reported_on,
                at=review.reported_at,
                by=review.reported_by,
                what="independent_review_reported",
                sentence=f"{reviewer} reported on {day_in_words(review.reported_on)}; whoever judges the rung decides.",
                texts={name: text for name, text in written.items() if name == "findings"},
            )


def _clocks(work: Work, dispute: Dispute) -> Iterator[Told]:
    yield from clocks_told(map(clock_told, clocks.clocks(work.session, of_dispute(dispute.id))))
    alike: dict[tuple[str, str, date], list[tuple[DeadlineCrossing, Deadline]]] = {}
    for crossing, clock in clocks.crossings(work.session, of_dispute(dispute.id)):
        alike.setdefault((clock.time_limit, crossing.kind, crossing.crossed_on), []).append((crossing, clock))
    for (crossing, clock), *others in alike.values():
        said = "Reminder" if crossing.kind.startswith("reminder") else "Overdue"
        roles = tuple(dict.fromkeys(it.owed_by_role for it in (clock, *(other for _, other in others))))
        owe = f"{roles_in_words(roles)} {'owe' if len(roles) > 1 else 'owes'}"
        owes = f"{owe} this by {day_in_words(clock.due_on)}"
        yield Told(
            on=crossing.crossed_on,
            at=crossing.crossed_at,
            by=SCHEDULER,
            kind="crossing",
            what=f"{clock.time_limit}.{crossing.kind}",
            rule=crossing.rule,
            clause=crossing.clause,
            sentence=f"{said} ({dispute.reference}): {owes}.",
        )
