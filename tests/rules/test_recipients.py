"""Who is told of an event, whoever holds the posts that day (A5, A4, S9, N1, FRAMEWORK section 9)."""

from dataclasses import replace

import pytest

from rules.matrix import EventFacts, NoticeEvent
from rules.policy.load import load_edition
from rules.policy.notice_shapes import TellingRow
from rules.policy.shape import Policy
from rules.post_holders import WHOLE_COUNCIL, Line, Post, PostHolder, StaffOnTheDay
from rules.recipients import AuditConcerned, Told, told_of, told_of_allocation, told_of_no_audit
from rules.roles import Role

POLICY = load_edition("waltham_forest_2023")
NORTHMOOR = load_edition("tests/editions/northmoor_2026")

TEAM_POST = (Role.TEAM_MANAGER, "cart")
SERVICE_POST = (Role.HEAD_OF_SERVICE, "home_first")
FULL: dict[Post, tuple[PostHolder, ...]] = {
    TEAM_POST: (PostHolder("tm", deputy_id="tm deputy"),),
    (Role.TEAM_MANAGER, "qa"): (PostHolder("qa tm"),),
    SERVICE_POST: (PostHolder("hos", deputy_id="hos deputy"),),
    (Role.HEAD_OF_SERVICE, "quality_assurance"): (PostHolder("qa hos"),),
    (Role.ASSISTANT_DIRECTOR, "home_first"): (PostHolder("ad"),),
    (Role.DIRECTOR, WHOLE_COUNCIL): (PostHolder("director"),),
    (Role.AUDIT_TEAM, WHOLE_COUNCIL): (PostHolder("team 1"), PostHolder("team 2")),
    (Role.AUDIT_MANAGER, WHOLE_COUNCIL): (PostHolder("audit manager"),),
}
NAMES = {"cart": "CART", "home_first": "Home First", "qa": "QA", "quality_assurance": "Quality Assurance"}
AUDIT = AuditConcerned(
    practitioner=Line("worker", "cart", "home_first", line_manager_id="senior"),
    auditor=Line("auditor", "qa", "quality_assurance", line_manager_id="auditor's manager"),
)


def staff(away: str = "", **changed: tuple[PostHolder, ...] | None) -> StaffOnTheDay:
    """The council above; `team_manager`, `head_of_service` … replace the holders, None empties a post."""
    holders = dict(FULL)
    for role, who in changed.items():
        post = next(post for post in FULL if post[0] == role)
        if who is None:
            del holders[post]
        else:
            holders[post] = who
    return StaffOnTheDay(holders, frozenset(filter(None, away.split(", "))), NAMES)


def telling_of_allocations(*roles: str) -> Policy:
    """The edition, telling of allocations these alone."""
    return replace(POLICY, recipients=replace(POLICY.recipients, allocation=(TellingRow("A5", roles),)))


def told_as(role: str, told: Told, over: str = "practitioner") -> list[str]:
    return [recipient.person_id for recipient in told.recipients if (recipient.role, recipient.over) == (role, over)]


@pytest.mark.proves("A5", "recipients.allocation")
def test_an_allocation_is_told_to_everyone_it_concerns_on_both_sides() -> None:
    told = told_of_allocation(AUDIT, staff(), POLICY)

    assert [(recipient.person_id, recipient.role) for recipient in told.recipients] == [
        ("worker", "practitioner"),
        ("auditor", "auditor"),
        ("senior", "line_manager"),
        ("tm", "team_manager"),
        ("hos", "head_of_service"),
        ("auditor's manager", "line_manager"),
        ("team 1", "audit_team"),
        ("team 2", "audit_team"),
    ]
    assert told.vacancies == ()
    assert {reason.rule for recipient in told.recipients for reason in recipient.reasons} == {"A5"}


STAND_INS = [
    # what is so that day, staff, role, who takes it, what is warned of
    ("everyone is there", staff(), "team_manager", ["tm"], []),
    ("the post is vacant", staff(team_manager=None), "team_manager", ["hos"], ["team manager of CART"]),
    ("the holder is away, with a deputy", staff(away="tm"), "team_manager", ["tm deputy"], []),
    (
        "holder and deputy are away",
        staff(away="tm, tm deputy"),
        "team_manager",
        ["hos"],
        ["team manager of CART"],
    ),
    (
        "the holder is away and has no deputy",
        staff(away="tm", team_manager=(PostHolder("tm"),)),
        "team_manager",
        ["hos"],
        ["team manager of CART"],
    ),
    (
        "two posts up the line are vacant",
        staff(team_manager=None, head_of_service=None),
        "team_manager",
        ["ad"],
        ["team manager of CART", "head of service of Home First"],
    ),
    (
        "nobody holds any post up the line",
        staff(team_manager=None, head_of_service=None, assistant_director=None, director=None),
        "team_manager",
        [],
        [
            *("team manager of CART", "head of service of Home First", "assistant director of Home First"),
            *("director", "divisional director"),
        ],
    ),
    (
        "two people share the post",
        staff(team_manager=(PostHolder("tm"), PostHolder("other tm"))),
        "team_manager",
        ["tm", "other tm"],
        [],
    ),
    (
        "one of two who share the post is away",
        staff(away="tm", team_manager=(PostHolder("tm", "tm deputy"), PostHolder("other tm"))),
        "team_manager",
        ["other tm"],
        [],
    ),
    (
        "both who share the post are away and name one deputy",
        staff(away="tm, other tm", team_manager=(PostHolder("tm", "d"), PostHolder("other tm", "d"))),
        "team_manager",
        ["d"],
        [],
    ),
    ("the manager is the practitioner", staff(team_manager=(PostHolder("worker", "d"),)), "team_manager", ["hos"], []),
    ("the manager is the auditor", staff(head_of_service=(PostHolder("auditor", "d"),)), "head_of_service", ["ad"], []),
    (
        "the manager is away and the practitioner is the deputy",
        staff(away="tm", team_manager=(PostHolder("tm", "worker"),)),
        "team_manager",
        ["hos"],
        ["team manager of CART"],
    ),
    (
        "one of two who share the post is the practitioner",
        staff(team_manager=(PostHolder("worker"), PostHolder("other tm"))),
        "team_manager",
        ["other tm"],
        [],
    ),
    (
        "one who shares the post is the practitioner, the other is away with a deputy",
        staff(away="other tm", team_manager=(PostHolder("worker", "d1"), PostHolder("other tm", "d2"))),
        "team_manager",
        ["d2"],
        [],
    ),
    ("the line manager is away", staff(away="senior"), "line_manager", ["tm"], ["line manager in CART"]),
    ("all of the audit team are away", staff(away="team 1, team 2"), "audit_team", ["audit manager"], ["audit team"]),
    ("one of the audit team is away", staff(away="team 1"), "audit_team", ["team 2"], []),
    ("one of the audit team is the auditor", staff(audit_team=(PostHolder("auditor"),)), "audit_team", ["auditor"], []),
]


@pytest.mark.proves("N1", "notices.next_role_up")
@pytest.mark.parametrize(
    ("on_the_day", "who", "role", "people", "warned_of"), STAND_INS, ids=[row[0] for row in STAND_INS]
)
def test_a_role_is_taken_by_its_holders_else_their_deputies_else_the_next_role_up(
    on_the_day: str, who: StaffOnTheDay, role: str, people: list[str], warned_of: list[str]
) -> None:
    told = told_of_allocation(AUDIT, who, POLICY)

    assert told_as(role, told) == people
    assert [who.called(vacancy.post) for vacancy in told.vacancies] == warned_of


def test_the_line_manager_is_the_team_manager_unless_another_is_on_record() -> None:
    audit = replace(AUDIT, practitioner=replace(AUDIT.practitioner, line_manager_id=None))

    told = told_of_allocation(audit, staff(), POLICY)

    assert told_as("line_manager", told) == ["tm"]
    assert told.vacancies == ()


def test_the_auditor_who_has_no_line_manager_and_no_team_on_record_answers_to_the_head_of_service() -> None:
    audit = replace(AUDIT, auditor=Line("auditor", None, "quality_assurance"))

    told = told_of_allocation(audit, staff(), POLICY)

    assert told_as("line_manager", told, over="auditor") == ["qa hos"]
    assert told.vacancies == ()


def test_nobody_manages_themselves_even_where_the_record_says_so() -> None:
    audit = replace(AUDIT, practitioner=replace(AUDIT.practitioner, line_manager_id="worker"))

    assert told_as("line_manager", told_of_allocation(audit, staff(), POLICY)) == ["tm"]


def test_one_head_of_service_may_serve_the_whole_council() -> None:
    holders = {post: who for post, who in FULL.items() if post[0] != Role.HEAD_OF_SERVICE}
    holders[Role.HEAD_OF_SERVICE, WHOLE_COUNCIL] = (PostHolder("only hos"),)

    told = told_of_allocation(AUDIT, StaffOnTheDay(holders, names=NAMES), POLICY)

    assert told_as("head_of_service", told) == ["only hos"]


def test_who_stands_in_is_told_why() -> None:
    told = told_of_allocation(AUDIT, staff(team_manager=None), POLICY)

    stand_in = next(recipient for recipient in told.recipients if recipient.role == "team_manager")
    assert stand_in.stands_in
    assert stand_in.reasons[1].rule == "N1"
    assert stand_in.reasons[1].sentence == (
        "Nobody holds the post of team manager of CART, so the head of service of Home First is told instead."
    )
    assert told.vacancies[0].reason.sentence == (
        "Nobody holds the post of team manager of CART: the head of service of Home First is told instead. "
        "Name a holder or a deputy."
    )


@pytest.mark.proves("notices.also_told_when_vacant")
def test_the_audit_team_hears_of_a_vacant_post_even_where_it_is_not_told_of_allocations() -> None:
    told_less = telling_of_allocations("practitioner", "team_manager")

    with_vacancy = told_of_allocation(AUDIT, staff(team_manager=None), told_less)
    without = told_of_allocation(AUDIT, staff(), told_less)

    assert told_as("audit_team", with_vacancy) == ["team 1", "team 2"]
    assert told_as("audit_team", without) == []


def test_the_audit_team_is_told_of_an_allocation_once_also_when_a_post_is_vacant() -> None:
    assert told_as("audit_team", told_of_allocation(AUDIT, staff(team_manager=None), POLICY)) == ["team 1", "team 2"]


def test_one_of_the_audit_team_who_does_the_audit_hears_of_its_vacancies_like_the_others() -> None:
    told_less = telling_of_allocations("team_manager")
    audit = replace(AUDIT, auditor=replace(AUDIT.auditor, person_id="team 1"))

    assert told_as("audit_team", told_of_allocation(audit, staff(team_manager=None), told_less)) == ["team 1", "team 2"]


def test_another_council_tells_other_people_without_a_change_of_code() -> None:
    told = told_of_allocation(AUDIT, staff(audit_team=None), NORTHMOOR)

    assert {recipient.person_id for recipient in told.recipients} == {"auditor", "worker", "audit manager"}
    assert [vacancy.post for vacancy in told.vacancies] == [("audit_team", WHOLE_COUNCIL)]


def test_a_line_manager_who_is_the_absent_team_manager_is_warned_of_once() -> None:
    audit = replace(AUDIT, practitioner=replace(AUDIT.practitioner, line_manager_id="tm"))

    told = told_of_allocation(audit, staff(away="tm, tm deputy"), POLICY)

    assert [vacancy.post for vacancy in told.vacancies] == [TEAM_POST]
    assert told_as("line_manager", told) == told_as("team_manager", told) == ["hos"]


def test_a_deputy_is_told_that_they_stand_in() -> None:
    told = told_of_allocation(AUDIT, staff(away="tm"), POLICY)

    (deputy,) = [recipient for recipient in told.recipients if recipient.person_id == "tm deputy"]
    assert deputy.stands_in
    assert deputy.reasons[1].sentence == "The team manager of CART is away, so the deputy is told instead."


MOVED = replace(AUDIT, earlier_auditor="the one before")
CHANGED, WITHDRAWN = NoticeEvent.AUDITOR_CHANGED, NoticeEvent.AUDIT_WITHDRAWN


def people(event: NoticeEvent, audit: AuditConcerned, who: StaffOnTheDay, facts: EventFacts | None = None) -> list[str]:
    """ "somebody as role", in order."""
    told = told_of(event, facts or EventFacts(), audit, who, POLICY)
    return [f"{recipient.person_id} as {recipient.role}" for recipient in told.recipients]


@pytest.mark.proves("A4", "S9", "recipients.auditor_changed", "recipients.audit_withdrawn")
@pytest.mark.parametrize("event", [CHANGED, WITHDRAWN, NoticeEvent.AUDIT_REPLACED])
def test_practitioner_both_auditors_the_practitioners_managers_and_the_audit_team_are_told(event: NoticeEvent) -> None:
    told = told_of(event, EventFacts(), MOVED, staff(), POLICY)

    assert people(event, MOVED, staff()) == [
        "worker as practitioner",
        "the one before as auditor",
        "auditor as auditor",
        "senior as line_manager",
        "tm as team_manager",
        "team 1 as audit_team",
        "team 2 as audit_team",
    ]
    assert {recipient.reasons[0].rule for recipient in told.recipients} == {"A4" if event is CHANGED else "S9"}


@pytest.mark.proves("S9")
def test_with_one_auditor_that_one_is_told_once() -> None:
    assert people(WITHDRAWN, AUDIT, staff()).count("auditor as auditor") == 1


@pytest.mark.proves("A4", "N1")
@pytest.mark.parametrize("earlier", ["tm", None])
def test_a_manager_who_is_one_of_the_auditors_is_not_told_as_manager(earlier: str | None) -> None:
    audit = replace(AUDIT, earlier_auditor=earlier) if earlier else replace(AUDIT, auditor=Line("tm", "qa"))
    told = people(CHANGED, audit, staff())

    assert "tm as auditor" in told
    assert "tm as team_manager" not in told
    assert "hos as team_manager" in told


@pytest.mark.proves("P2", "recipients.cycle_cancelled")
def test_of_a_cancelled_cycle_the_audit_team_and_its_manager_hear() -> None:
    told = told_of_no_audit(NoticeEvent.CYCLE_CANCELLED, staff(), POLICY)

    assert [recipient.person_id for recipient in told.recipients] == ["team 1", "team 2", "audit manager"]


@pytest.mark.proves("Q2", "recipients.not_accepted", "L12", "recipients.not_issued_at_close")
@pytest.mark.parametrize("event", [NoticeEvent.NOT_ACCEPTED, NoticeEvent.NOT_ISSUED_AT_CLOSE])
def test_of_an_audit_that_is_not_accepted_or_not_issued_the_auditors_managers_hear(event: NoticeEvent) -> None:
    told = people(event, AUDIT, staff())

    assert "qa hos as head_of_service" in told
    assert "hos as head_of_service" not in told
    assert not any(person.startswith(("worker", "ad ")) for person in told), "the spreadsheet is no message"


@pytest.mark.proves("R4", "recipients.audit_issued")
def test_a_second_re_audit_below_good_goes_up_to_the_director_whatever_the_posts() -> None:
    facts = EventFacts(audit_kind="re_audit", sequence=2, grade="requires_improvement")
    told = people(NoticeEvent.AUDIT_ISSUED, AUDIT, staff(), facts)

    assert told == [
        "worker as practitioner",
        "senior as line_manager",
        "tm as team_manager",
        "team 1 as audit_team",
        "team 2 as audit_team",
        "hos as head_of_service",
        "director as principal_social_worker",
        "ad as assistant_director",
        "director as director",
    ]


def test_another_council_tells_others_and_its_audit_manager_of_vacancies() -> None:
    told = told_of(CHANGED, EventFacts(), MOVED, staff(audit_team=None), NORTHMOOR)

    assert [(recipient.person_id, recipient.role) for recipient in told.recipients] == [
        ("the one before", "auditor"),
        ("auditor", "auditor"),
        ("audit manager", "audit_team"),
        ("audit manager", "audit_manager"),
    ]
