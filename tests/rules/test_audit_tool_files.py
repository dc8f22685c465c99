"""The audit tools that come with an edition (P8, L2)."""

import re
import shutil
from pathlib import Path

import pytest

from cli.examine_policy import load_or_tell
from rules.audit_tools import AuditTool, ComplianceCheck, LineOfEnquiry, ToolDomain, ToolVersion
from rules.errors import PolicyError
from rules.policy.load import FRAMEWORKS, load_edition, load_whole_edition
from rules.policy.problems import problems_of
from rules.tool_checks import problems_of_tool

POLICY = load_edition()
TOOLS = {name: POLICY.tool_files[name] for name in POLICY.tool_files}
# Issue: the areas of practice that the form of adult social care looks at.
DOMAINS = [
    *("voice", "assessment", "capacity", "safeguarding", "risk", "planning", "review", "outcomes", "carers", "equity"),
    *("partnership", "recording", "oversight"),
]
MODULES = {"mash", "home_first", "send", "mental_health", "re_audit", "themed"}
FEWEST_LINES, MOST_LINES = 3, 6


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """A copy of the edition, to be broken."""
    return Path(shutil.copytree(FRAMEWORKS / "waltham_forest_2023", tmp_path / "edition"))


def rewrite(edition: Path, tool: str, old: str, new: str) -> None:
    file = edition / "audit_tools" / f"{tool}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_form_of_adult_social_care_has_its_thirteen_domains_and_a_checklist() -> None:
    form = TOOLS["adult_social_care"]

    assert [domain.id for domain in form.domains] == DOMAINS
    assert not form.is_module
    assert len(form.checks) == 30
    assert sum(check.timescale is not None for check in form.checks) == 5


def test_there_is_a_module_for_each_service_and_kind_of_audit_that_looks_at_more() -> None:
    assert {name for name, tool in TOOLS.items() if tool.is_module} == MODULES
    assert all(tool.domains and tool.checks for tool in TOOLS.values())


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_each_domain_has_three_to_six_lines_of_enquiry_with_prompts_for_evidence(tool: str) -> None:
    for domain in TOOLS[tool].domains:
        assert FEWEST_LINES <= len(domain.lines) <= MOST_LINES, domain.id
        assert all(len(line.evidence) >= 2 for line in domain.lines), domain.id


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_questions_are_questions_and_no_two_tools_ask_the_same(tool: str) -> None:
    asked = [check.question for check in TOOLS[tool].checks]
    asked += [line.question for domain in TOOLS[tool].domains for line in domain.lines]

    assert [question for question in asked if not question.endswith("?")] == []
    assert len({*asked}) == len(asked)


@pytest.mark.parametrize("name", ["waltham_forest_2023", "tests/editions/northmoor_2026"])
def test_tools_of_an_edition_are_sound(name: str) -> None:
    assert problems_of(name) == []


def test_tools_can_all_be_put_together() -> None:
    """Ids are unique across them, so that what is written under one is of that one for ever."""
    everything = AuditTool(tuple(TOOLS.values()))

    assert len(everything.domains_by_id) == len(everything.domains)
    assert len(everything.checks_by_id) == len(everything.checks)


def test_tools_are_read_when_asked_for(edition: Path) -> None:
    (edition / "audit_tools" / "mash.toml").write_text("no = TOML =", encoding="utf-8")
    policy = load_edition(edition)

    assert policy.tool_files["send"].title == "SEND 17+"
    with pytest.raises(PolicyError, match=r"mash\.toml is not valid TOML"):
        policy.tool_files["mash"]
    assert any("mash.toml is not valid TOML" in problem for problem in problems_of(edition))


def test_service_starts_with_no_tool_that_it_cannot_use(edition: Path) -> None:
    assert load_whole_edition(edition).edition == POLICY.edition
    rewrite(edition, "send", 'id = "early"', 'id = "own_voice"')

    with pytest.raises(PolicyError, match=r"cannot be used: send\.toml: /domains/0/lines/1/id"):
        load_whole_edition(edition)
    policy, found = load_or_tell(str(edition))
    assert policy is None
    assert ["send.toml" in it.sentence for it in found] == [True]


def test_there_is_no_tool_beside_the_folder(edition: Path) -> None:
    assert "../edition" not in load_edition(edition).tool_files
    with pytest.raises(KeyError):
        load_edition(edition).tool_files["../edition"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("is_module = true", "", "lacks the key 'is_module'", id="no word on whether it stands alone"),
        pytest.param(
            "is_module = true",
            "is_module = true\nversion = 3",
            "has the unknown key 'version'",
            id="a number of its own",
        ),
        pytest.param('within = "1 working day"', 'within = "a day"', "should be a length", id="no length"),
        pytest.param('id = "front_door"', 'id = "risk"', "'risk' is in the tool 'adult_social_care'", id="a taken id"),
        pytest.param('id = "threshold"', 'id = "history"', "'history' is there twice", id="one id for two lines"),
        pytest.param('id = "mash_same_day"', 'id = "Same day"', "is no id of a check", id="words for an id"),
    ],
)
def test_what_cannot_be_used_is_told_by_file_and_place(edition: Path, old: str, new: str, problem: str) -> None:
    rewrite(edition, "mash", old, new)

    [told] = problems_of(edition)
    assert told.startswith("mash.toml")
    assert problem in told


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param('tool = "mash"', 'tool = "mush"', "names 'mush'; the folder audit_tools has", id="no such tool"),
        pytest.param('["re_audit"]', '["again"]', "names the kind 'again'", id="no such kind of audit"),
        pytest.param(
            '{ tool = "adult_social_care" },',
            "",
            "has no form for ordinary audits of every service",
            id="audits without a form",
        ),
    ],
)
def test_parts_that_cannot_be_are_refused_when_the_edition_loads(
    edition: Path, old: str, new: str, problem: str
) -> None:
    file = edition / "audit_tools.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(PolicyError, match=re.escape(problem)):
        load_edition(edition)


def test_module_alone_is_no_form(edition: Path) -> None:
    rewrite(edition, "adult_social_care", "is_module = false", "is_module = true")

    assert problems_of(edition) == ["audit_tools.parts begins with 'adult_social_care', a module: name a form first."]


def test_every_point_against_a_version_is_told_at_once_with_its_place() -> None:
    line = LineOfEnquiry("a", "Why?", ("notes",))
    broken = ToolVersion(
        "hoarding",
        1,
        "Hoarding",
        "…",
        is_module=True,
        domains=(
            ToolDomain("risk", "Risk", "…", "…", "…", (line, line)),
            ToolDomain("clutter", "Clutter", "…", "…", "…", ()),
        ),
        checks=(ComplianceCheck("Clutter image", "Rated?", "notes"),),
    )

    found = [(problem.pointer, problem.rule) for problem in problems_of_tool(broken, TOOLS)]
    assert found == [
        ("/domains/0/id", "P8"),
        ("/checks/0/id", "P8"),
        ("/domains/0/lines/1/id", "P8"),
        ("/domains/1/lines", "L2"),
    ]
    assert problems_of_tool(ToolVersion("x", 1, "X", "…", is_module=False), TOOLS)[0].pointer == "/domains"
