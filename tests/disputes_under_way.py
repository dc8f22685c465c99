"""A dispute about one audit's report over HTTP, each step by whoever it is for, on a clock that the test moves."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from clock import Clock
from db.tables.disputes import Dispute
from db.tables.notices import Notice
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.api.signing_in import link
from tests.audits_under_way import ROLES, AuditUnderWay
from tests.small_council import SmallCouncil
from usecases.dispute_sweep import walk_disputes

POLICY = load_edition()
ENGLAND = WorkingDayCalendar.of_policy(POLICY.calendar)
JUDGES = {
    "psw": ("principal_social_worker", "Audit.PSW", {}),
    "ad": ("assistant_director", "Audit.AssistantDirector", {"service_id": "home_first"}),
    "ad_qa": ("assistant_director_qa", "Audit.AssistantDirector", {}),
    "divisional": ("divisional_director", "Audit.SeniorLeader", {}),
}
WHY = {"reasons": "The visit of May is not counted.", "evidence": "Case note of 12 May."}


@dataclass
class DisputeUnderWay:
    """What is asked about the dispute of one audit, once there is one."""

    audit: AuditUnderWay
    id: str = ""

    def raised(self, who: str = "practitioner", *parts: str, **more: Any) -> Any:
        """What somebody is answered who opens one."""
        grounds = [{"part": part, **WHY} for part in parts or ("overall_grade",)]
        body = {"audit_id": self.audit.audit_id, "grounds": grounds, **more}
        answer = self.audit.client.post("/v1/disputes", json=body, headers=self.audit.who(who))
        if answer.status_code == 201:
            self.id = answer.json()["id"]
        return answer

    def get(self, who: str, path: str = "") -> Any:
        return self.audit.client.get(f"/v1/disputes/{self.id}{path}", headers=self.audit.who(who))

    def post(self, who: str, path: str, body: Any, **headers: str) -> Any:
        asked = {**self.audit.who(who), "If-Match": f'"{self.row().version}"', **headers}
        return self.audit.client.post(f"/v1/disputes/{self.id}{path}", json=body, headers=asked)

    def says(self, who: str, event: str, **more: Any) -> Any:
        """What somebody is answered who takes a step."""
        return self.post(who, "/steps", {"event": event, **more})

    def said(self, who: str, event: str, **more: Any) -> dict[str, Any]:
        """The same of a step that is taken."""
        answer = self.says(who, event, **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def taken_to(self, rung: str) -> None:
        """Step by step to that rung, on the day as it is."""
        way = [
            ("D2", "manager", "meeting_held", {}),
            ("D2r", "manager", "unresolved", {"summary": "We see it differently."}),
            ("D3", "manager", "referred", {}),
            ("D4", "audit_manager", "course_agreed", {"summary": "We read the record again."}),
            ("D4r", "psw", "unresolved", {"summary": "The criteria can be read two ways."}),
            ("D5", "psw", "referred", {}),
            ("D5r", "ad", "unresolved", {"summary": "We do not agree."}),
            ("D6", "ad_qa", "referred", {"reason": "The criteria contradict themselves."}),
        ]
        for reached, who, event, more in way:
            if self.row().rung < rung or reached.startswith(rung):
                if self.row().rung == rung and reached == rung:
                    return
                self.said(who, event, **more)
            if reached == rung:
                return

    def row(self) -> Dispute:
        with self.audit.sessions() as session:
            return session.scalars(select(Dispute).where(Dispute.id == self.id)).one()

    def sweep(self, on: date) -> str:
        """The clock says what it has to say on that day."""
        self.audit.day(on)
        return walk_disputes(_Means(self.audit, Clock.set_to(on)))

    def means(self) -> Any:
        """What sweeps work with, on the day as it is."""
        return _Means(self.audit, Clock.set_to(self.audit.on))

    def told(self) -> set[str]:
        """Everybody who was told of a step of it, by what they were told as."""
        with self.audit.sessions() as session:
            rows = session.scalars(select(Notice).where(Notice.event == "dispute_step"))
            return {row.content["as"] for row in rows}


@dataclass
class _Means:
    audit: AuditUnderWay
    clock: Any
    policy: Any = POLICY
    calendar: Any = ENGLAND

    @property
    def sessions(self) -> Any:
        return self.audit.sessions


def appoint_judges(audit: AuditUnderWay) -> DisputeUnderWay:
    """Those of the formal stages take up their posts."""
    with audit.sessions.begin() as session:
        council = SmallCouncil(session)
        for name, (role, token_role, place) in JUDGES.items():
            ROLES.setdefault(name, token_role)
            council.person(name.upper())
            council.post(name.upper(), role, **place)
            link(council, audit.provider, name, name.upper())
    return DisputeUnderWay(audit)


def issued_below_good(audit: AuditUnderWay, grade: str, on: date) -> None:
    """A report with a grade that asks for an improvement plan, which is there."""
    action = {
        "specific": "Hold the review that is due.",
        "measurable": "It is on record with her own words.",
        "achievable": "Two hours are kept free.",
        "relevant": "Nobody asked her since January.",
        "owner": audit.people()[1],
        "due_on": "2026-12-30",
    }
    headers = {**audit.who("auditor"), "If-Match": audit.get("auditor", "/improvement-plan").headers["ETag"]}
    path = f"/v1/audits/{audit.audit_id}/improvement-plan"
    saved = audit.client.put(path, json={"actions": [action]}, headers=headers)
    assert saved.status_code == 200, saved.text
    audit.issued(grade, on)
