"""People who draw, moderate and read over HTTP, each with their own token, on a day that the test sets (M1 to M6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.audits import Audit
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider
from tests.moderated import moderating_council
from tests.small_council import work_on
from usecases.audit_tools import tool_read

MARCH = date(2027, 3, 1)
ROUNDS = "/v1/moderation-rounds"
LEADER, TEAM = "Audit.SeniorLeader", "Audit.Admin"


ROLES = {"TEAM": TEAM, "M1": LEADER, "M2": LEADER, "A3": "Audit.Auditor"}


@dataclass
class Moderating:
    """The service as people ask it; `roles` says in which app role each asks, by reference."""

    client: TestClient
    provider: PretendProvider
    sessions: sessionmaker[Session]
    roles: dict[str, str]
    today: date = MARCH

    def day(self, on: date) -> None:
        """From now on everybody asks on that day."""
        state = self.client.app.state  # type: ignore[attr-defined]
        state.installation = replace(state.installation, clock=Clock.set_to(on))
        self.today = on

    def who(self, name: str) -> dict[str, str]:
        return bearer(token_for(self.provider, Clock.set_to(self.today), name, self.roles[name]))

    def get(self, name: str, path: str) -> Any:
        return self.client.get(f"{ROUNDS}{path}", headers=self.who(name))

    def drawn(self) -> dict[str, Any]:
        answer = self.client.post(ROUNDS, json={}, headers=self.who("TEAM"))
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def change(self, name: str, method: str, path: str, body: Any, if_match: str | None = None) -> Any:
        """A change of one moderated audit, of the version that the audit team reads now."""
        one = path.rsplit("/", 1)[0]
        read = if_match or self.get("TEAM", one).headers["ETag"]
        return self.client.request(method, f"{ROUNDS}{path}", json=body, headers={**self.who(name), "If-Match": read})

    def regrade(self, audit_id: str, grade: str, **written: Any) -> dict[str, Any]:
        """A regrade that lacks nothing, with that grade throughout."""
        with self.sessions() as session:
            domains = tool_read(work_on(session, self.today), session.get_one(Audit, audit_id)).domains
        told = [{"domain": domain.id, "grade": grade, "findings": "It is on record."} for domain in domains]
        return {"domains": told, "overall": grade, "findings": "Fair on the record of the autumn.", **written}

    def fed_back(self, one: dict[str, Any], grade: str, **written: Any) -> Any:
        """Its moderator takes one to its feedback."""
        path, moderator = f"/audits/{one['id']}", one["moderator"]
        saved = self.change(moderator, "PUT", f"{path}/regrade", self.regrade(one["audit_id"], grade, **written))
        assert (saved.status_code, saved.json()["missing"]) == (200, []), saved.text
        met = self.change(moderator, "POST", f"{path}/auditor-meeting", {"met_on": self.today.isoformat()})
        assert met.status_code == 200, met.text
        return self.change(moderator, "POST", f"{path}/written-feedback", {"feedback": "A careful report."})


@contextmanager
def moderating_people(provider: PretendProvider, data: Path, sessions: sessionmaker[Session]) -> Iterator[Moderating]:
    """People of a small council who ask on the first of March; A3 did the Inadequate audit, which is drawn first."""
    with sessions.begin() as session:
        council = moderating_council(session)
        for name in ROLES:
            link(council, provider, name, name)
    app = app_of(settings_of(provider, data), Clock.set_to(MARCH), sessions)
    with asking(app) as client:
        yield Moderating(client, provider, sessions, dict(ROLES))
