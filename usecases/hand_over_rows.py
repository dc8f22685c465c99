"""The rows of the organisation that a hand-over ends for one person and begins for another (P4)."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from db.queries import holdings, organisation
from db.queries.line_managements import management_meanwhile
from db.queries.organisation_locks import held as locked
from db.queries.post_deputies import deputies_of
from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Post,
    PostDeputy,
    TeamMembership,
)
from rules.hand_overs import Held, Holding
from rules.names_in_words import words_of
from usecases.work import Work

_ONE_DAY = timedelta(days=1)
PassOn = Callable[[uuid.UUID | None], None]
Row = TypeVar("Row", Post, PostDeputy, LineManagement, TeamMembership, AuditorAppointment)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is held: its key, what the rules are told of it, and how it passes on to somebody or to nobody."""

    key: str
    held: Held
    pass_on: PassOn


@dataclass(frozen=True, slots=True)
class _Leaver:
    """Whose rows they are, their last day, and what people, teams and services are called."""

    work: Work
    person_id: uuid.UUID
    last_day_on: date
    called: Mapping[str, str]

    @property
    def next_day_on(self) -> date:
        return self.last_day_on + _ONE_DAY

    def post_called(self, post: Post) -> str:
        scope = self.called.get(str(post.team_id or post.service_id), "")
        return f"{words_of(post.role)}{f' of {scope}' if scope else ''}"


def items_of_organisation(
    work: Work, person_id: uuid.UUID, last_day_on: date, called: Mapping[str, str]
) -> Iterator[Item]:
    """Everything of the organisation that somebody holds after that day, or that names them."""
    leaver = _Leaver(work, person_id, last_day_on, called)
    rows = holdings.rows_after(work.session, person_id, last_day_on)
    for post in rows.posts:
        held = Held(Holding.POST, leaver.post_called(post))
        yield Item(f"post:{post.id}", held, _post(leaver, post))
    for deputy, post in rows.deputyships:
        held = Held(Holding.DEPUTY, f"deputy of the {leaver.post_called(post)}", frozenset({str(post.person_id)}))
        yield Item(f"deputy:{deputy.id}", held, _deputyship(leaver, deputy))
    for managed in rows.managed_by_them:
        held = Held(
            Holding.LINE_MANAGES,
            f"line manager of {called[str(managed.person_id)]}",
            frozenset({str(managed.person_id)}),
        )
        yield Item(f"line_manages:{managed.id}", held, _managed(leaver, managed))
    for away in rows.stood_in_by_them:
        held = Held(
            Holding.STANDS_IN, f"standing in for {called[str(away.person_id)]}", frozenset({str(away.person_id)})
        )
        yield Item(f"stands_in:{away.id}", held, _standing_in(leaver, away))
    yield from _own(leaver, rows)


def _own(leaver: _Leaver, rows: holdings.OrganisationRows) -> Iterator[Item]:
    """What is theirs alone and ends with them."""
    for managed in rows.their_managers:
        held = Held(Holding.LINE_MANAGED, "their own line manager")
        yield Item(f"line_managed:{managed.id}", held, _ending(leaver, managed))
    for membership in rows.memberships:
        held = Held(Holding.TEAM_MEMBER, f"membership of {leaver.called[str(membership.team_id)]}")
        yield Item(f"team_member:{membership.id}", held, _ending(leaver, membership))
    for appointment in rows.appointments:
        held = Held(Holding.AUDITOR, f"appointment as auditor for {leaver.called[appointment.service_id]}")
        yield Item(f"auditor:{appointment.id}", held, _ending(leaver, appointment))
    for absence in rows.absences:
        yield Item(f"absent:{absence.id}", Held(Holding.ABSENT, "absence"), _absence_ends(leaver, absence))


def _post(leaver: _Leaver, post: Post) -> PassOn:
    def pass_on(successor: uuid.UUID | None) -> None:
        session = leaver.work.session
        begins_on = max(post.began_on or leaver.next_day_on, leaver.next_day_on)
        until, deputies = post.ended_on, list(deputies_of(session, post.id))
        standing_in = next((it for it in deputies if it.ended_on is None or it.ended_on > leaver.last_day_on), None)
        deputy_id, deputy_until = (standing_in.person_id, standing_in.ended_on) if standing_in else (None, None)
        _end(leaver, post)
        if successor is None or organisation.same_post_meanwhile(
            session,
            successor,
            None,
            role=post.role,
            team_id=post.team_id,
            service_id=post.service_id,
            began_on=begins_on,
            ended_on=until,
        ):
            return
        given = Post(
            role=post.role,
            person_id=successor,
            team_id=post.team_id,
            service_id=post.service_id,
            began_on=begins_on,
            ended_on=until,
        )
        session.add(given)
        session.flush()
        if deputy_id is not None and deputy_id != successor:
            session.add(PostDeputy(post_id=given.id, person_id=deputy_id, began_on=begins_on, ended_on=deputy_until))

    return pass_on


def _deputyship(leaver: _Leaver, deputy: PostDeputy) -> PassOn:
    def pass_on(successor: uuid.UUID | None) -> None:
        begins_on = max(deputy.began_on or leaver.next_day_on, leaver.next_day_on)
        post_id, until = deputy.post_id, deputy.ended_on
        _end(leaver, deputy)
        if successor is not None:
            leaver.work.session.add(
                PostDeputy(post_id=post_id, person_id=successor, began_on=begins_on, ended_on=until)
            )

    return pass_on


def _managed(leaver: _Leaver, managed: LineManagement) -> PassOn:
    def pass_on(successor: uuid.UUID | None) -> None:
        session = leaver.work.session
        begins_on = max(managed.began_on or leaver.next_day_on, leaver.next_day_on)
        person_id, until = managed.person_id, managed.ended_on
        _end(leaver, managed)
        if successor is not None and management_meanwhile(session, person_id, begins_on, until) is None:
            session.add(LineManagement(person_id=person_id, manager_id=successor, began_on=begins_on, ended_on=until))

    return pass_on


def _standing_in(leaver: _Leaver, absence: Absence) -> PassOn:
    """An absence under way is parted after the last day, so that its days until then keep who stood in."""

    def pass_on(successor: uuid.UUID | None) -> None:
        if absence.first_on > leaver.last_day_on:
            absence.stands_in_id = successor
            return
        person_id, until = absence.person_id, absence.last_on
        absence.last_on = leaver.last_day_on
        leaver.work.session.flush()
        rest = Absence(person_id=person_id, first_on=leaver.next_day_on, last_on=until, stands_in_id=successor)
        leaver.work.session.add(rest)

    return pass_on


def _ending(leaver: _Leaver, row: Row) -> PassOn:
    def end(_: uuid.UUID | None) -> None:
        _end(leaver, row)

    return end


def _absence_ends(leaver: _Leaver, absence: Absence) -> PassOn:
    def end(_: uuid.UUID | None) -> None:
        if absence.first_on > leaver.last_day_on:
            leaver.work.session.delete(absence)
        else:
            absence.last_on = leaver.last_day_on

    return end


def _end(leaver: _Leaver, row: Row) -> None:
    """The row ends on the last day; one that would begin after it never does."""
    locked(leaver.work.session, type(row), row.id)
    if row.began_on is not None and row.began_on > leaver.last_day_on:
        leaver.work.session.delete(row)
    else:
        row.ended_on = leaver.last_day_on
    leaver.work.session.flush()
