"""A council around one person, in which each row is related to them in exactly one way, or in none."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.queries.case_system_commands import NewCommand, add_commands
from db.queries.reaches import Relation
from db.tables.audit_contents import EarlierFeedback
from db.tables.case_system import CaseSystemCommand
from db.tables.disputes import Dispute, IndependentReview
from db.tables.moderation import ModeratedAudit, ModerationFrame, ModerationRound
from db.tables.notices import Notice
from db.tables.organisation import Post, PostDeputy, Team
from db.tables.safety_alerts import SafetyAlert
from tests.reports.example_reports import BARE
from tests.small_council import POLICY, SmallCouncil, work_on
from usecases.report_versions import store_version

ME = "ME"
Rows = dict[Relation | None, set[str]]


@dataclass
class Related:
    """For each resource its rows by how they are related to ME; `None` holds what is nothing to them."""

    rows: dict[str, Rows] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def add(self, resource: str, relation: Relation | None, row: uuid.UUID | str) -> None:
        self.rows[resource][relation].add(str(row))

    def of(self, resource: str, relation: Relation) -> set[str]:
        """What that relation shows. To ALL it is everything, of which what is related in no way is the proof."""
        return self.rows[resource][None if relation is Relation.ALL else relation]

    def all_of(self, resource: str) -> set[str]:
        return set().union(*self.rows[resource].values())


def found_access_council(session: Session) -> Related:
    """Fills an empty database."""
    council, related = SmallCouncil(session), Related()
    _teams_and_people(council, related)
    _posts(council, related)
    _audits(council, related)
    _disputes(council, related)
    _moderations(council, related)
    _feedback(council, related)
    _notices(council, related)
    _case_commands(council, related)
    _safety_alerts(council, related)
    return related


def _teams_and_people(council: SmallCouncil, related: Related) -> None:
    teams = {
        "HOME": ("home_first", Relation.ONESELF),
        "MANAGED": ("care_management", Relation.OWN_TEAM),
        "MERGED": ("mash", Relation.OWN_TEAM),
        "HEADED": ("review", Relation.OWN_SERVICE),
        "MOVED": ("review", Relation.OWN_SERVICE),
        "LINE": ("send", None),
        "OTHER": ("nelft", None),
    }
    for reference, (service_id, relation) in teams.items():
        council.team(reference, service_id)
        related.add("teams", relation, council.team_id(reference))
        if reference not in ("MERGED", "MOVED"):
            related.add("services", relation, service_id)
    related.add("services", Relation.OWN_TEAM, "mash")
    merged = council.session.get_one(Team, council.team_id("MERGED"))
    merged.ended_on, merged.merged_into_id = date(2026, 6, 30), council.team_id("MANAGED")
    people = {
        ME: ("HOME", Relation.ONESELF),
        "COLLEAGUE": ("HOME", None),
        "MANAGED-1": ("MANAGED", Relation.OWN_TEAM),
        "HEADED-1": ("HEADED", Relation.OWN_SERVICE),
        "MOVED-1": ("MOVED", Relation.OWN_SERVICE),
        "LINE-1": ("LINE", Relation.LINE_MANAGED),
        "LINE-2": ("LINE", None),
        "OTHER-1": ("OTHER", None),
        "OTHER-2": ("OTHER", None),
        **{f"AUDITED-{number}": ("OTHER", None) for number in range(1, 6)},
    }
    for reference, (team, relation) in people.items():
        related.add("people", relation, council.person(reference, team))
    council.line_manager("LINE-1", ME)
    council.line_manager("LINE-2", ME, ended_on=date(2026, 9, 30))


def _posts(council: SmallCouncil, related: Related) -> None:
    """ME manages one team as the deputy of its manager, and heads one service."""
    deputised = _post(council, "OTHER-1", "team_manager", team_id=council.team_id("MANAGED"))
    council.session.add(PostDeputy(post_id=deputised, person_id=council.person_id(ME)))
    related.add("posts", Relation.OWN_TEAM, deputised)
    related.add("posts", Relation.ONESELF, _post(council, ME, "head_of_service", service_id="review"))
    related.add("posts", Relation.OWN_SERVICE, _post(council, "OTHER-1", "assistant_director", service_id="review"))
    related.add("posts", Relation.ONESELF, _post(council, "COLLEAGUE", "team_manager", team_id=council.team_id("HOME")))
    related.add("posts", None, _post(council, "OTHER-2", "team_manager", team_id=council.team_id("OTHER")))
    # Managed, so that no turn of a manager comes to ME as the next one up: a turn is seen whatever one's roles reach.
    for team in ("HEADED", "MOVED"):
        managed = _post(council, "AUDITED-4", "team_manager", team_id=council.team_id(team))
        related.add("posts", Relation.OWN_SERVICE, managed)
    related.add("posts", None, _post(council, "OTHER-2", "director"))
    # Ended, so that it counts for nothing, and is in no list of the day.
    _post(council, ME, "team_manager", team_id=council.team_id("OTHER"), ended_on=date(2026, 9, 30))


def _post(council: SmallCouncil, person: str, role: str, **facts: Any) -> uuid.UUID:
    post = Post(role=role, person_id=council.person_id(person), **facts)
    council.session.add(post)
    council.session.flush()
    return post.id


def _audits(council: SmallCouncil, related: Related) -> None:
    council.auditor("FOR-REVIEW", "review", team="OTHER")
    related.add("people", None, council.person_id("FOR-REVIEW"))
    audits: list[tuple[Relation | None, str, dict[str, Any]]] = [
        (Relation.AS_PRACTITIONER, ME, {"auditor": "LINE-1"}),
        (Relation.AS_AUDITOR, "OTHER-1", {"auditor": ME}),
        (Relation.AS_AUDITORS_MANAGER, "AUDITED-1", {"auditor": "LINE-1"}),
        (Relation.AS_AUDITORS_MANAGER, "AUDITED-2", {"auditor": "MANAGED-1"}),
        (Relation.AS_AUDITORS_MANAGER, "AUDITED-3", {"auditor": "FOR-REVIEW"}),
        (Relation.AS_MODERATOR, "AUDITED-4", {"auditor": "OTHER-2"}),
        (Relation.IN_A_DISPUTE, "AUDITED-5", {"auditor": "OTHER-2"}),
        # Whoever manages both picks no auditor for their own people.
        (Relation.LINE_MANAGED, "LINE-1", {"auditor": "MANAGED-1"}),
        (Relation.OWN_TEAM, "MANAGED-1", {"auditor": "FOR-REVIEW"}),
        (
            Relation.OWN_TEAM,
            "OTHER-2",
            {"team_id": council.team_id("MERGED"), "service_id": "mash", "auditor": "LINE-1"},
        ),
        (Relation.OWN_SERVICE, "HEADED-1", {"auditor": "OTHER-2"}),
        (Relation.OWN_SERVICE, "MOVED-1", {"service_id": "nelft"}),
        (None, "LINE-2", {}),
        (None, "COLLEAGUE", {"auditor": "HEADED-1"}),
    ]
    for number, (relation, practitioner, facts) in enumerate(audits):
        reference = f"PA-2026-{number:04}"
        draft = {"state": "under_way", "issued_on": None, "overall_grade": "inadequate"}
        audit = council.audit(reference, "2026-10", f"C-{number}", practitioner, **{**draft, **facts})
        related.add("audits", relation, audit)
        _issued_report(council, audit)
        # Another's, so that owing it is never why it shows: the audit's relation is.
        related.add("deadlines", relation, council.deadline(audit, "LINE-2", date(2026, 10, 29)))


def _issued_report(council: SmallCouncil, audit: uuid.UUID) -> None:
    report = replace(BARE, issued_on=date(2026, 10, 1))
    store_version(work_on(council.session, date(2026, 10, 1)), audit, report, because="issued")


def _disputes(council: SmallCouncil, related: Related) -> None:
    """One about each audit, by somebody of whom nothing is asked, so that the audit's relation is why it shows."""
    for relation, audits in list(related.rows["audits"].items()):
        for audit in sorted(audits):
            row = Dispute(
                reference=f"D-{audit}",
                audit_id=uuid.UUID(audit),
                report_version=1,
                raised_by_id=council.person_id("LINE-2"),
                raised_as="team_manager",
                raised_on=date(2026, 10, 1),
                edition_id=POLICY.edition.id,
                state="open",
                rung="D1",
            )
            council.session.add(row)
            council.session.flush()
            related.add("disputes", relation, row.id)
            if relation is Relation.IN_A_DISPUTE:
                review = IndependentReview(dispute_id=row.id, reviewer_id=council.person_id(ME), asked_on=row.raised_on)
                review.asked_at, review.asked_by = datetime(2026, 10, 1, 8, tzinfo=UTC), "a test"
                council.session.add(review)


def _moderations(council: SmallCouncil, related: Related) -> None:
    """One that ME moderates, one with feedback on an audit by ME, and one that is nothing to them."""
    now, month = datetime(2026, 9, 1, 8, tzinfo=UTC), date(2026, 9, 1)
    frame = ModerationFrame(month=month, hash="0" * 64, canonical="{}", frozen_at=now)
    council.session.add(frame)
    council.session.flush()
    drawn = ModerationRound(
        frame_id=frame.id,
        month=month,
        drawn_on=month,
        drawn_at=now,
        drawn_by="a test",
        edition_id=POLICY.edition.id,
        edition_version=POLICY.edition.version,
        seed="a seed",
        due_on=date(2026, 9, 30),
        result={"size_drawn": 3},
    )
    council.session.add(drawn)
    council.session.flush()
    rows = [
        (Relation.AS_MODERATOR, ME, None),
        (Relation.AS_AUDITOR, "LINE-2", date(2026, 9, 30)),
        (None, "LINE-2", None),
    ]
    for place, (relation, moderator, fed_back_on) in enumerate(rows, 1):
        row = ModeratedAudit(
            round_id=drawn.id,
            audit_id=uuid.UUID(min(related.rows["audits"][relation])),
            place=place,
            moderator_id=council.person_id(moderator),
            is_own_service=False,
            reasons=[],
            auditor_grade="good",
            report_version=1,
            due_on=date(2026, 9, 30),
            state="fed_back" if fed_back_on else "allocated",
            fed_back_on=fed_back_on,
        )
        council.session.add(row)
        council.session.flush()
        related.add("moderations", relation, row.id)


def _feedback(council: SmallCouncil, related: Related) -> None:
    """Given: to ME, to their team and somebody of it, and to others."""
    (audit,) = list(related.rows["audits"][None])[:1]
    to: list[tuple[Relation | None, dict[str, uuid.UUID]]] = [
        (Relation.ONESELF, {"to_person_id": council.person_id(ME)}),
        (Relation.OWN_TEAM, {"to_team_id": council.team_id("MANAGED")}),
        (Relation.OWN_TEAM, {"to_person_id": council.person_id("MANAGED-1")}),
        (None, {"to_person_id": council.person_id("COLLEAGUE")}),
        (None, {"to_team_id": council.team_id("OTHER")}),
    ]
    now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    for relation, whom in to:
        said = EarlierFeedback(
            audit_id=uuid.UUID(audit),
            kind="strength",
            text="Clear letters.",
            version=1,
            saved_at=now,
            saved_by="a test",
            given_at=now,
            **whom,
        )
        council.session.add(said)
        council.session.flush()
        related.add("feedback", relation, said.id)


def _case_commands(council: SmallCouncil, related: Related) -> None:
    """An upload each of audits that are related by their auditor, or in no way."""
    now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    for relation in (Relation.AS_AUDITOR, None):
        for audit in sorted(related.rows["audits"][relation]):
            owed = NewCommand(f"{audit}.upload", "upload_document", "issued", 1)
            (command,) = add_commands(council.session, now, uuid.UUID(audit), [owed])
            council.session.get_one(CaseSystemCommand, command).state = "manual"
            related.add("case_commands", relation, command)
    council.session.flush()


def _notices(council: SmallCouncil, related: Related) -> None:
    now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    for relation, person in ((Relation.ONESELF, ME), (None, "MANAGED-1"), (None, "OTHER-1")):
        notice = Notice(
            idempotency_key=person,
            event="allocation",
            recipient_id=council.person_id(person),
            address=f"{person.lower()}@example.org",
            content={},
            state="sent",
            created_at=now,
            next_attempt_at=now,
        )
        council.session.add(notice)
        council.session.flush()
        related.add("notices", relation, notice.id)


def _safety_alerts(council: SmallCouncil, related: Related) -> None:
    """Raised by ME or told to ME, from an audit that ME carries out, and about teams of every relation."""
    alerts: list[tuple[Relation | None, dict[str, Any]]] = [
        (Relation.ONESELF, {"raised_by_id": council.person_id(ME)}),
        (Relation.AS_AUDITOR, {"auditor_id": council.person_id(ME)}),
        (Relation.OWN_TEAM, {"team_id": council.team_id("MANAGED")}),
        (Relation.OWN_SERVICE, {"team_id": council.team_id("HEADED")}),
        (None, {"team_id": council.team_id("OTHER"), "raised_by_id": council.person_id("OTHER-1")}),
        (None, {}),
    ]
    for number, (relation, facts) in enumerate(alerts):
        related.add("safety_alerts", relation, _safety_alert(council, number, facts))
    told = _safety_alert(council, len(alerts), {})
    related.add("safety_alerts", Relation.ONESELF, told)
    notice = Notice(
        idempotency_key="told of an alert",
        event="safety_alert",
        recipient_id=council.person_id(ME),
        address="me@example.org",
        safety_alert_id=told,
        content={"as": "audit_team", "what": "alert_raised"},
        state="sent",
        created_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        next_attempt_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
    )
    council.session.add(notice)
    council.session.flush()
    related.add("notices", Relation.ONESELF, notice.id)


def _safety_alert(council: SmallCouncil, number: int, facts: dict[str, Any]) -> uuid.UUID:
    alert = SafetyAlert(
        case_reference=f"S-{number}",
        raised_by="somebody",
        is_concerned=True,
        raised_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        raised_on=date(2026, 10, 1),
        edition_id=POLICY.edition.id,
        state="open",
        rung="W1",
        version=1,
        **facts,
    )
    council.session.add(alert)
    council.session.flush()
    return alert.id
