"""What an auditor writes fits the form that the audit is done with (L2, P8)."""

from dataclasses import replace

import pytest

from rules.audit_tools import AuditTool, ComplianceCheck, LineOfEnquiry, ToolDomain, ToolVersion
from rules.gradings import CheckFound, DomainContent, GradingContent, LineAnswer
from rules.policy.load import load_edition
from rules.tool_fit import ungraded_domains, wrong_by_tool

POLICY = load_edition()
LINES = (LineOfEnquiry("wishes", "What did she want?", ()),)
VOICE = ToolDomain("voice", "The person's voice", "", "", "", LINES)
CARERS = replace(VOICE, id="carers", title="Carers", may_not_apply=True)
TOOL = AuditTool(
    (
        ToolVersion("adults", 1, "Adults", "", is_module=False, domains=(VOICE, CARERS)),
        ToolVersion("mash", 1, "MASH", "", is_module=True, checks=(ComplianceCheck("screened", "In a day?", ""),)),
    )
)
FITS = GradingContent(
    domains=(
        DomainContent("voice", "good", lines=(LineAnswer("wishes", "To stay."),)),
        DomainContent("carers", is_applicable=False),
    ),
    checks=(CheckFound("screened"),),
)
WRONG = {
    "a domain that is not in it": (
        replace(FITS, domains=(DomainContent("vioce", "good"),)),
        "/domains/0/domain",
        "The audit tool has no domain 'vioce': give one of voice, carers.",
    ),
    "a line of another domain": (
        replace(FITS, domains=(DomainContent("voice", lines=(LineAnswer("risks"),)),)),
        "/domains/0/lines/0/line",
        "The audit tool has no line of enquiry of voice 'risks': give one of wishes.",
    ),
    "a check that is not in it": (
        replace(FITS, checks=(CheckFound("screened"), CheckFound("signed"))),
        "/checks/1/check",
        "The audit tool has no compliance check 'signed': give one of screened.",
    ),
    "a domain left out that always applies": (
        replace(FITS, domains=(DomainContent("voice", is_applicable=False),)),
        "/domains/0/is_applicable",
        "The person's voice (voice) applies to every audit: grade it, or leave it out until you do.",
    ),
}


@pytest.mark.proves("L2", "P8")
@pytest.mark.parametrize(("content", "place", "sentence"), WRONG.values(), ids=WRONG)
def test_what_the_tool_has_not_is_refused_by_name(content: GradingContent, place: str, sentence: str) -> None:
    assert wrong_by_tool(FITS, TOOL) == ()
    (problem,) = wrong_by_tool(content, TOOL)

    assert (problem.pointer, problem.sentence) == (place, sentence)


@pytest.mark.parametrize(
    ("there_are", "told"),
    [
        (0, "it has none, so leave it out."),
        (20, "c18, c19."),
        (23, "c18, c19 or one of 3 more, which the form names."),
    ],
)
def test_of_many_that_it_has_as_many_are_named_as_can_be_read(there_are: int, told: str) -> None:
    checks = tuple(ComplianceCheck(f"c{number}", "Is it so?", "") for number in range(there_are))
    tool = AuditTool((ToolVersion("mash", 1, "MASH", "", is_module=True, checks=checks),))

    (problem,) = wrong_by_tool(GradingContent(checks=(CheckFound("signed"),)), tool)

    assert problem.sentence.endswith(told)


@pytest.mark.proves("L3")
def test_each_domain_is_graded_before_the_discussion_unless_it_may_not_apply() -> None:
    assert ungraded_domains(FITS, TOOL, POLICY) == ()
    (nothing,) = ungraded_domains(GradingContent(), TOOL, POLICY)
    assert nothing.sentence == '"The person\'s voice" before the discussion has no grade: choose one.'
    begun = GradingContent(domains=(DomainContent("voice", "good"), DomainContent("carers")))
    assert len(ungraded_domains(begun, TOOL, POLICY)) == 1


@pytest.mark.proves("P8")
def test_where_there_is_a_percentage_only_no_overall_grade_is_taken() -> None:
    checks_only = AuditTool(TOOL.parts[1:])
    percentage = GradingContent(checks=(CheckFound("screened"),))

    (problem,) = wrong_by_tool(replace(percentage, overall="good"), checks_only)

    assert (problem.pointer, problem.rule) == ("/overall", "P8")
    assert "a percentage and no overall grade: leave it out" in problem.sentence
    assert wrong_by_tool(percentage, checks_only) == ()
