"""Who is owed what when a cycle opens, from rows to notices (A5, N1, P4)."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.queries import tasks
from db.queries.audits import AuditMade
from db.tables.notices import Notice
from db.tables.organisation import Absence, Person, Post, PostDeputy
from tests.usecases import council
from usecases.notices import owe_allocation_notices


@pytest.fixture
def home(session: Session) -> council.Council:
    return council.found(session)


def notices_of(home: council.Council) -> dict[str, Notice]:
    """The notices by the name of the recipient."""
    rows = home.session.execute(select(Person.name, Notice).join(Person, Person.id == Notice.recipient_id))
    return dict(rows.all())


def sections_of(notice: Notice) -> dict[str, list[str]]:
    """The references in each section."""
    return {
        section["as"]: [audit["reference"] for audit in section["audits"]] for section in notice.content["sections"]
    }


@pytest.mark.proves("A5", "recipients.allocation", "notices.allocation_documents")
def test_everyone_concerned_is_owed_one_message_with_all_that_concerns_them(home: council.Council) -> None:
    audits = [home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)]

    shortfalls = owe_allocation_notices(council.work(home.session), home.cycle, audits)

    both = ["PA-2026-0001", "PA-2026-0002"]
    assert shortfalls == []
    assert {name: sections_of(notice) for name, notice in notices_of(home).items()} == {
        "worker": {"practitioner": ["PA-2026-0001"]},
        "other worker": {"practitioner": ["PA-2026-0002"]},
        "auditor": {"auditor": both},
        "team manager": {"team_manager": both},
        "head": {"head_of_service": both},
        "qa head": {"auditors_manager": both},
        "audit team 1": {"audit_team": both},
        "audit team 2": {"audit_team": both},
    }
    assert all(notice.state == "pending" for notice in notices_of(home).values())
    assert notices_of(home)["worker"].content["documents"] == [
        {"title": document.title, "name": document.name} for document in council.POLICY.notices.allocation_documents
    ]
    assert notices_of(home)["worker"].content["closes_on"] == "2026-10-30"
    assert notices_of(home)["worker"].content["meeting_due_on"] == "2026-10-29"


def test_owing_the_same_again_changes_nothing(home: council.Council) -> None:
    audits = [home.audit("worker", "auditor")]
    owe_allocation_notices(council.work(home.session), home.cycle, audits)
    before = {name: notice.id for name, notice in notices_of(home).items()}

    owe_allocation_notices(council.work(home.session), home.cycle, audits)

    assert {name: notice.id for name, notice in notices_of(home).items()} == before


def test_a_person_without_an_address_is_a_shortfall_by_reference_and_their_notice_waits(home: council.Council) -> None:
    home.people["worker"].email = None
    audits = [home.audit("worker", "auditor")]

    shortfalls = owe_allocation_notices(council.work(home.session), home.cycle, audits)

    assert shortfalls == [
        {
            "rule": "A5",
            "sentence": "W0 has no e-mail address, so the message about 1 audit waits: "
            "give them an address, then send their notice again.",
        }
    ]
    parked = notices_of(home)["worker"]
    assert (parked.state, parked.address, parked.last_error) == ("parked", None, "No e-mail address is on record.")
    (task,) = tasks.tasks(home.session, 50, state="open")
    assert (task.kind, task.key, task.subject_kind) == ("address_missing", "W0", "person")
    assert task.sentence.startswith("W0 has no e-mail address, so what they are to be told waits")


@pytest.mark.proves("P4")
def test_staff_of_another_employer_without_an_address_are_reached_through_their_teams_contact(
    home: council.Council,
) -> None:
    home.teams["CART"].employer, home.teams["CART"].contact_email = "NHS trust", "contact@trust.example"
    home.people["worker"].email = None
    audits = [home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)]

    shortfalls = owe_allocation_notices(council.work(home.session), home.cycle, audits)

    owed = notices_of(home)
    assert shortfalls == []
    assert (owed["worker"].address, owed["worker"].content["passed_on_by"]) == ("contact@trust.example", "CART")
    assert owed["other worker"].address == "other.worker@council.example"
    assert owed["other worker"].content["passed_on_by"] is None


@pytest.mark.proves("N1", "notices.next_role_up", "notices.also_told_when_vacant")
def test_a_vacant_post_is_a_shortfall_and_the_next_role_up_is_told(home: council.Council) -> None:
    home.session.query(Post).filter_by(role="team_manager").update({"ended_on": date(2026, 9, 30)})
    audits = [home.audit("worker", "auditor")]

    shortfalls = owe_allocation_notices(council.work(home.session), home.cycle, audits)

    owed = notices_of(home)
    warning = (
        "Nobody holds the post of team manager of CART: the head of service of Home First is told instead. "
        "Name a holder or a deputy."
    )
    assert shortfalls == [{"rule": "N1", "sentence": warning}]
    assert "team manager" not in owed
    assert [(section["as"], section["stands_in"]) for section in owed["head"].content["sections"]] == [
        ("team_manager", True)
    ]
    assert owed["head"].content["standing_in"] == [
        "Nobody holds the post of team manager of CART, so the head of service of Home First is told instead."
    ]
    assert owed["audit team 1"].content["vacancies"] == [warning]
    assert owed["head"].content["vacancies"] == []


AWAY: list[tuple[str, Callable[[Person], object]]] = [
    (
        "is absent that day",
        lambda person: Absence(person_id=person.id, first_on=date(2026, 9, 28), last_on=date(2026, 10, 1)),
    ),
    ("left the day before", lambda person: setattr(person, "left_on", date(2026, 9, 30))),
    ("has not started yet", lambda person: setattr(person, "started_on", date(2026, 10, 2))),
]


@pytest.mark.parametrize(("how", "goes"), AWAY, ids=[row[0] for row in AWAY])
def test_the_deputy_is_told_for_a_manager_who(
    home: council.Council, how: str, goes: Callable[[Person], object]
) -> None:
    manager = home.people["team manager"]
    post = home.session.scalars(select(Post.id).where(Post.role == "team_manager")).one()
    home.session.add(PostDeputy(post_id=post, person_id=home.people["other worker"].id))
    absence = goes(manager)
    if absence is not None:
        home.session.add(absence)
    home.session.flush()

    owe_allocation_notices(council.work(home.session), home.cycle, [home.audit("worker", "auditor")])

    assert "team manager" not in notices_of(home)
    assert sections_of(notices_of(home)["other worker"]) == {"team_manager": ["PA-2026-0001"]}


def test_a_manager_who_left_on_the_day_itself_is_still_told(home: council.Council) -> None:
    home.people["team manager"].left_on = date(2026, 10, 1)
    home.session.flush()

    owe_allocation_notices(council.work(home.session), home.cycle, [home.audit("worker", "auditor")])

    assert "team manager" in notices_of(home)


def test_a_message_holds_neither_names_nor_cases_nor_that_an_audit_is_a_re_audit(home: council.Council) -> None:
    first = home.audit("worker", "auditor")
    again = home.audit("other worker", "auditor", number=77, re_audit_of=first)

    owe_allocation_notices(council.work(home.session), home.cycle, [first, again])

    told = json.dumps([notice.content for notice in notices_of(home).values()])
    assert not any(word in told for word in ("CASE-77", "re_audit", "re-audit", "worker", "auditor@", "grade:"))


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    sent: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_the_audits(home: council.Council, statements: list[str]) -> None:
    def statements_for(audits: list[AuditMade]) -> int:
        statements.clear()
        owe_allocation_notices(council.work(home.session), home.cycle, audits)
        return len(statements)

    one = statements_for([home.audit("worker", "auditor")])
    many = [home.made("worker", "auditor", number) for number in range(2, 400)]

    assert statements_for(many) == one


def test_a_very_long_list_becomes_totals_by_team(home: council.Council) -> None:
    many = [home.made("worker", "auditor", number) for number in range(250)]

    owe_allocation_notices(council.work(home.session), home.cycle, many)

    (section,) = notices_of(home)["head"].content["sections"]
    assert section == {
        "as": "head_of_service",
        "stands_in": False,
        "audits": [],
        "teams": [{"team": "CART", "audits": 250}],
    }


def test_a_cycle_without_an_audit_is_still_told_to_the_audit_team(home: council.Council) -> None:
    assert owe_allocation_notices(council.work(home.session), home.cycle, []) == []

    assert {name: notice.content["sections"] for name, notice in notices_of(home).items()} == {
        "audit team 1": [],
        "audit team 2": [],
    }
