"""People who take one audit through its life over HTTP, each with their own token, on a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.grading_contents import as_written
from clock import Clock
from db.queries.audit_contents import save_grading
from db.tables.audits import Audit
from db.tables.organisation import AuditorAppointment, Person
from rules.gradings import Stage
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.grading_contents import after_discussion, whole_grading
from tests.integrations.pretend_provider import PretendProvider
from tests.small_council import SmallCouncil, found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_tools import tool_read

FIRST = date(2026, 10, 1)
BEFORE, AFTER = Stage.BEFORE_DISCUSSION, Stage.AFTER_DISCUSSION
ROLES = {
    "auditor": "Audit.Auditor",
    "practitioner": "Audit.Practitioner",
    "manager": "Audit.TeamManager",
    "head": "Audit.HeadOfService",
    "audit_team": "Audit.Admin",
    "audit_manager": "Audit.Manager",
    "director": "Audit.SeniorLeader",
    "leader": "Audit.SeniorLeader",
    "administrator": "System.Administrator",  # linked to nobody
}


@dataclass
class AuditUnderWay:
    """One audit and those concerned by it; `on` is the day on which they ask."""

    client: TestClient
    provider: PretendProvider
    sessions: sessionmaker[Session]
    audit_id: str
    on: date = FIRST

    def day(self, on: date) -> None:
        """From now on everybody asks on that day, at nine."""
        installation = self.client.app.state.installation  # type: ignore[attr-defined]
        self.client.app.state.installation = replace(installation, clock=Clock.set_to(on))  # type: ignore[attr-defined]
        self.on = on

    def clock(self) -> Clock:
        return Clock.set_to(self.on)

    def who(self, name: str, *more: str) -> dict[str, str]:
        """Somebody with the role that goes with what they are, and with more if a test says so."""
        return bearer(token_for(self.provider, self.clock(), name, ROLES[name], *(ROLES[one] for one in more)))

    def get(self, name: str, path: str = "") -> Any:
        return self.client.get(f"/v1/audits/{self.audit_id}{path}", headers=self.who(name))

    def tag(self) -> str:
        with self.sessions() as session:
            return f'"{session.get_one(Audit, self.audit_id).version}"'

    def post(self, name: str, path: str, body: Any = None, **headers: str) -> Any:
        """What somebody is answered who asks for a move of the audit as it stands."""
        asked = {**self.who(name), "If-Match": self.tag(), **headers}
        return self.client.post(f"/v1/audits/{self.audit_id}{path}", json=body, headers=asked)

    def moved(self, name: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer to a move that is made."""
        answer = self.post(name, path, body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def grade(self, overall: str, *, after: bool = False, **facts: Any) -> None:
        """The auditor writes a grading that lacks nothing: the first, or the one after the discussion.

        `facts` of the grading are as a test says.
        """
        with self.sessions.begin() as session:
            work = work_on(session, self.on)
            row = session.get_one(Audit, self.audit_id)
            first = whole_grading(tool_read(work, row), overall)
            content, stage = (after_discussion(first, overall), AFTER) if after else (first, BEFORE)
            save_grading(session, row.id, stage, replace(content, **facts), at=work.now, by="person of these tests")

    def write(self, overall: str, *, after: bool = False) -> Any:
        """The same over HTTP: what the auditor is answered who saves the grading in place of the one before."""
        with self.sessions() as session:
            first = whole_grading(tool_read(work_on(session, self.on), session.get_one(Audit, self.audit_id)), overall)
        path = f"/gradings/{'after' if after else 'before'}-discussion"
        body = as_written(after_discussion(first, overall) if after else first).model_dump(mode="json")
        headers = {**self.who("auditor"), "If-Match": self.get("auditor", path).headers["ETag"]}
        return self.client.put(f"/v1/audits/{self.audit_id}{path}", json=body, headers=headers)

    def first_domain(self) -> str:
        """The first domain of the audit's form."""
        return self.domains()[0]

    def domains(self) -> list[str]:
        """The domains of the audit's form, by id."""
        with self.sessions() as session:
            row = session.get_one(Audit, self.audit_id)
            return [domain.id for domain in tool_read(work_on(session, self.on), row).domains]

    def issued(self, grade: str = "good", on: date = date(2026, 10, 28)) -> None:
        """Everything up to the issue of a report with that grade, on that day."""
        self.day(date(2026, 10, 20))
        self.grade(grade)
        self.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-20", "team_manager_attended": True})
        self.grade(grade, after=True)
        self.day(on)
        self.moved("auditor", "/submissions")
        self.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
        self.moved("auditor", "/issue")

    def filed(self) -> None:
        """The audit team says of everything that is owed to the case system that it was done by hand, in its order."""
        path, who = "/v1/case-system/commands", self.who("audit_team")
        owed = self.client.get(f"{path}?audit={self.row().reference}", headers=who).json()["items"]
        for command in reversed([it for it in owed if it["state"] not in ("done", "cancelled")]):
            headers = {**who, "If-Match": self.client.get(f"{path}/{command['id']}", headers=who).headers["ETag"]}
            body = {"reference": f"MOS-{command['kind']}"}
            done = self.client.post(f"{path}/{command['id']}/done", json=body, headers=headers)
            assert done.status_code == 200, done.text

    def people(self) -> tuple[str, str]:
        """The auditor and the practitioner, by reference."""
        with self.sessions() as session:
            row = session.get_one(Audit, self.audit_id)
            by_id = {it.id: it.reference for it in session.scalars(select(Person))}
            return by_id[row.auditor_id], by_id[row.practitioner_id]  # type: ignore[index]

    def row(self) -> Audit:
        with self.sessions() as session:
            return session.get_one(Audit, self.audit_id)


@contextmanager
def audit_under_way(
    provider: PretendProvider,
    data: Path,
    sessions: sessionmaker[Session],
    on: date = FIRST,
    before_opening: Callable[[Session], None] | None = None,
) -> Iterator[AuditUnderWay]:
    """An audit of CART that October allocated, with everybody concerned signed in by what they are to it."""
    with sessions.begin() as session:
        council = found_council(session, date(2026, 9, 28))
        _appoint(council, provider)
        if before_opening is not None:
            before_opening(session)
        open_cycle(work_on(session, FIRST), "2026-10")
        audit = session.scalars(
            select(Audit).join(Person, Person.id == Audit.practitioner_id).where(Person.reference.startswith("CART"))
        ).first()
        assert audit is not None, "CART has an audit"
        by_id = {it.id: it.reference for it in session.scalars(select(Person))}
        link(council, provider, "auditor", by_id[audit.auditor_id])  # type: ignore[index]
        link(council, provider, "practitioner", by_id[audit.practitioner_id])
        audit_id = str(audit.id)
    app = app_of(settings_of(provider, data), Clock.set_to(on), sessions)
    with asking(app) as client:
        yield AuditUnderWay(client, provider, sessions, audit_id, on)


def _appoint(council: SmallCouncil, provider: PretendProvider) -> None:
    posts = {
        "manager": ("team_manager", {"team": "CART"}),
        "head": ("head_of_service", {"service_id": "home_first"}),
        "audit_team": ("audit_team", {}),
        "audit_manager": ("audit_manager", {}),
        "director": ("director", {}),
    }
    for name, (role, place) in posts.items():
        council.person(name.upper())
        council.post(name.upper(), role, **place)
        link(council, provider, name, name.upper())
    for appointment in council.session.scalars(select(AuditorAppointment)):
        appointment.capacity = 2
