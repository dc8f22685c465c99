"""The audit tool as a form in versions (P8, L2)."""

from rules.audit_tools import AuditTool, ComplianceCheck, LineOfEnquiry, ToolDomain, ToolVersion

LINE = LineOfEnquiry("asked", "Was the person asked?", ("case notes",))
VOICE = ToolDomain("voice", "The person's voice", "Whether it is heard.", "It leads.", "It is absent.", (LINE,))
RISK = ToolDomain("risk", "Risk", "Whether it is known.", "It is weighed.", "It is missed.", (LINE,))
DATED = ComplianceCheck("dated", "Is each record dated?", "case notes")
FORM = ToolVersion("adults", 2, "Adult social care", "What we look at.", False, (VOICE,), (DATED,))
MODULE = ToolVersion("mash", 1, "MASH", "The front door.", True, (RISK,))


def test_tool_of_an_audit_has_what_all_its_parts_have_in_their_order() -> None:
    tool = AuditTool((FORM, MODULE))

    assert [domain.id for domain in tool.domains] == ["voice", "risk"]
    assert list(tool.domains_by_id) == ["voice", "risk"]
    assert list(tool.checks_by_id) == ["dated"]


def test_tool_says_of_which_versions_it_is_made() -> None:
    assert AuditTool((FORM,)).title == "Adult social care, version 2"
    assert AuditTool((FORM, MODULE)).title == "Adult social care, version 2, with MASH, version 1"
    assert AuditTool((FORM, MODULE, MODULE)).title.endswith("with MASH, version 1 and MASH, version 1")


def test_tool_without_domains_is_not_graded() -> None:
    """It has a percentage only (P8)."""
    checks_only = ToolVersion("checks", 1, "Compliance checks", "Yes or no.", False, (), (DATED,))

    assert AuditTool((FORM,)).is_graded
    assert not AuditTool((checks_only,)).is_graded
