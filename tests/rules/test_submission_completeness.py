"""What a grading still lacks of what its audit tool asks for (L2, P8)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.audit_tools import AuditTool, ComplianceCheck, LineOfEnquiry, Timescale, ToolDomain, ToolVersion
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer
from rules.lengths import CalendarMonths, WorkingDays
from rules.policy.load import load_edition
from rules.submission_completeness import missing_for_submission
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
EVIDENCE = "The visit of 3 June quotes her on what a good day is, and the plan of 20 June takes each point of it up."
LINES = (LineOfEnquiry("known", "Is she known?", ("notes",)), LineOfEnquiry("heard", "Was she heard?", ("notes",)))
VOICE = ToolDomain("voice", "The person's voice", "…", "…", "…", LINES)
CARERS = ToolDomain("carers", "Carers", "…", "…", "…", LINES[:1], may_not_apply=True)
DATED = ComplianceCheck("dated", "Is each record dated?", "notes")
IN_TIME = ComplianceCheck(
    "in_time",
    "Was it decided in time?",
    "the form",
    Timescale("the concern", "the decision", WorkingDays(2), "local"),
)
TOOL = AuditTool((ToolVersion("adults", 1, "Adults", "…", False, (VOICE, CARERS), (DATED, IN_TIME)),))
ANSWERED = (LineAnswer("known", "Yes: pen picture of May."), LineAnswer("heard", "Seen alone, 3 June."))
COMPLETE = GradingContent(
    domains=(
        DomainContent("voice", "good", EVIDENCE, lines=ANSWERED),
        DomainContent("carers", is_applicable=False),
    ),
    checks=(
        CheckFound("dated", CheckAnswer.YES),
        CheckFound("in_time", CheckAnswer.YES, started_on=date(2026, 6, 5), on=date(2026, 6, 9)),
    ),
)


def missing(content: GradingContent) -> list[str]:
    return [reason.sentence for reason in missing_for_submission(TOOL, content, POLICY, CALENDAR)]


def with_voice(**facts: object) -> GradingContent:
    voice, carers = COMPLETE.domains
    return replace(COMPLETE, domains=(replace(voice, **facts), carers))  # type: ignore[arg-type]


def with_check(**facts: object) -> GradingContent:
    dated, in_time = COMPLETE.checks
    return replace(COMPLETE, checks=(dated, replace(in_time, **facts)))  # type: ignore[arg-type]


@pytest.mark.proves("L2", "P8")
def test_complete_grading_lacks_nothing() -> None:
    assert missing(COMPLETE) == []


def test_empty_draft_lacks_every_domain_and_every_check_by_rule_and_clause() -> None:
    found = missing_for_submission(TOOL, GradingContent(), POLICY, CALENDAR)

    assert [(reason.rule, reason.clause) for reason in found] == [("L2", "3.10")] * 2 + [("P8", "1")] * 2
    assert found[0].sentence == 'Nothing is written of "The person\'s voice": grade it with evidence.'
    assert "mark that it does not apply" in found[1].sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(with_voice(grade=None), "has no grade after the discussion", id="a domain without a grade"),
        pytest.param(with_voice(evidence="Seen."), "has 1 word of at least 20", id="evidence in one word"),
        pytest.param(with_voice(evidence=" \n "), "has 0 words of at least 20", id="evidence of white space"),
        pytest.param(with_voice(lines=ANSWERED[:1]), '"Was she heard?" is not answered', id="a line left out"),
        pytest.param(
            with_voice(lines=(ANSWERED[0], LineAnswer("heard", "Yes."))),
            "is answered in 1 word of at least 3",
            id="a bare yes to a line of enquiry",
        ),
        pytest.param(
            with_voice(is_applicable=False), "applies to every audit", id="the person's voice as not applicable"
        ),
        pytest.param(with_check(answer=None), "is not answered", id="a check left open"),
        pytest.param(with_check(started_on=None), 'has no date of "the concern"', id="a timescale that begins nowhere"),
        pytest.param(with_check(on=None), 'without the date of "the decision"', id="in time without a day"),
        pytest.param(
            with_check(on=date(2026, 6, 4)), 'before "the concern" on Friday 5 June 2026', id="decided before it arose"
        ),
        pytest.param(
            with_check(on=date(2026, 6, 10)),
            "is answered yes, and Wednesday 10 June 2026 is late: 2 working days from Friday 5 June 2026 end on "
            "Tuesday 9 June 2026",
            id="yes, and the dates say no",
        ),
        pytest.param(
            with_check(answer=CheckAnswer.NO), "is answered no, and Tuesday 9 June 2026 is in time", id="the reverse"
        ),
    ],
)
def test_each_thing_missing_is_one_sentence_that_names_it(content: GradingContent, sentence: str) -> None:
    [found] = missing(content)

    assert sentence in found


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            with_voice(lines=(ANSWERED[0], LineAnswer("heard", is_applicable=False))), id="a line that is not"
        ),
        pytest.param(with_check(answer=CheckAnswer.NO, on=None), id="what was never done has no day"),
        pytest.param(with_check(answer=CheckAnswer.NO, on=date(2026, 6, 10)), id="late, and answered no"),
        pytest.param(
            with_check(answer=CheckAnswer.NOT_APPLICABLE, started_on=None, on=None), id="a timescale that is not"
        ),
        pytest.param(
            with_check(started_on=date(2011, 6, 5), on=date(2012, 6, 5)), id="days of which no holidays are known"
        ),
    ],
)
def test_what_does_not_apply_or_cannot_be_counted_is_not_asked_for(content: GradingContent) -> None:
    assert missing(content) == []


def test_months_are_counted_to_the_same_day_and_working_days_over_bank_holidays() -> None:
    monthly = replace(IN_TIME, timescale=Timescale("the plan", "the review", CalendarMonths(2), "guidance"))
    tool = AuditTool((ToolVersion("adults", 1, "Adults", "…", False, (), (monthly,)),))

    def lacks(on: date) -> int:
        found = CheckFound("in_time", CheckAnswer.YES, started_on=date(2025, 12, 31), on=on)
        return len(missing_for_submission(tool, GradingContent(checks=(found,)), POLICY, CALENDAR))

    assert (lacks(date(2026, 2, 28)), lacks(date(2026, 3, 1))) == (0, 1)
    easter = with_check(started_on=date(2026, 4, 2), on=date(2026, 4, 8))
    assert missing(easter) == []


@pytest.mark.proves("audit_tools.least_words_of_evidence", "audit_tools.least_words_of_answer")
def test_how_much_is_written_at_least_is_the_councils_word() -> None:
    brief = with_voice(evidence="Seen twice.", lines=(LineAnswer("known", "Yes."), LineAnswer("heard", "Yes.")))
    easy = replace(POLICY, audit_tools=replace(POLICY.audit_tools, least_words_of_evidence=2, least_words_of_answer=1))

    assert len(missing(brief)) == 3
    assert missing_for_submission(TOOL, brief, easy, CALENDAR) == ()


def test_tool_without_domains_asks_for_its_checks_alone() -> None:
    """There is a percentage only (P8)."""
    checks_only = AuditTool((replace(TOOL.parts[0], domains=()),))

    assert missing_for_submission(checks_only, replace(COMPLETE, domains=()), POLICY, CALENDAR) == ()
