"""What holds of every audit tool, whatever a council writes in it (P8, L2)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.audit_tools import AuditTool, ComplianceCheck, LineOfEnquiry, Timescale, ToolDomain, ToolVersion
from rules.compliance import compliance_score
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer
from rules.lengths import CalendarMonths, WorkingDays
from rules.policy.audit_tool_pages import as_markdown
from rules.policy.load import load_edition
from rules.submission_completeness import missing_for_submission
from rules.tool_checks import problems_of_tool
from rules.tool_contents import content_hash, content_of, tool_version
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() != "")
LENGTHS = st.one_of(
    st.integers(0, 30).map(WorkingDays),
    st.integers(0, 24).map(CalendarMonths),
)
IDS = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)
LINES = st.builds(LineOfEnquiry, IDS, WORDS, st.lists(WORDS, max_size=2).map(tuple))
DOMAINS = st.builds(
    ToolDomain,
    IDS,
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    st.lists(LINES, min_size=1, max_size=3, unique_by=lambda line: line.id).map(tuple),
    st.booleans(),
)
CHECKS = st.builds(ComplianceCheck, IDS, WORDS, WORDS, st.none() | st.builds(Timescale, WORDS, WORDS, LENGTHS, WORDS))
TOOLS = st.builds(
    ToolVersion,
    IDS,
    st.integers(1, 9),
    WORDS,
    WORDS,
    st.booleans(),
    st.lists(DOMAINS, max_size=3, unique_by=lambda domain: domain.id).map(tuple),
    st.lists(CHECKS, max_size=3, unique_by=lambda check: check.id).map(tuple),
)
DAYS = st.dates(date(2018, 1, 1), date(2038, 12, 31))
EVIDENCE = "word " * 20


@settings(max_examples=25)
@given(TOOLS)
def test_tool_comes_back_from_storage_as_it_was_and_its_hash_tells_its_text(tool: ToolVersion) -> None:
    content = content_of(tool)

    assert tool_version(tool.tool, tool.version, content) == tool
    assert content_hash(content) == content_hash(content_of(replace(tool, version=tool.version + 1)))
    assert content_hash(content) != content_hash(content_of(replace(tool, title=f"{tool.title}.")))


@settings(max_examples=25)
@given(TOOLS)
def test_page_of_any_tool_has_one_line_for_each_line_of_enquiry(tool: ToolVersion) -> None:
    page = as_markdown(POLICY, [tool])

    lines = sum(len(domain.lines) for domain in tool.domains)
    assert sum(line[:1].isdigit() and line[1:3] == ". " for line in page.split("\n")) == lines


@settings(max_examples=25)
@given(TOOLS)
def test_tool_that_is_fit_for_audits_asks_for_each_thing_once_and_is_satisfied(tool: ToolVersion) -> None:
    if problems_of_tool(tool, {}):
        assert not tool.domains
        assert not tool.checks
        return
    form = AuditTool((tool,))
    nothing = missing_for_submission(form, GradingContent(), POLICY, CALENDAR)
    answered = GradingContent(
        domains=tuple(
            DomainContent(
                domain.id,
                "good",
                EVIDENCE,
                lines=tuple(LineAnswer(line.id, "as it should be") for line in domain.lines),
            )
            for domain in form.domains
        ),
        checks=tuple(CheckFound(check.id, CheckAnswer.NOT_APPLICABLE) for check in form.checks),
    )

    assert len(nothing) == len(form.domains) + len(form.checks)
    assert missing_for_submission(form, answered, POLICY, CALENDAR) == ()


@given(LENGTHS, DAYS, st.integers(-5, 800))
def test_days_bear_out_yes_or_no_and_never_both_nor_neither(
    within: WorkingDays | CalendarMonths, started_on: date, later: int
) -> None:
    check = ComplianceCheck("timed", "In time?", "…", Timescale("a", "b", within, "…"))
    form = AuditTool((ToolVersion("form", 1, "…", "…", False, (), (check,)),))

    def lacks(answer: CheckAnswer) -> int:
        found = CheckFound("timed", answer, started_on=started_on, on=started_on + timedelta(later))
        return len(missing_for_submission(form, GradingContent(checks=(found,)), POLICY, CALENDAR))

    complaints = lacks(CheckAnswer.YES) + lacks(CheckAnswer.NO)
    assert complaints == (2 if later < 0 else 1)


@given(st.lists(st.sampled_from([*CheckAnswer, None]), max_size=60))
def test_score_lies_between_none_and_all_and_ignores_what_does_not_apply(answers: list[CheckAnswer | None]) -> None:
    found = [CheckFound(str(place), answer) for place, answer in enumerate(answers)]
    score = compliance_score(found)
    applying = [check for check in found if check.answer in (CheckAnswer.YES, CheckAnswer.NO)]

    assert compliance_score(applying).percentage == score.percentage
    assert (score.percentage is None) == (not applying)
    assert score.percentage is None or 0 <= score.percentage <= 100
