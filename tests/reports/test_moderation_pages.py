"""The moderation template as page and as PDF: both grades beside each other, what was found, and the feedback (M4)."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reports.audit_reports import FormShown
from reports.moderation_pages import as_file, page_of
from reports.moderation_reports import DomainRegraded, ModerationReport
from reports.report_files import Medium
from tests.reports.example_reports import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT

MODERATION = ModerationReport(
    reference="PA-2027-0031",
    council="Example Borough Council",
    edition=FormShown("waltham_forest_2023", "1", "Practice Audit Framework 2023"),
    marking="OFFICIAL-SENSITIVE",
    month="March 2027",
    report_version=2,
    case_reference="SYN-000031",
    service_title="Home First Service",
    auditor="990402",
    moderator="SYN-M004",
    issued_on=date(2027, 2, 12),
    drawn_on=date(2027, 3, 1),
    due_on=date(2027, 3, 31),
    made_at=datetime(2027, 3, 24, 14, 5, tzinfo=UTC),
    made_by="person SYN-M004",
    why_drawn=(
        "One of each grade there is: Requires Improvement, the only one.",
        "The moderator is not concerned in this audit and does not belong to Home First.",
    ),
    met_on=date(2027, 3, 22),
    given_on=date(2027, 3, 24),
    auditor_overall=REQUIRES_IMPROVEMENT,
    moderator_overall=GOOD,
    domains=(
        DomainRegraded("voice", "Voice of the person", GOOD, GOOD, findings="Her own words stand in each review."),
        DomainRegraded("risk", "Risk and safeguarding", REQUIRES_IMPROVEMENT, GOOD, findings="The plan was reviewed."),
        DomainRegraded("outcomes", "Outcomes", INADEQUATE, REQUIRES_IMPROVEMENT),
        DomainRegraded("supervision", "Management oversight", OUTSTANDING, None, is_applicable=False),
    ),
    findings="The report is fair on the record of the autumn.\n\nIt does not see the two visits of December.",
    strengths=("The evidence is quoted with its day.",),
    areas_to_improve=("Read the record to the end of the window.",),
    feedback="Thank you for a careful report. Where a plan was reviewed, say so before you grade it.",
)


def test_the_page_sets_both_grades_beside_each_other_and_says_by_how_much_they_differ() -> None:
    page = page_of(MODERATION)

    assert page["overall"]["movement"] == "1 level higher"
    said = [domain["movement"] for domain in page["domains"]]
    assert said == ["The same", "1 level higher", "1 level higher", ""]
    assert page["standing"] == ""


def test_a_moderation_without_feedback_is_a_draft_on_every_page() -> None:
    page = page_of(replace(MODERATION, given_on=None, feedback=""))

    assert page["standing"] == "Draft: no feedback given"
    assert page["warnings"]


def test_what_was_stored_is_what_is_read() -> None:
    assert ModerationReport.from_plain(MODERATION.as_plain()) == MODERATION


def test_the_page_escapes_what_people_wrote() -> None:
    html = as_file(replace(MODERATION, feedback="<script>alert(1)</script>"), Medium.HTML).content.decode()

    assert "&lt;script&gt;" in html
    assert "<script" not in html
    for said in ("Voice of the person", "Requires Improvement", "Her own words", "moderation is advice"):
        assert said in html


def test_the_pdf_is_made_and_the_same_moderation_gives_the_same_bytes() -> None:
    file = as_file(MODERATION, Medium.PDF)

    assert file.name == "PA-2027-0031-moderation.pdf"
    assert file.content.startswith(b"%PDF-")
    assert as_file(MODERATION, Medium.PDF).content == file.content
