"""`/v1/disputes`: the findings or a grade of an issued report challenged, and taken from rung to rung (3.12, D1–D8)."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import Depends, Path, Query
from starlette.responses import Response

from api.actors import ActorDep
from api.bearers import Actor
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.dispute_contents import (
    ConsentAsked,
    ConsentGiven,
    DisputeAsked,
    DisputeEntry,
    DisputeListed,
    DisputesAsked,
    DisputeTimeline,
    DisputeTold,
    MoveOfDispute,
    MovesOfDispute,
    State,
    StepAsked,
    told,
)
from api.dispute_examples import CONSENT, DISPUTE, LISTED, MOVES, TIMELINE
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.paging import Page, PageDep
from api.permissions import Permission
from api.reasons import ShortfallTold, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import disputes as questions
from db.queries.reaches import Reach
from rules.roles import Role
from usecases.dispute_actors import DisputeKnown
from usecases.dispute_consents import consent_to_late_dispute
from usecases.dispute_openings import Ground, NewDispute, raise_dispute
from usecases.dispute_standings import by_its_edition, standing_of
from usecases.dispute_timelines import timeline_of_dispute
from usecases.dispute_walks import SUBJECT, DisputeMoved, look_at_dispute
from usecases.disputes import ExitAllowed, Said, exits_allowed, say_of_dispute
from usecases.trail import Entry, record
from usecases.work import Work

router = Router("disputes", "/v1/disputes")

DisputeId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000041"])]
# Roles that follow from a permission for everything; all others, and the audit manager's, are held by post on the day.
_BY_PERMISSION = {Role.AUDIT_TEAM: Permission.CHECK_QUALITY}


@dataclass(frozen=True, slots=True)
class Calling:
    """Who says something of a dispute, and of which version."""

    actor: Actor
    response: Response
    if_match: str | None

    def version_read(self) -> AbstractContextManager[int]:
        """The version that they read, to be changed within. Refuses with 428 without one, with 412 an older one."""
        return version_read(self.if_match, "The dispute")


async def _calling(actor: ActorDep, response: Response, if_match: IfMatch = None) -> Calling:
    return Calling(actor, response, if_match)


CallingDep = Annotated[Calling, Depends(_calling)]
_NO_DISPUTE = described(404, "No such dispute, or not for whoever asks")
_REFUSED = {**_NO_DISPUTE, **NEEDS_IF_MATCH, **described(409, "Out of order, for others to say, or never by them")}


@router.post(
    "",
    operation_id="raise_dispute",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.RAISE_DISPUTES, is_narrowed=True)],
    responses={
        **answered({"opened": DISPUTE}, HTTPStatus.CREATED),
        **described(404, "No such audit"),
        **described(409, "Disputed before, too late without consent, not the newest version, or not for them to open"),
    },
)
def raise_this_dispute(asked: DisputeAsked, work: WorkDep, response: Response) -> DisputeTold:
    """Opens a dispute about an issued report: the practitioner or the team manager, within ten working days."""
    grounds = [Ground(one.part, one.reasons, one.evidence) for one in asked.grounds]
    moved = raise_dispute(work, NewDispute(audit_id=asked.audit_id, grounds=grounds, version=asked.report_version))
    response.headers["Location"] = f"{router.prefix}/{moved.known.row.id}"
    return after_move(work, moved, response)


@router.post(
    "/consents",
    operation_id="consent_to_late_dispute",
    dependencies=[requires(Permission.CONSENT_TO_DISPUTES)],
    responses={
        **answered({"given": CONSENT}),
        **described(404, "No such audit"),
        **described(409, "No such issued version, or a matter of one's own"),
    },
)
def consent_to_this_late_dispute(asked: ConsentAsked, work: WorkDep, actor: ActorDep) -> ConsentGiven:
    """The audit manager lets a dispute about a version of a report be opened after its ten working days."""
    given = consent_to_late_dispute(work, asked.audit_id, asked.reason, reaches_of(actor), version=asked.report_version)
    return ConsentGiven.model_validate(given, from_attributes=True)


@router.get(
    "",
    operation_id="list_disputes",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses=answered({"one dispute": {"items": [LISTED], "next": None}}),
)
def list_disputes(asked: Annotated[DisputesAsked, Query()], work: WorkDep, page: PageDep) -> Page[DisputeListed]:
    """Disputes about audits within reach, and those in which something is asked of oneself; the newest first."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = questions.disputes(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, lambda row: DisputeListed.model_validate(row, from_attributes=True), lambda row: row.id)


@router.get(
    "/{dispute_id}",
    operation_id="read_dispute",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"at its first rung": DISPUTE}), **_NO_DISPUTE},
)
def read_dispute(dispute_id: DisputeId, work: WorkOnRecordDep, response: Response) -> DisputeTold:
    """One dispute with reasons and evidence. Who read it is kept."""
    known = look_at_dispute(work, dispute_id)
    record(work, Entry((SUBJECT, str(dispute_id)), "dispute_read", rule="C4"))
    tag(response, known.row.version)
    return told(work, known, standing_of(by_its_edition(work, known.row), known))


@router.get(
    "/{dispute_id}/timeline",
    operation_id="read_dispute_timeline",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"opened": TIMELINE}), **_NO_DISPUTE},
)
def read_dispute_timeline(dispute_id: DisputeId, work: WorkOnRecordDep) -> DisputeTimeline:
    """What happened to it and what is due, each with its sentence. Who read it is kept."""
    known, lines = timeline_of_dispute(work, dispute_id)
    record(work, Entry((SUBJECT, str(dispute_id)), "timeline_read", rule="C4"))
    entries = [DisputeEntry.model_validate(line, from_attributes=True) for line in lines]
    return DisputeTimeline(reference=known.row.reference, state=_state(known), entries=entries)


@router.get(
    "/{dispute_id}/allowed-moves",
    operation_id="list_allowed_moves_of_dispute",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"at its first rung, for the team manager": MOVES}), **_NO_DISPUTE},
)
def list_allowed_moves_of_dispute(
    dispute_id: DisputeId, work: WorkDep, actor: ActorDep, response: Response
) -> MovesOfDispute:
    """What may happen to it now, and whether by the word of whoever asks."""
    known, standing, exits = exits_allowed(work, dispute_id, reaches_of(actor))
    tag(response, known.row.version)
    return MovesOfDispute(
        reference=known.row.reference,
        state=_state(known),
        rung=standing.rung.id,
        version=known.row.version,
        moves=[_move(dispute_id, one) for one in exits],
    )


@router.post(
    "/{dispute_id}/steps",
    operation_id="take_step_of_dispute",
    dependencies=[requires(Permission.ACT_ON_DISPUTES, is_narrowed=True)],
    responses={**answered({"after a step": DISPUTE}), **_REFUSED},
)
def take_step_of_dispute(dispute_id: DisputeId, asked: StepAsked, work: WorkDep, calling: CallingDep) -> DisputeTold:
    """Meeting, outcome, discussion, answer, referral, withdrawal: whatever its rung allows, by whom it allows.

    A resolution makes a new version of the report; where it changes a grade, all that follows is worked out anew.
    """
    with calling.version_read() as version:
        said = Said(version=version, **asked.model_dump())
        return after_move(work, say_of_dispute(work, dispute_id, said, reaches_of(calling.actor)), calling.response)


def reaches_of(actor: Actor) -> dict[Role, Reach]:
    """The roles that follow from a permission, with how far it reaches."""
    return {role: actor.reach_of(permission) for role, permission in _BY_PERMISSION.items()}


def after_move(work: Work, moved: DisputeMoved, response: Response) -> DisputeTold:
    """The answer to a step, with the new ETag."""
    tag(response, moved.known.row.version)
    answer = told(work, moved.known, moved.standing)
    answer.shortfalls = [ShortfallTold(**one) for one in moved.shortfalls]
    return answer


def _move(dispute_id: uuid.UUID, one: ExitAllowed) -> MoveOfDispute:
    return MoveOfDispute(
        event=one.way_out.event,
        leads_to=one.way_out.to,
        by=list(one.way_out.by),
        is_allowed=one.against is None,
        why_not=reasons_given([one.against])[0] if one.against else None,
        needs_summary=one.way_out.needs_summary,
        needs_reason=one.way_out.needs_reason,
        request=f"POST {router.prefix}/{dispute_id}/steps",
    )


def _state(known: DisputeKnown) -> State:
    return cast(State, known.row.state)
