"""Who stands in for the holder of a post, from day to day: several in sequence, one at a time (section 9)."""

import uuid
from datetime import date, timedelta
from typing import Any

from db.queries import organisation_locks
from db.queries import post_deputies as questions
from db.tables.organisation import PostDeputy
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow, NotFound
from usecases.organisation_checks import held_post, order_problems, person_problems, refuse, refuse_stale
from usecases.organisation_trail import note, note_change, note_new
from usecases.work import Work

_ONE_DAY = timedelta(days=1)


def name_deputy(
    work: Work,
    person_id: uuid.UUID,
    post_id: uuid.UUID,
    *,
    deputy_id: uuid.UUID | None,
    began_on: date | None,
    ended_on: date | None = None,
) -> PostDeputy | None:
    """From that day on somebody stands in for the holder of the post, or nobody does; the one before until then.

    Raises InvalidFacts for the holder or somebody unknown, or a day that isn't after the first of the present one;
    NotAllowedNow when those days have another deputy already.
    """
    post = held_post(work, person_id, post_id)
    refuse(
        [
            *_self_problems(post.person_id, deputy_id),
            *person_problems(work, deputy_id, "/deputy_id"),
            *order_problems(began_on, ended_on, "/ended_on"),
        ]
    )
    present = questions.open_deputy(work.session, post_id)
    if present is not None:
        if present.person_id == deputy_id and ended_on is None:
            return present
        _end_before(work, present, began_on)
    _refuse_overlap(work, post_id, began_on, ended_on, None)
    row = None
    if deputy_id is not None:
        row = PostDeputy(post_id=post_id, person_id=deputy_id, began_on=began_on, ended_on=ended_on)
        work.session.add(row)
        work.session.flush()
    facts = {"deputy": deputy_id, "began_on": began_on, "ended_on": ended_on}
    before = {"deputy_before": present.person_id} if present else {}
    note_new(work, ("post", str(post_id)), "deputy_named", "N1", {**facts, **before})
    return row


def correct_deputy(
    work: Work,
    person_id: uuid.UUID,
    post_id: uuid.UUID,
    deputyship_id: uuid.UUID,
    *,
    deputy_id: uuid.UUID,
    began_on: date | None,
    ended_on: date | None,
    version: int | None = None,
) -> PostDeputy:
    """What is on record was wrong, or ends on another day."""
    post = held_post(work, person_id, post_id)
    row = _known(work, post_id, deputyship_id)
    subject = ("post_deputy", str(deputyship_id))
    refuse_stale(work, subject, row, version)
    refuse(
        [
            *_self_problems(post.person_id, deputy_id),
            *person_problems(work, deputy_id, "/deputy_id"),
            *order_problems(began_on, ended_on, "/ended_on"),
        ]
    )
    _refuse_overlap(work, post_id, began_on, ended_on, deputyship_id)
    before = _facts(row)
    row.person_id, row.began_on, row.ended_on = deputy_id, began_on, ended_on
    work.session.flush()
    note_change(work, subject, "deputy", "N1", before=before, after=_facts(row), version=row.version)
    return row


def withdraw_deputy(
    work: Work, person_id: uuid.UUID, post_id: uuid.UUID, deputyship_id: uuid.UUID, version: int | None
) -> None:
    """They never stood in."""
    held_post(work, person_id, post_id)
    row = _known(work, post_id, deputyship_id)
    refuse_stale(work, ("post_deputy", str(deputyship_id)), row, version)
    work.session.delete(row)
    work.session.flush()
    note(work, ("post", str(post_id)), "deputy_withdrawn", "N1", **_facts(row))


def _end_before(work: Work, present: PostDeputy, began_on: date | None) -> None:
    if began_on is None or (present.began_on is not None and began_on <= present.began_on):
        sentence = (
            "The post has a deputy: say from which day on another one is that, after the day on which the present one "
            "began; or correct that one."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "N1")])
    present.ended_on = began_on - _ONE_DAY
    work.session.flush()


def _refuse_overlap(
    work: Work, post_id: uuid.UUID, began_on: date | None, ended_on: date | None, besides: uuid.UUID | None
) -> None:
    other = questions.deputy_meanwhile(work.session, post_id, began_on, ended_on, besides)
    if other is not None:
        until = f" until {day_in_words(other.ended_on)}" if other.ended_on else ""
        raise NotAllowedNow(
            f"The post has another deputy then{until}, and has one at a time: give other days, or correct that one "
            "first.",
            rule="N1",
        )


def _known(work: Work, post_id: uuid.UUID, deputyship_id: uuid.UUID) -> PostDeputy:
    row = organisation_locks.held(work.session, PostDeputy, deputyship_id)
    if row is None or row.post_id != post_id:
        raise NotFound(f"The post has no deputy on record as {deputyship_id}: GET /v1/people/{{id}} lists them.")
    return row


def _self_problems(person_id: uuid.UUID, deputy_id: uuid.UUID | None) -> list[Problem]:
    if person_id != deputy_id:
        return []
    return [Problem("/deputy_id", "Nobody stands in for themselves: name somebody else, or nobody.", str(person_id))]


def _facts(row: PostDeputy) -> dict[str, Any]:
    return {"deputy": row.person_id, "began_on": row.began_on, "ended_on": row.ended_on}
