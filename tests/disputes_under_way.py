"""A dispute about one audit's report over HTTP, each step by whoever it is for, on a clock that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from clock import Clock
from db.tables.audits import Audit
from db.tables.disputes import Dispute
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from tests.api.signing_in import link
from tests.audits_under_way import ROLES, AuditUnderWay
from tests.small_council import SmallCouncil, work_on
from usecases.audit_cycles import open_cycle
from usecases.dispute_sweep import walk_disputes
from usecases.lengthenings import lengthen_clocks
from usecases.work import Work

POLICY = load_edition()
JUDGES = {
    "psw": ("principal_social_worker", "Audit.PSW", {}),
    "ad": ("assistant_director", "Audit.AssistantDirector", {"service_id": "home_first"}),
    "ad_qa": ("assistant_director_qa", "Audit.AssistantDirector", {}),
    "divisional": ("divisional_director", "Audit.SeniorLeader", {}),
}
_HOLDERS = {"team_manager": "manager", **{role: name for name, (role, _, _) in JUDGES.items()}}
_WAY: dict[tuple[str, str | None], tuple[str, str, dict[str, str]]] = {
    ("D1", "stage"): ("team_manager", "meeting_held", {}),
    ("D2", "stage"): ("team_manager", "unresolved", {"summary": "We see it differently."}),
    ("D2", "referral"): ("team_manager", "referred", {}),
    ("D3", "stage"): ("audit_manager", "course_agreed", {"summary": "We read the record again."}),
    ("D4", "stage"): ("principal_social_worker", "unresolved", {"summary": "The criteria can be read two ways."}),
    ("D4", "referral"): ("principal_social_worker", "referred", {}),
    ("D5", "stage"): ("assistant_director", "unresolved", {"summary": "We do not agree."}),
    ("D5", "referral"): ("assistant_director_qa", "referred", {"reason": "The criteria contradict themselves."}),
}
WHY = {"reasons": "The visit of May is not counted.", "evidence": "Case note of 12 May."}


@dataclass
class DisputeUnderWay:
    """What is asked about the dispute of one audit, once there is one."""

    audit: AuditUnderWay
    id: str = ""
    policy: Policy = POLICY

    def raised(self, who: str = "practitioner", *parts: str, **more: Any) -> Any:
        """What somebody is answered who opens one."""
        return self.raises(who, [{"part": part, **WHY} for part in parts or ("overall_grade",)], **more)

    def raises(self, who: str, grounds: list[dict[str, str]], **more: Any) -> Any:
        """The same about these parts with what is written of each."""
        body = {"audit_id": self.audit.audit_id, "grounds": grounds, **more}
        answer = self.audit.client.post("/v1/disputes", json=body, headers=self.audit.who(who))
        if answer.status_code == 201:
            self.id = answer.json()["id"]
        return answer

    def get(self, who: str, path: str = "") -> Any:
        return self.audit.client.get(f"/v1/disputes/{self.id}{path}", headers=self.audit.who(who))

    def post(self, who: str, path: str, body: Any, **headers: str) -> Any:
        return self._post(self.audit.who(who), path, body, **headers)

    def _post(self, as_whom: dict[str, str], path: str, body: Any, **headers: str) -> Any:
        asked = {**as_whom, "If-Match": f'"{self.row().version}"', **headers}
        return self.audit.client.post(f"/v1/disputes/{self.id}{path}", json=body, headers=asked)

    def says_as(self, as_whom: dict[str, str], event: str, **more: Any) -> Any:
        """What somebody of several roles is answered who takes a step."""
        return self._post(as_whom, "/steps", {"event": event, **more})

    def says(self, who: str, event: str, **more: Any) -> Any:
        """What somebody is answered who takes a step."""
        return self.post(who, "/steps", {"event": event, **more})

    def said(self, who: str, event: str, **more: Any) -> dict[str, Any]:
        """The same of a step that is taken."""
        answer = self.says(who, event, **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def taken_to(self, rung: str, instead: Mapping[str, str] = MappingProxyType({})) -> None:
        """Step by step to that rung, on the day as it is; `instead` names who acts in the place of a post."""
        while self.row().rung < rung:
            row = self.row()
            post, event, more = _WAY[row.rung, row.awaits]
            self.said(instead.get(post) or _HOLDERS.get(post, post), event, **more)

    def row(self) -> Dispute:
        with self.audit.sessions() as session:
            return session.scalars(select(Dispute).where(Dispute.id == self.id)).one()

    def sweep(self, on: date) -> str:
        """The clock says what it has to say on that day."""
        self.audit.day(on)
        return walk_disputes(self.means())

    def means(self) -> Any:
        """What sweeps work with, on the day as it is, by the policy in force."""
        return _Means(self.audit, Clock.set_to(self.audit.on), self.policy, self.calendar())

    def calendar(self) -> WorkingDayCalendar:
        return WorkingDayCalendar.of_policy(self.policy.calendar)

    def in_force(self, policy: Policy) -> None:
        """From now on everybody is answered by that policy, as after a start anew."""
        self.policy, state = policy, self.audit.client.app.state  # type: ignore[attr-defined]
        state.installation = replace(state.installation, policy=policy, calendar=self.calendar())

    def proclaimed(self, *days: date) -> None:
        """These days are off, from now on; clocks that run are lengthened."""
        named = tuple(NamedDay(day, "A day of joy") for day in days)
        self.in_force(replace(self.policy, calendar=replace(self.policy.calendar, proclaimed_days=named)))
        means = self.means()
        with self.audit.sessions.begin() as session:
            lengthen_clocks(Work(session, means.clock.now(), means.calendar, means.policy, "scheduler"))

    def people_told(self) -> set[str]:
        """Everybody who was told of a step of it, by reference."""
        with self.audit.sessions() as session:
            told = select(Person.reference).join(Notice, Notice.recipient_id == Person.id)
            return set(session.scalars(told.where(Notice.event == "dispute_step")))

    def told(self) -> set[str]:
        """Everybody who was told of a step of it, by what they were told as."""
        with self.audit.sessions() as session:
            rows = session.scalars(select(Notice).where(Notice.event == "dispute_step"))
            return {row.content["as"] for row in rows}


@dataclass
class _Means:
    audit: AuditUnderWay
    clock: Any
    policy: Policy
    calendar: WorkingDayCalendar

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


def re_audit_drawn(audit: AuditUnderWay) -> str:
    """January 2027 opens and allocates the re-audit of a report that was issued in October; its id."""
    opens_on = date(2027, 1, 4)
    audit.day(opens_on)
    with audit.sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 12, 31))
        open_cycle(work_on(session, opens_on), "2027-01")
    with audit.sessions() as session:
        (follower,) = session.scalars(select(Audit).where(Audit.re_audit_of == audit.audit_id))
        return str(follower.id)


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
