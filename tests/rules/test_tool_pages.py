"""The audit tool as a page (A5, P8)."""

import shutil
from dataclasses import replace
from pathlib import Path

from rules.audit_tools import ToolVersion
from rules.policy.audit_tool_pages import as_markdown
from rules.policy.documents import document_text
from rules.policy.load import FRAMEWORKS, load_edition

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
TOOLS = {name: POLICY.tool_files[name] for name in POLICY.tool_files}


def page(*tools: ToolVersion) -> str:
    return as_markdown(POLICY, tools)


def test_page_has_every_domain_line_prompt_and_check() -> None:
    text = page(*TOOLS.values()).replace("\\", "")

    for tool in TOOLS.values():
        assert f"## {tool.title} (version 1)" in text
        for domain in tool.domains:
            assert all(part in text for part in (domain.title, domain.purpose, domain.good, domain.worrying))
            assert all(line.question in text for line in domain.lines)
            assert all(f"    - {prompt}\n" in text for line in domain.lines for prompt in line.evidence)
        assert all(f"| {check.question} | {check.evidence} |" in text for check in tool.checks)


def test_page_says_which_audits_have_each_part_and_how_much_is_written() -> None:
    text = page(*TOOLS.values())

    assert (
        text.index("*For every audit.*") < text.index("*For audits of mash.*") < text.index("*For audits of re audit.*")
    )
    assert "evidence of at least 20 words; each line of enquiry is answered in at least 3 words" in text
    assert "at least 1 word, or" in as_markdown(NORTHMOOR, NORTHMOOR.tool_files.values())


def test_tool_for_a_theme_comes_last_and_says_so() -> None:
    text = page(replace(TOOLS["themed"], tool="aardvark", title="Aardvarks"), TOOLS["adult_social_care"])

    assert text.index("## Adult social care") < text.index("## Aardvarks")
    assert "*For the themes that it is chosen for.*" in text


def test_what_looks_like_markup_stays_text() -> None:
    text = page(replace(TOOLS["mash"], title="[x](javascript:1) <b>|", introduction="one\n\n# two"))

    assert r"## \[x\](javascript:1) \<b\>\| (version 1)" in text
    assert r"one \# two" in text


def test_edition_may_have_a_page_of_its_own_instead(tmp_path: Path) -> None:
    edition = Path(shutil.copytree(FRAMEWORKS / "waltham_forest_2023", tmp_path / "edition"))
    made = document_text(load_edition(edition), edition, "audit-tool")
    (edition / "documents" / "audit-tool.md").write_text("# Ours\n", encoding="utf-8")

    assert made == page(*TOOLS.values())
    assert document_text(load_edition(edition), edition, "audit-tool") == "# Ours\n"
