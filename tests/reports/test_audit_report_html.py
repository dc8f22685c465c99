"""The report as a page: valid, accessible, without script, with every word that was written (L7)."""

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from reports.audit_report_html import as_html, content_security_policy
from reports.audit_reports import AuditReport
from tests.reports.example_reports import BARE, CHECKED, CORRECTED, FULL, HOSTILE, LONG_REASON, NOT_DISCUSSED, saying

_NEVER_CLOSED = {"meta", "br", "link", "img", "input", "hr"}
_ONLY_IN = {"dt": "div", "dd": "div", "li": "ul", "th": "tr", "td": "tr", "caption": "table", "tr": "thead tbody"}
_NO_BLOCKS_INSIDE = {"p", "h1", "h2", "h3", "span", "strong", "dt", "th", "caption"}
_INLINE = {"span", "strong"}


@dataclass
class Page(HTMLParser):
    """Reads a page as strictly as it was written: everything that is opened is closed, in turn, where it may stand."""

    html: str
    open: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = self.open[-1] if self.open else "html"
        assert above in _ONLY_IN.get(tag, above).split(), f"<{tag}> in <{above}>"
        assert tag in _INLINE or above not in _NO_BLOCKS_INSIDE, f"<{tag}> in <{above}>"
        assert len(attrs) == len(dict(attrs))
        self.tags.append((tag, dict(attrs)))
        if tag not in _NEVER_CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.said))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in tags]


@pytest.mark.parametrize(
    "report", [BARE, FULL, CORRECTED, NOT_DISCUSSED, CHECKED], ids=["bare", "full", "corrected", "not held", "checks"]
)
def test_the_page_is_well_formed_and_tells_its_language_and_title(report: AuditReport) -> None:
    page = Page(as_html(report))

    assert page.html.startswith("<!DOCTYPE html>")
    assert page.all("html") == [{"lang": "en-GB"}]
    assert f"Report of audit PA-2026-0412, version {report.version.number}" in page.said
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]


def test_headings_follow_each_other_without_a_gap() -> None:
    levels = [int(tag[1]) for tag, _ in Page(as_html(FULL)).tags if re.fullmatch(r"h\d", tag)]

    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_tables_have_captions_and_each_head_says_what_it_is_for() -> None:
    page = Page(as_html(FULL))

    assert len(page.all("table")) == len(page.all("caption")) == 6
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
    regions = [attributes for attributes in page.all("div") if attributes.get("role") == "region"]
    assert all(region["aria-label"] and region["tabindex"] == "0" for region in regions)
    assert len({region["aria-label"] for region in regions}) == 6, "each can be told from the others"


@pytest.mark.proves("L2", "L3", "L4", "L7", "L8", "L14", "P8", "R2")
def test_it_shows_both_gradings_evidence_plan_and_who_and_when() -> None:
    text = Page(as_html(FULL)).text

    for words in (
        *("Report of audit PA-2026-0412", "Second re-audit · version 3", "OFFICIAL-SENSITIVE", "990402", "SYN-000412"),
        "Before the reflective discussion, 19 October 2026 Requires Improvement",
        "After the reflective discussion, 23 October 2026 Good",
        *("Outstanding", "Inadequate", "1 level higher", "Unchanged", "Carers and network Not applicable"),
        *("a good day looks like", "In the discussion the practitioner showed", "As written before the discussion"),
        *("workshop on best interests", "11 December 2026", "Confirmed by the head of service 12 November 2026"),
        *(
            "67 % : 2 of 3 checks that apply are met",
            "The grade of one domain was mistyped.",
            "2 points on work",
            "a fair and useful report",
        ),
        *("30 October 2026, 15:40 by person 990402", "3: Issued", "Adult social care, version 4, with Re-audit"),
    ):
        assert words in text, words


@pytest.mark.proves("L15")
def test_a_corrected_report_says_first_that_it_was_by_whom_why_and_what_counts_since() -> None:
    page = Page(as_html(CORRECTED))
    first = page.text.partition("Practitioner 990017")[0]

    assert "Corrected on 3 November 2026 by person 990031 The overall grade that counts Inadequate until then" in first
    assert "Good Corrected too: Mental capacity and best interests." in first
    assert "Why The wrong column: the evidence says Inadequate. And again" in first
    assert "… All of it stands under “Corrections”." in first
    assert "Overall grade as it was first issued Before the reflective discussion" in page.text
    assert [it["class"] for it in page.all("div") if "card" in str(it.get("class"))][:2] == ["card was", "card was"]
    assert "Domain Corrected to Before discussion After discussion Change" in page.text
    assert page.text.count(LONG_REASON.strip()) == 1


@pytest.mark.proves("L15", "M6", "D7")
@pytest.mark.parametrize("how", ["Changed after moderation", "Changed by the outcome of a dispute"])
def test_a_report_that_was_changed_is_not_said_to_be_corrected(how: str) -> None:
    changed = replace(CORRECTED.corrections[0], how=how, corrected_by="")
    page = Page(as_html(replace(CORRECTED, corrections=(*FULL.corrections, changed))))
    first = page.text.partition("Practitioner 990017")[0]

    assert f"{how} on 3 November 2026 The overall grade that counts Inadequate until then" in first
    assert "Good Changed too: Mental capacity and best interests." in first
    assert "… All of it stands under “Changes since it was issued”. It was corrected once before" in first
    assert "Domain Changed to Before discussion After discussion Change" in page.text
    section = page.text.partition("Changes since it was issued Corrected on 10 November 2026")[2]
    assert f"{how} on 3 November 2026" in section


@pytest.mark.proves("L15")
def test_a_correction_of_a_domain_alone_leaves_the_overall_grade_as_it_counts() -> None:
    page = Page(as_html(FULL))

    assert "The overall grade that counts, as it was before Good Corrected: Safeguarding, made personal." in page.text
    assert [it["class"] for it in page.all("div") if "card" in str(it.get("class"))][:2] == ["card weak", "card good"]


@pytest.mark.proves("L3")
def test_where_no_discussion_took_place_nothing_is_said_to_come_after_one_and_each_change_has_its_reason() -> None:
    text = Page(as_html(NOT_DISCUSSED)).text

    assert "No reflective discussion took place. Why not: The practitioner fell ill." in text
    assert "Second grading, no discussion held, 23 October 2026 Good" in text
    assert "Why it changed without a discussion The reviews that came to light." in text
    assert "Why it changed without a discussion A second record was found." in text
    assert "fter the reflective discussion" not in text
    assert "fter discussion" not in text
    assert "before the discussion" not in text


@pytest.mark.proves("P8")
def test_a_report_of_checks_alone_begins_with_its_percentage_and_speaks_of_no_grade() -> None:
    text = Page(as_html(CHECKED)).text

    assert "Result Compliance checks that are met 67 % 2 of 3 checks that apply are met" in text
    assert "grade" not in text.lower().replace("not graded, and no part", "")
    assert "Not graded" not in text


def test_colour_is_never_the_only_sign_of_a_grade() -> None:
    page = Page(as_html(replace(FULL, compared_with=())))

    grades = [attributes for attributes in page.all("span") if "grade" in (attributes.get("class") or "").split()]
    titles = [words for words in page.said if words in ("Outstanding", "Good", "Requires Improvement", "Inadequate")]
    assert len(grades) == len(titles) == 2 + 2 * 3 * 2 + 1 + 3
    assert all(attributes["aria-hidden"] == "true" for attributes in page.all("span") if "segments" in str(attributes))


def test_what_somebody_wrote_stays_text() -> None:
    page = Page(as_html(saying("\n".join(HOSTILE))))

    assert all(page.text.count(re.sub(r"\s+", " ", text)) >= 4 for text in HOSTILE)
    assert not page.all("script", "img", "link", "iframe", "a", "object", "form")


def test_a_browser_may_show_it_and_nothing_more() -> None:
    page = as_html(FULL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}';" in content_security_policy()
    assert content_security_policy().startswith("default-src 'none';")
    assert not re.search(r"https?:|url\(|@import|style=|\son\w+=", page)


def test_a_draft_and_a_version_that_was_replaced_say_so() -> None:
    assert "Draft: not issued." in Page(as_html(BARE)).text
    assert "version 4 has taken its place" in Page(as_html(FULL, newest=4)).text
    assert "Draft" not in Page(as_html(FULL, newest=3)).text
