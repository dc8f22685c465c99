"""`/v1/moderation-rounds`: the audits that senior leaders look at again, drawn once in a moderation month (M1–M3)."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked, shown_as
from api.moderated_contents import ModeratedListed, listed
from api.moderation_agreement import Month
from api.moderation_examples import ROUND, ROUND_LISTED, VERIFIED
from api.paging import Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import Router, described
from db.queries import moderation
from db.tables.moderation import ModerationRound
from usecases.moderation_rounds import draw_round
from usecases.moderation_rounds_kept import RoundRead, find_round, frame_text, verify_round

router = Router("moderation", "/v1/moderation-rounds")

RoundId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000051"])]
_NO_ROUND = described(404, "No such round")


class MonthToModerate(Asked):
    """The month for which audits are drawn: the present one, and a moderation month."""

    model_config = shown_as({"month": "2027-03"})

    month: Annotated[Month | None, Field(description="Left out: the present one")] = None


class RoundListed(BaseModel):
    """A round in the list."""

    id: uuid.UUID
    month: Annotated[str, Field(examples=["2027-03"])]
    drawn_on: date
    drawn_at: datetime
    drawn_by: str
    due_on: date
    edition: str
    size_drawn: int


class NotDrawn(BaseModel):
    """An audit that is not moderated, by reference, and why."""

    audit_id: str
    was_in_draw: bool
    reason: ReasonGiven


class PartDrawn(BaseModel):
    """A grade or a service: how many of its audits could be drawn and how many were."""

    name: str
    could_be_drawn: int
    drawn: int


class ModeratorsLoad(BaseModel):
    """How many audits a moderator was given by the draw."""

    moderator: Annotated[str, Field(description="Reference of the person")]
    audits: int


class ModeratorBarred(BaseModel):
    """A moderator who could not take an audit of the round, and by which conflict."""

    audit: Annotated[str, Field(description="Reference of the audit")]
    moderator: Annotated[str, Field(description="Reference of the person")]
    conflict: Annotated[str, Field(examples=["quality_checker"])]
    reason: ReasonGiven


class RoundTold(RoundListed):
    """One round: what was drawn, why, and why everything else was not."""

    seed: Annotated[str, Field(description="Taken after the frame was frozen and hashed")]
    frame_hash: str
    size_asked: int
    due_because: ReasonGiven
    audits: list[ModeratedListed]
    not_drawn: list[NotDrawn]
    grades: list[PartDrawn]
    services: list[PartDrawn]
    moderators: list[ModeratorsLoad]
    barred: list[ModeratorBarred]
    shortfalls: list[ShortfallTold]


class RoundVerified(BaseModel):
    """Whether a round is what its frame and seed give."""

    is_identical: bool
    frame_hash: str
    audits_compared: int
    differences: list[str]


@router.get(
    "",
    operation_id="list_moderation_rounds",
    dependencies=[requires(Permission.READ_MODERATION)],
    responses=answered({"one round": {"items": [ROUND_LISTED], "next": None}}),
)
def list_moderation_rounds(work: WorkDep, page: PageDep) -> Page[RoundListed]:
    """The rounds, the newest first."""
    rows = moderation.rounds(work.session, page.after, page.rows_to_fetch)
    return page.page(rows, lambda row: RoundListed(**_in_common(row)), lambda row: row.id)


@router.post(
    "",
    operation_id="draw_moderation_round",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses={
        **answered({"drawn": ROUND}, HTTPStatus.CREATED),
        **described(409, "No moderation month, or drawn already"),
    },
)
def draw_moderation_round(asked: MonthToModerate, work: WorkDep, response: Response) -> RoundTold:
    """Draws the month's audits for moderation and tells the moderators. The scheduler does so on its first working day.

    A draw after the first working day is due a month later.
    """
    row = draw_round(work, asked.month)
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    return _told(find_round(work, row.id))


@router.get(
    "/{round_id}",
    operation_id="read_moderation_round",
    dependencies=[requires(Permission.READ_MODERATION)],
    responses={**answered({"drawn": ROUND}), **_NO_ROUND},
)
def read_moderation_round(round_id: RoundId, work: WorkDep) -> RoundTold:
    """One round with its audits and its explanation."""
    return _told(find_round(work, round_id))


@router.get(
    "/{round_id}/frame",
    operation_id="read_frame_of_moderation_round",
    dependencies=[requires(Permission.READ_MODERATION)],
    response_class=Response,
    responses={
        200: {
            "description": "The frame's text to the last byte",
            "content": {"application/json": {"example": {"drawn_on": "2027-03-01"}}},
        },
        **_NO_ROUND,
    },
)
def read_frame_of_moderation_round(round_id: RoundId, work: WorkDep) -> Response:
    """The text whose SHA-256 is the round's frame hash: with the seed all that is needed to draw it again elsewhere."""
    return Response(frame_text(work, round_id), media_type="application/json")


@router.get(
    "/{round_id}/verify",
    operation_id="verify_moderation_round",
    dependencies=[requires(Permission.READ_MODERATION)],
    responses={
        **answered({"identical": VERIFIED}),
        **_NO_ROUND,
        **described(409, "The edition that it was drawn by is not installed"),
    },
)
def verify_this_moderation_round(round_id: RoundId, work: WorkDep) -> RoundVerified:
    """Draws again from the stored frame and seed, and compares everything."""
    found = verify_round(work, round_id)
    return RoundVerified(
        is_identical=not found.differences,
        frame_hash=found.frame_hash,
        audits_compared=found.audits_compared,
        differences=list(found.differences),
    )


def _in_common(row: ModerationRound) -> dict[str, Any]:
    return {
        "id": row.id,
        "month": f"{row.month:%Y-%m}",
        "drawn_on": row.drawn_on,
        "drawn_at": row.drawn_at,
        "drawn_by": row.drawn_by,
        "due_on": row.due_on,
        "edition": row.edition_id,
        "size_drawn": row.result["size_drawn"],
    }


def _told(found: RoundRead) -> RoundTold:
    result = found.row.result
    return RoundTold(
        **_in_common(found.row),
        seed=found.row.seed,
        frame_hash=result["frame_hash"],
        size_asked=result["size_asked"],
        due_because=ReasonGiven(**result["due"]["reason"]),
        audits=[listed(it) for it in found.audits],
        not_drawn=[NotDrawn(**it) for it in result["not_drawn"]],
        grades=[PartDrawn(**it) for it in result["grades"]],
        services=[PartDrawn(**it) for it in result["services"]],
        moderators=[ModeratorsLoad(moderator=id_, audits=count) for id_, count in result["moderators"]],
        barred=list(_barred(result)),
        shortfalls=[ShortfallTold(**it) for it in result["shortfalls"]],
    )


def _barred(result: Mapping[str, Any]) -> Iterator[ModeratorBarred]:
    for drawn in result["drawn"]:
        for it in drawn["barred"]:
            yield ModeratorBarred(
                audit=drawn["audit_id"],
                moderator=it["moderator_id"],
                conflict=it["conflict"],
                reason=ReasonGiven(**it["reason"]),
            )
