"""`/v1/me`: who asks, what they may do, and what is theirs to do."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.actors import ActorDep
from api.app_roles import AppRole
from api.bearers import Actor
from api.dependencies import WorkDep, requires
from api.examples import answered
from api.permissions import Permission
from api.routers import Router
from db.queries import mine
from db.queries.reaches import Relation
from rules.matrix import NoticeEvent, roles_hearing
from rules.roles import Role
from usecases.my_disputes import disputes_waiting_for
from usecases.work import Work

router = Router("me", "/v1/me")


class MayDo(BaseModel):
    """One permission, and to what: `all`, or only what one stands in these relations to."""

    permission: Permission
    to: list[Relation]


class MyTeam(BaseModel):
    """A team that one belongs to, or manages today: as its manager, deputy or stand-in."""

    reference: str
    name: str
    is_managed: bool


class MyAudit(BaseModel):
    """An audit that has not ended, of one's own work or given to oneself."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    mine_as: Literal["practitioner", "auditor"]
    kind: str
    state: str
    cycle: Annotated[str, Field(examples=["2026-10"])]
    report_due_on: date


class MyDeadline(BaseModel):
    """What one owes by when, and why."""

    audit_id: Annotated[uuid.UUID | None, Field(description="None for a safety alert that is about no audit")]
    dispute_id: Annotated[uuid.UUID | None, Field(description="The dispute it runs for, if not the audit itself")]
    safety_alert_id: uuid.UUID | None
    moderated_audit_id: uuid.UUID | None
    audit: Annotated[str | None, Field(description="Reference of the audit")]
    about: Annotated[str, Field(description="Reference of what it runs for: audit, dispute or safety alert")]
    time_limit: str
    due_on: date
    state: Literal["running", "overdue"]
    rule: str
    clause: str
    sentence: str


class MyDispute(BaseModel):
    """A dispute that waits for one's word where no clock runs (D6), or for a review that one was asked for (D3)."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412-dispute-1"])]
    asked: Literal["decision", "review"]
    rung: Annotated[str, Field(examples=["D6"])]
    sentence: str


class MyToDo(BaseModel):
    """Something that is left to one to do in the case system by hand, and to tick off there."""

    id: uuid.UUID
    audit_id: uuid.UUID
    audit: Annotated[str, Field(description="Reference of the audit")]
    kind: Literal["upload_document", "record_note", "send_alert"]
    report_version: int
    created_at: datetime


class Me(BaseModel):
    """Whoever is signed in, with what is theirs on the day."""

    name: Annotated[str, Field(description="As the records keep it")]
    roles: list[str]
    may: list[MayDo]
    person: Annotated[str | None, Field(description="One's reference; null for a machine or an account not linked yet")]
    teams: list[MyTeam]
    heads_services: Annotated[list[str], Field(description="Ids of the services that one heads today")]
    audits: Annotated[list[MyAudit], Field(description=f"At most {mine.MOST}; GET /v1/audits has them all")]
    deadlines: Annotated[list[MyDeadline], Field(description=f"The next {mine.MOST} at most")]
    disputes: Annotated[list[MyDispute], Field(description="Those that wait for one's decision or review, no clock")]
    reports_to_file: Annotated[
        list[MyToDo],
        Field(description="By hand, for want of a connector: GET /v1/case-system/commands/{id} has what to copy"),
    ]


_EXAMPLE: dict[str, Any] = {
    "name": "person 990402",
    "roles": ["auditor"],
    "may": [{"permission": "audits:read", "to": ["as auditor"]}],
    "person": "990402",
    "teams": [{"reference": "CART", "name": "CART", "is_managed": False}],
    "heads_services": [],
    "audits": [
        {
            "id": "0199c0de-7a11-7000-8000-000000000003",
            "reference": "PA-2026-0412",
            "mine_as": "auditor",
            "kind": "ordinary",
            "state": "allocated",
            "cycle": "2026-10",
            "report_due_on": "2026-10-29",
        }
    ],
    "deadlines": [
        {
            "audit_id": "0199c0de-7a11-7000-8000-000000000003",
            "dispute_id": None,
            "safety_alert_id": None,
            "moderated_audit_id": None,
            "audit": "PA-2026-0412",
            "about": "PA-2026-0412",
            "time_limit": "programme.report_due_before_close",
            "due_on": "2026-10-29",
            "state": "running",
            "rule": "L5",
            "clause": "3.7",
            "sentence": "The report is completed at the latest 1 working day before the cycle's close on "
            "Friday 30 October 2026: by Thursday 29 October 2026.",
        }
    ],
    "disputes": [],
    "reports_to_file": [],
}


@router.get(
    "",
    operation_id="who_am_i",
    dependencies=[requires(Permission.READ_OWN_ACCOUNT)],
    responses=answered({"an auditor": _EXAMPLE}),
)
def who_am_i(actor: ActorDep, work: WorkDep) -> Me:
    """Who is signed in, in which roles, what these allow, and what is theirs to do."""
    relations = {permission: sorted(actor.relations_of(permission)) for permission in Permission}
    who = actor.standing
    is_somebody = who.person_id is not None
    return Me(
        name=actor.name,
        roles=sorted(actor.roles),
        may=[MayDo(permission=permission, to=to) for permission, to in relations.items() if to],
        person=who.reference,
        teams=[MyTeam(**row._asdict()) for row in mine.teams_of(work.session, who)] if is_somebody else [],
        heads_services=sorted(who.services),
        audits=[_audit(row) for row in mine.open_audits_of(work.session, who)] if is_somebody else [],
        deadlines=[MyDeadline(**row._asdict()) for row in mine.deadlines_owed_by(work.session, who)]
        if is_somebody
        else [],
        disputes=[MyDispute(**asdict(one)) for one in disputes_waiting_for(work)] if is_somebody else [],
        reports_to_file=[MyToDo(**row._asdict()) for row in _reports_to_file(actor, work)] if is_somebody else [],
    )


def _reports_to_file(actor: Actor, work: Work) -> Sequence[Any]:
    """As the matrix of section 9 says whose they are: the auditor's, or anybody's of the audit team."""
    theirs = set(roles_hearing(NoticeEvent.REPORT_TO_FILE, work.policy))
    is_of_team = Role.AUDIT_TEAM in theirs and AppRole.AUDIT_TEAM in actor.roles
    if not is_of_team and Role.AUDITOR not in theirs:
        return []
    return mine.reports_to_file(work.session, actor.standing, of_everybody=is_of_team)


def _audit(row: Any) -> MyAudit:
    return MyAudit(**row._asdict())
