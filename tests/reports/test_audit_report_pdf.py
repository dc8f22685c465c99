"""The report as a PDF: tagged, in English, with every word that was written, whatever stands in it (L7)."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import audit_report_pdf, pdf_files
from reports.audit_report_pdf import as_pdf
from reports.audit_reports import AuditReport
from reports.pdf_characters import shown_characters
from reports.pdf_files import NoPdf, PdfNotInstalled, PdfRefused
from tests.reports.example_reports import BARE, CHECKED, CORRECTED, FULL, HOSTILE, MODERATED, NOT_DISCUSSED, saying


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """Every word of every page, with one space between any two."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def root_of(pdf: bytes) -> Any:
    return read(pdf).trailer["/Root"]


def elements(pdf: bytes) -> Iterator[Any]:
    """The structure that a screen reader follows, in its order."""
    waiting = [root_of(pdf)["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop(0).get_object()
        if isinstance(element, dict):
            yield element
            inner = element.get("/K", [])
            waiting[:0] = inner if isinstance(inner, list) else [inner]


@pytest.fixture(scope="module")
def full() -> bytes:
    return as_pdf(FULL)


def test_it_says_that_it_is_accessible_in_which_language_and_of_what(full: bytes) -> None:
    root = root_of(full)

    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (pypdf has a boolean of its own)
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    metadata = root["/Metadata"].get_object().get_data()
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", metadata)
    assert b"Report of audit PA-2026-0412, version 3" in metadata


def test_headings_follow_each_other_without_a_gap_and_tables_have_heads(full: bytes) -> None:
    kinds = [str(element.get("/S", "")) for element in elements(full)]
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert kinds.count("/Table") == 6
    heads = [element for element in elements(full) if element.get("/S") == "/TH"]
    assert heads
    assert all("/Scope" in str(element.get("/A")) for element in heads)
    assert "/Figure" not in kinds, "the segments beside a grade are decoration: its title says it"


def test_a_picture_without_words_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page_parts.typ").write_text("")
    picture = '#set document(title: "x")\n= x\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"))'
    (tmp_path / "audit_report.typ").write_text(picture)
    monkeypatch.setattr(audit_report_pdf, "_TEMPLATES", tmp_path)

    with pytest.raises(PdfRefused, match="PDF/UA-1 error: missing alt text"):
        as_pdf(BARE)


@pytest.mark.proves("L2", "L3", "L4", "L7", "L8", "L14", "P8", "R2")
def test_it_shows_both_gradings_evidence_plan_and_who_and_when(full: bytes) -> None:
    text = text_of(full)

    for words in (
        *("Report of audit PA-2026-0412", "Second re-audit · version 3", "OFFICIAL-SENSITIVE", "990402", "SYN-000412"),
        "Before the reflective discussion, 19 October 2026 Requires Improvement",
        "After the reflective discussion, 23 October 2026 Good",
        *("Outstanding", "Inadequate", "1 level higher", "Unchanged", "Carers and network Not applicable"),
        *("a good day looks like", "In the discussion the practitioner showed", "As written before the discussion"),
        *("quoted throughout, and what they", "Each capacity assessment names the decision"),
        *("workshop on best interests", "11 December 2026", "Confirmed by the head of service 12 November 2026"),
        *("67 %", "2 of 3 checks that apply are met; 1 not applicable"),
        *("The grade of one domain was mistyped.", "2 points on work in the period", "Thank you, a fair and"),
        *("30 October 2026, 15:40 by person 990402", "3: Issued", "Adult social care, version 4, with Re-audit"),
    ):
        assert words in text, words


@pytest.mark.proves("L3", "L15", "P8")
@pytest.mark.parametrize(
    ("report", "first"),
    [
        (CORRECTED, "Corrected on 3 November 2026 by person 990031 The overall grade that counts Inadequate"),
        (CORRECTED, "Overall grade as it was first issued"),
        (MODERATED, "Changed after moderation on 3 November 2026 The overall grade that counts Inadequate"),
        (MODERATED, "Changed too: Mental capacity and best interests."),
        (NOT_DISCUSSED, "No reflective discussion took place. Why not: The practitioner fell ill."),
        (NOT_DISCUSSED, "Second grading, no discussion held, 23 October 2026 Good"),
        (CHECKED, "Result Compliance checks that are met 67 %"),
    ],
)
def test_the_first_page_says_what_counts_and_what_did_not_happen(report: AuditReport, first: str) -> None:
    page = read(as_pdf(report)).pages[0].extract_text()

    assert first in " ".join(page.split())


@pytest.mark.parametrize("report", [BARE, replace(BARE, plan=replace(FULL.plan, actions=()))])  # type: ignore[type-var]
def test_a_draft_says_so_on_every_page_and_a_version_that_was_replaced_too(report: AuditReport) -> None:
    drafts, replaced = read(as_pdf(report)), read(as_pdf(report, newest=4))

    assert all("Draft: not issued" in page.extract_text() for page in drafts.pages)
    assert all("Replaced by version 4" in page.extract_text() for page in replaced.pages)


def test_what_somebody_wrote_stays_text() -> None:
    pdf = as_pdf(saying("\n".join(HOSTILE)))

    assert all(text_of(pdf).count(re.sub(r"\s+", " ", text)) >= 4 for text in HOSTILE)
    assert len([element for element in elements(pdf) if element.get("/S") == "/H1"]) == 1
    assert "/JavaScript" not in root_of(pdf).get("/Names", {})


def test_what_the_fonts_lack_is_named_and_nothing_is_left_out() -> None:
    text = text_of(as_pdf(saying("Żółć, ąę, سلام, 😀 said বাংলা ভাষা and 中文\x01.")))

    assert "[grinning face] said [text in Bengali] and [text in Chinese characters][U+0001]." in text
    assert "Żółć, ąę" in text
    assert "named in square brackets" in text


def test_nothing_is_said_of_brackets_where_none_are_needed(full: bytes) -> None:
    assert "square brackets" not in text_of(full)


def test_every_character_that_we_say_the_fonts_have_they_have() -> None:
    as_pdf(saying(" ".join(sorted(shown_characters() - {"\n", "\t"}))))


@settings(max_examples=6)
@given(st.text(max_size=200))
def test_whatever_is_written_makes_a_file(text: str) -> None:
    assert as_pdf(saying(text)).startswith(b"%PDF-")


def test_letters_that_do_not_go_together_make_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_report_pdf, "shown_characters", lambda: frozenset(map(chr, range(0x11000))))

    assert "good [text in Chinese characters]" in text_of(as_pdf(saying("good 中")))


def test_a_word_without_an_end_stays_on_the_page() -> None:
    pdf = as_pdf(saying("x" * 400))

    assert "x" * 400 in text_of(pdf).replace(" ", "")
    assert len(read(pdf).pages) <= 4


def test_the_same_version_makes_the_same_bytes(full: bytes) -> None:
    assert as_pdf(FULL) == full


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "find_spec", lambda _: None)

    with pytest.raises(PdfNotInstalled, match=r"extra `pdf`.*HTML"):
        as_pdf(BARE)


def test_a_document_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "_SECONDS", 0.001)

    with pytest.raises(NoPdf, match=r"not made within .* as HTML"):
        as_pdf(BARE)


def test_the_process_that_makes_it_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@db/audit")
    telling = tmp_path / "telling.py"
    telling.write_text("import os, sys\nsys.stdout.write(repr(dict(os.environ)))")
    monkeypatch.setattr(pdf_files, "_PROGRAM", str(telling))

    assert b"secret" not in as_pdf(BARE)


def test_a_process_that_fails_says_so_and_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing, tries = tmp_path / "failing.py", tmp_path / "tries"
    failing.write_text(f"import os\nopen({str(tries)!r}, 'a').write('.')\nos.abort()")
    monkeypatch.setattr(pdf_files, "_PROGRAM", str(failing))

    with pytest.raises(NoPdf, match=r"ended with -\d+: read the report as HTML"):
        as_pdf(BARE)
    assert tries.read_text() == "."
