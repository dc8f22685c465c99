"""A small council lives through months of audits: the scheduler's jobs each day, and people who ask over HTTP.

What people do is written as lines of a script: a day, what they do, and what they say of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.queries.jobs import CASE_SYSTEM, DELIVERY
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.organisation import AuditorAppointment, Person, Post, Team
from scheduler.jobs import JOBS
from scheduler.runner import run
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider
from tests.scheduling import means_on
from tests.small_council import SmallCouncil, found_council

BEFORE_WORK, IN_THE_MORNING = 6, 10
AFTER_PEOPLE_IN_SHORT = ("close_finished_audits", DELIVERY)
AFTER_PEOPLE = ("sweep_deadlines", "close_finished_audits", CASE_SYSTEM, DELIVERY)
# What a short year leaves out: days off, and jobs on days on which they have nothing to do.
TURNS_IN_SHORT = ("close_cycles", "report_closings", "open_cycles")
WEEKEND = (5, 6)
FIRST_DAYS = 2  # of a month, by which its cycle has opened
BEGINNING = date(2026, 10, 1)
PLAN = "/improvement-plan"
ONE_DAY = timedelta(days=1)
POSTS = {
    "TEAM": ("audit_team", "Audit.Admin"),
    "AUDIT-MANAGER": ("audit_manager", "Audit.Manager"),
    "PSW": ("principal_social_worker", "Audit.PSW"),
    "AD-QA": ("assistant_director_qa", "Audit.AssistantDirector"),
    "DIRECTOR": ("director", "Audit.SeniorLeader"),
}
SERVICES = ("mash", "home_first", "review", "send", "quality_assurance", "care_and_support")


@dataclass
class Life:
    """One audit, or one re-audit of it, and what is to happen to it."""

    name: str
    audit_id: str
    reference: str
    team: str
    service_id: str
    practitioner: str
    auditor: str
    script: Sequence[tuple[date, str, str]]
    re_audits: Mapping[str, str] = field(default_factory=dict)
    earlier_auditor: str | None = None

    @property
    def people(self) -> Mapping[str, str | None]:
        """Who the people around it are, by what they are to it."""
        return {
            "earlier": self.earlier_auditor,
            "practitioner": self.practitioner,
            "auditor": self.auditor,
            "manager": f"TM-{self.team}",
            "auditors-head": f"HEAD-{self.auditor.rpartition('-')[0]}",
            "head": f"HEAD-{self.service_id}",
            "ad": f"AD-{self.service_id}",
            "team": "TEAM",
            "psw": "PSW",
            "director": "DIRECTOR",
        }


def lines_of(script: str) -> list[tuple[date, str, str]]:
    """A script, line by line: the day, the verb, and the rest."""
    found = []
    for line in script.strip().splitlines():
        day, _, rest = line.strip().partition(" ")
        verb, _, said = rest.partition(" ")
        found.append((date.fromisoformat(day), verb, said))
    return found


@dataclass
class YearOfAudits:
    """The council, its service over HTTP, and the lives that are lived in it."""

    client: TestClient
    provider: PretendProvider
    sessions: sessionmaker[Session]
    today: date
    is_short: bool = False
    lives: list[Life] = field(default_factory=list)

    def live(self, until: date, verbs: Mapping[str, Any], choose: Any) -> None:
        """Every day up to that one: the jobs, what people do, and the jobs once more.

        `choose` names the lives of audits that were allocated this morning, `verbs` say how each thing is done.
        """
        while self.today <= until:
            self._jobs(BEFORE_WORK, self._before_work())
            choose(self)
            for life in list(self.lives):
                for _, verb, said in [it for it in life.script if it[0] == self.today]:
                    verbs[verb](self, life, said)
            self._jobs(IN_THE_MORNING, AFTER_PEOPLE_IN_SHORT if self.is_short else AFTER_PEOPLE)
            self.today += ONE_DAY
            while self.is_short and self.today.weekday() in WEEKEND:
                self.today += ONE_DAY
            self._set_clock()

    def take(self, audit: Audit, scripts: Mapping[str, str]) -> Life:
        """That audit lives by the first script, and its re-audits by those after it."""
        with self.sessions() as session:
            people = {it.id: it.reference for it in session.scalars(select(Person))}
            team = session.get_one(Team, audit.team_id).reference
        assert audit.auditor_id is not None
        (name, script), *more = scripts.items()
        life = Life(
            name,
            str(audit.id),
            audit.reference,
            team,
            audit.service_id,
            people[audit.practitioner_id],
            people[audit.auditor_id],
            lines_of(script),
            dict(more),
        )
        self.lives.append(life)
        return life

    def allocated_today(self) -> list[Audit]:
        with self.sessions() as session:
            known = {life.audit_id for life in self.lives}
            question = select(Audit).where(Audit.allocated_on == self.today, Audit.state == "allocated")
            return [it for it in session.scalars(question.order_by(Audit.reference)) if str(it.id) not in known]

    def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What somebody is answered, who must not be refused."""
        headers = {**self._who(who), **headers}
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{self.today} {who} {method} {path}: {answer.text}"
        return answer

    def move(self, who: str, life: Life, path: str, body: Any = None) -> Any:
        """Somebody makes a move of the audit as it stands."""
        with self.sessions() as session:
            version = session.get_one(Audit, life.audit_id).version
        url = f"/v1/audits/{life.audit_id}{path}"
        return self.ask(who, "POST", url, body, **{"If-Match": f'"{version}"'}).json()

    def save(self, who: str, life: Life, method: str, path: str, body: Any) -> Any:
        """Somebody saves a part of the report as they have just read it."""
        read = PLAN if path.startswith(PLAN) else path
        seen = self.ask(who, "GET", f"/v1/audits/{life.audit_id}{read}")
        tag = {"If-Match": seen.headers["ETag"]}
        return self.ask(who, method, f"/v1/audits/{life.audit_id}{path}", body, **tag).json()

    def timeline(self, life: Life) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]]
        entries = self.ask("AUDIT-MANAGER", "GET", f"/v1/audits/{life.audit_id}/timeline").json()["entries"]
        return entries

    def _before_work(self) -> Sequence[str]:
        if not self.is_short:
            return [job.name for job in JOBS]
        return (*TURNS_IN_SHORT, "sweep_deadlines") if self.today.day <= FIRST_DAYS else ("sweep_deadlines",)

    def _jobs(self, hour: int, names: Sequence[str]) -> None:
        if hour == BEFORE_WORK and self.today.weekday() == 0:
            with self.sessions.begin() as session:
                SmallCouncil(session).extract(self.today)
        means = means_on(self.today, self.sessions, hour=hour)
        for job in JOBS:
            if job.name in names:
                run(job, means)

    def _set_clock(self) -> None:
        state = self.client.app.state  # type: ignore[attr-defined]
        state.installation = replace(state.installation, clock=Clock.set_to(self.today))

    def _who(self, reference: str) -> dict[str, str]:
        return bearer(token_for(self.provider, Clock.set_to(self.today), reference, _role_of(reference)))


def _role_of(reference: str) -> str:
    if reference in POSTS:
        return POSTS[reference][1]
    by_beginning = {"TM-": "Audit.TeamManager", "HEAD-": "Audit.HeadOfService", "AD-": "Audit.AssistantDirector"}
    for beginning, role in by_beginning.items():
        if reference.startswith(beginning):
            return role
    return "Audit.Auditor" if "-A" in reference else "Audit.Practitioner"


@contextmanager
def year_of_audits(
    provider: PretendProvider, data: Path, sessions: sessionmaker[Session], *, is_short: bool
) -> Iterator[YearOfAudits]:
    """A council with somebody in every post, each with an account."""
    with sessions.begin() as session:
        council = found_council(session, BEGINNING - 3 * ONE_DAY, practitioners_per_team=6)
        _fill_posts(council)
        for person in session.scalars(select(Person.reference)).all():
            link(council, provider, person, person)
    app = app_of(settings_of(provider, data), Clock.set_to(BEGINNING), sessions)
    with asking(app) as client:
        yield YearOfAudits(client, provider, sessions, BEGINNING, is_short)


def _fill_posts(council: SmallCouncil) -> None:
    council.session.execute(delete(Post))
    for reference, (role, _) in POSTS.items():
        council.person(reference)
        council.post(reference, role)
    for team in council.session.scalars(select(Team.reference)).all():
        council.person(f"TM-{team}")
        council.post(f"TM-{team}", "team_manager", team=team)
    for service_id in SERVICES:
        for beginning, role in (("HEAD", "head_of_service"), ("AD", "assistant_director")):
            council.person(f"{beginning}-{service_id}")
            council.post(f"{beginning}-{service_id}", role, service_id=service_id)


def end_all_other_cases(year: YearOfAudits) -> None:
    """From now on nobody has a case but those that are followed: what is drawn then are their re-audits."""
    with year.sessions.begin() as session:
        followed = select(Audit.case_reference).where(Audit.id.in_([life.audit_id for life in year.lives]))
        others = Involvement.case_reference.not_in(followed)
        session.execute(update(Involvement).where(others).values(ended_on=year.today))


@contextmanager
def room_for_one_more(year: YearOfAudits) -> Iterator[None]:
    """Meanwhile every auditor may take one audit more."""
    for more in (1, -1):
        with year.sessions.begin() as session:
            session.execute(update(AuditorAppointment).values(capacity=AuditorAppointment.capacity + more))
        if more == 1:
            yield
