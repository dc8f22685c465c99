"""Who may open a dispute and until when, and who never judges one (D7)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.disputes import (
    Challenge,
    DisputeAsked,
    EarlierDispute,
    barred_from_judging,
    may_open,
    who_judges,
    wrong_in_challenges,
)
from rules.ladder_actors import LadderActor, why_not
from rules.ladders import Step, walk
from rules.policy.load import load_edition
from rules.post_holders import WHOLE_COUNCIL, Line, Post, PostHolder, StaffOnTheDay
from rules.recipients import AuditConcerned
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition("tests/editions/northmoor_2026")

PARTS = ("findings", "overall", "risk", "outcomes")
GRADE = Challenge("overall", has_reasons=True, has_evidence=True)
# Issued on Thursday 17 December 2026: ten working days later is Tuesday 5 January 2027.
ASKED = DisputeAsked(roles=frozenset({"practitioner"}), received_on=date(2026, 12, 17))
LAST_DAY, TOO_LATE = date(2027, 1, 5), date(2027, 1, 6)


@pytest.mark.proves("D7", "ladders.disputes_opened_by", "ladders.disputes_opened_within")
@pytest.mark.parametrize("role", ["practitioner", "team_manager"])
def test_practitioner_or_team_manager_opens_a_dispute_within_ten_working_days_of_the_report(role: str) -> None:
    found = may_open(replace(ASKED, roles=frozenset({role})), on=LAST_DAY, policy=POLICY, calendar=CALENDAR)

    assert (found.is_allowed, found.until_on, found.needs_consent) == (True, LAST_DAY, False)
    assert [reason.rule for reason in found.reasons] == ["D7"]


@pytest.mark.proves("D7", "ladders.late_disputes_need_consent_of")
def test_later_it_needs_the_consent_of_the_audit_manager() -> None:
    late = may_open(ASKED, on=TOO_LATE, policy=POLICY, calendar=CALENDAR)
    consented = may_open(replace(ASKED, has_consent=True), on=TOO_LATE, policy=POLICY, calendar=CALENDAR)

    assert (late.is_allowed, late.needs_consent) == (False, True)
    assert "Christmas Day" in late.reasons[0].sentence
    assert late.reasons[0].sentence.endswith("Tuesday 5 January 2027; later it needs the consent of the audit manager.")
    assert (consented.is_allowed, consented.needs_consent) == (True, True)
    assert "with the consent of the audit manager" in consented.reasons[0].sentence


BEFORE = EarlierDispute(reference="PA-1-dispute-1", state="resolved")
REFUSED = [
    ("a stranger", {"roles": frozenset({"auditor"})}, "D7", "practitioner or team manager"),
    ("nobody in particular", {"roles": frozenset()}, "D7", "nobody else"),
    ("a report that was not issued", {"received_on": None}, "D7", "Only an issued report"),
    (
        "a second dispute while one is open",
        {"earlier": (replace(BEFORE, state="open"),)},
        "D7",
        "The dispute PA-1-dispute-1 about this report is open",
    ),
    (
        "a second dispute about the version",
        {"earlier": (replace(BEFORE, state="lapsed", is_about_this_version=True),)},
        "D7",
        "is lapsed: each version is disputed once",
    ),
    (
        "a dispute after the last word",
        {"earlier": (replace(BEFORE, is_final=True),)},
        "D6",
        "decided for good: no other follows about this audit",
    ),
    (
        "a dispute about an outcome that changed nothing",
        {"earlier": (replace(BEFORE, left_this_version_unchanged=True),)},
        "D7",
        "what was disputed is not disputed again",
    ),
]


@pytest.mark.proves("D1", "D6", "D7")
@pytest.mark.parametrize(("changed", "rule", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_dispute_is_refused_with_the_rule(changed: dict[str, object], rule: str, words: str) -> None:
    found = may_open(replace(ASKED, **changed), on=LAST_DAY, policy=POLICY, calendar=CALENDAR)  # type: ignore[arg-type]

    assert not found.is_allowed
    assert [(reason.rule, words in reason.sentence) for reason in found.reasons] == [(rule, True)]


@pytest.mark.proves("D7")
def test_a_version_that_a_dispute_changed_may_be_disputed_in_its_turn() -> None:
    assert may_open(replace(ASKED, earlier=(BEFORE,)), on=LAST_DAY, policy=POLICY, calendar=CALENDAR).is_allowed


def test_every_reason_against_a_dispute_is_told_at_once() -> None:
    wrong = replace(ASKED, roles=frozenset({"auditor"}), earlier=(replace(BEFORE, state="open"),))

    assert len(may_open(wrong, on=TOO_LATE, policy=POLICY, calendar=CALENDAR).reasons) == 3


UNFIT = [
    ("nothing", (), "/grounds", "name a domain"),
    ("a domain that there is not", (replace(GRADE, part="style"),), "/grounds/0/part", "'style' is no part"),
    ("a part that stands twice", (GRADE, GRADE), "/grounds/1/part", "overall stands twice: put all about it into one"),
    ("no reasons", (replace(GRADE, has_reasons=False),), "/grounds/0/reasons", "without reasons"),
    ("no evidence", (GRADE, Challenge("risk", True, False)), "/grounds/1/evidence", "without evidence"),
]


@pytest.mark.proves("D1")
@pytest.mark.parametrize(("challenges", "pointer", "words"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_is_challenged_is_told_by_its_place(challenges: tuple[Challenge, ...], pointer: str, words: str) -> None:
    (problem,) = wrong_in_challenges(challenges, PARTS)

    assert (problem.pointer, problem.rule, words in problem.sentence) == (pointer, "D1", True)
    assert list(wrong_in_challenges((GRADE,), PARTS)) == []


def test_another_council_gives_its_practitioners_thirty_working_days() -> None:
    calendar = WorkingDayCalendar.of_policy(NORTHMOOR.calendar)
    manager = replace(ASKED, roles=frozenset({"team_manager"}))

    assert may_open(ASKED, on=TOO_LATE, policy=NORTHMOOR, calendar=calendar).is_allowed
    assert not may_open(manager, on=TOO_LATE, policy=NORTHMOOR, calendar=calendar).is_allowed


AUDIT = AuditConcerned(
    practitioner=Line("worker", "cart", "home_first", line_manager_id="senior"),
    auditor=Line("auditor", "qa", "quality_assurance"),
    earlier_auditor="first auditor",
)
POSTS: dict[Post, tuple[PostHolder, ...]] = {
    (Role.TEAM_MANAGER, "cart"): (PostHolder("tm"),),
    (Role.TEAM_MANAGER, "hart"): (PostHolder("other tm"),),
    (Role.PRINCIPAL_SOCIAL_WORKER, WHOLE_COUNCIL): (PostHolder("psw", deputy_id="psw deputy"),),
    (Role.AUDIT_MANAGER, WHOLE_COUNCIL): (PostHolder("audit manager", deputy_id="deputy"),),
    (Role.ASSISTANT_DIRECTOR, "home_first"): (PostHolder("ad"),),
    (Role.ASSISTANT_DIRECTOR_QA, WHOLE_COUNCIL): (PostHolder("ad qa"),),
    (Role.DIRECTOR, WHOLE_COUNCIL): (PostHolder("director"),),
}
NAMES = {"cart": "CART", "home_first": "Home First"}


def staff(away: str = "", **holders: tuple[PostHolder, ...]) -> StaffOnTheDay:
    posts = {post: holders.get(post[0], held) for post, held in POSTS.items()}
    return StaffOnTheDay(posts, frozenset(filter(None, away.split(", "))), NAMES)


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_auditors_the_practitioner_and_their_managers_never_judge() -> None:
    assert barred_from_judging(AUDIT, staff(), POLICY) == {"worker", "auditor", "first auditor", "senior", "tm"}


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_whoever_takes_a_managers_place_or_had_a_say_in_it_never_judges_either() -> None:
    away = staff("tm", team_manager=(PostHolder("tm", deputy_id="psw"),))

    assert "psw" in barred_from_judging(AUDIT, away, POLICY)
    assert who_judges(Role.PRINCIPAL_SOCIAL_WORKER, AUDIT, away, POLICY).people == ("psw deputy",)
    assert "ad" in barred_from_judging(AUDIT, staff(), POLICY, involved={"ad"})


JUDGES = [
    # what is so; the holder of the post of audit manager, who is away; who judges, words of why
    ("nobody is concerned", PostHolder("audit manager", "deputy"), "", ["audit manager"], None),
    ("was the auditor", PostHolder("auditor", "deputy"), "", ["deputy"], "never judges the dispute"),
    ("was the first auditor", PostHolder("first auditor", "deputy"), "", ["deputy"], "never judges the dispute"),
    ("manages the practitioner", PostHolder("senior", "deputy"), "", ["deputy"], "never judges the dispute"),
    ("the deputy manages the practitioner", PostHolder("auditor", "tm"), "", ["ad qa"], "never judges the dispute"),
    ("has no deputy", PostHolder("tm"), "", ["ad qa"], "never judges the dispute"),
    ("the deputy is away", PostHolder("tm", "deputy"), "deputy", ["ad qa"], "never judges the dispute"),
    ("is away themselves", PostHolder("audit manager", "deputy"), "audit manager", ["deputy"], "is away"),
]


@pytest.mark.proves("D7", "notices.next_role_up")
@pytest.mark.parametrize(
    ("holder", "away", "judges", "why"), [row[1:] for row in JUDGES], ids=[row[0] for row in JUDGES]
)
def test_a_conflict_resolves_to_the_deputy_else_to_the_next_role_up(
    holder: PostHolder, away: str, judges: list[str], why: str | None
) -> None:
    taken = who_judges(Role.AUDIT_MANAGER, AUDIT, staff(away, audit_manager=(holder,)), POLICY)

    assert list(taken.people) == judges
    assert (taken.because is None) == (why is None)
    assert taken.because is None or why is None or why in taken.because.sentence
    assert taken.vacancies == ()


def test_of_two_who_share_a_post_the_one_who_is_not_concerned_judges() -> None:
    shared = staff(audit_manager=(PostHolder("auditor", "deputy"), PostHolder("other")))

    assert who_judges(Role.AUDIT_MANAGER, AUDIT, shared, POLICY).people == ("other",)


AT_D3 = walk(
    "dispute",
    date(2026, 9, 2),
    tuple(Step(event, date(2026, 9, 8)) for event in ("meeting_held", "unresolved", "referred")),
    as_of=date(2026, 9, 8),
    policy=POLICY,
    calendar=CALENDAR,
)
AT_D5_UNRESOLVED = walk(
    "dispute",
    date(2026, 9, 2),
    tuple(
        Step(event, date(2026, 9, 8))
        for event in (
            *("meeting_held", "unresolved", "referred", "course_agreed", "unresolved", "referred", "unresolved"),
        )
    ),
    as_of=date(2026, 9, 8),
    policy=POLICY,
    calendar=CALENDAR,
)


def actor(*roles: str, is_raiser: bool = False, is_barred: bool = False) -> LadderActor:
    return LadderActor(frozenset(roles), is_raiser=is_raiser, is_barred=is_barred)


@pytest.mark.proves("D3", "D6", "D7", "D8")
def test_each_step_is_said_by_whom_it_is_for_and_never_by_whoever_was_the_auditor() -> None:
    assert why_not("course_agreed", AT_D3, actor("audit_manager"), POLICY, has_reason=False) is None
    raiser = actor("team_manager", is_raiser=True, is_barred=True)
    assert why_not("withdrawn", AT_D3, raiser, POLICY, has_reason=False) is None


@pytest.mark.proves("D1", "D7")
def test_a_team_manager_who_never_judges_still_holds_the_meeting() -> None:
    at_d1 = walk("dispute", date(2026, 9, 2), (), as_of=date(2026, 9, 2), policy=POLICY, calendar=CALENDAR)

    assert why_not("meeting_held", at_d1, actor("team_manager", is_barred=True), POLICY, has_reason=False) is None


@pytest.mark.proves("D3", "D7")
@pytest.mark.parametrize(
    ("event", "who", "words"),
    [
        ("course_agreed", actor("team_manager"), "is for the audit manager or the principal social worker to say"),
        ("course_agreed", actor("audit_manager", is_barred=True), "never judges the dispute"),
        ("meeting_held", actor("audit_manager"), 'possible is: "course agreed" and "withdrawn"'),
        ("withdrawn", actor("practitioner"), "is for the raiser to say"),
        (
            "referred",
            actor("practitioner"),
            '"referred" is possible once the time of D3 has run out on ',
        ),
    ],
)
def test_who_may_not_say_it_is_told_the_rule(event: str, who: LadderActor, words: str) -> None:
    refused = why_not(event, AT_D3, who, POLICY, has_reason=False)

    assert refused is not None
    assert words in refused.sentence


@pytest.mark.proves("D6")
def test_the_divisional_director_is_reached_in_exceptional_cases_only_with_a_reason() -> None:
    director = actor("assistant_director_qa")

    refused = why_not("referred", AT_D5_UNRESOLVED, director, POLICY, has_reason=False)
    assert refused is not None
    assert "exceptional cases only" in refused.sentence
    assert why_not("referred", AT_D5_UNRESOLVED, director, POLICY, has_reason=True) is None
    assert why_not("referred", AT_D5_UNRESOLVED, actor("assistant_director"), POLICY, has_reason=True) is not None
