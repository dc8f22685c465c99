"""A letter as bytes on the wire, read back with Python's own e-mail package."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.messages import UnusableLetter, message_of
from tests.integrations.letters import a_letter
from usecases.ports import Letter


def read(letter: Letter) -> EmailMessage:
    message = message_from_bytes(message_of(letter), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_message_says_who_when_and_that_a_machine_wrote_it() -> None:
    letter = a_letter()

    message = read(letter)

    assert {name: str(message[name]) for name in message if name not in ("Content-Type", "MIME-Version")} == {
        "From": "practice.audit@council.example",
        "To": "worker@council.example",
        "Subject": "Audits that concern you, October 2026",
        "Date": "Thu, 01 Oct 2026 08:00:00 +0000",
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert message.defects == []


def test_plain_text_comes_first_then_html_and_the_dates_are_an_attachment() -> None:
    message = read(a_letter())

    body, attachment = message.iter_parts()
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_param("method") == "PUBLISH"
    assert attachment.get_filename() == "audit-dates.ics"
    assert attachment.get_content_disposition() == "attachment"


def test_a_letter_without_dates_is_its_text_twice_and_nothing_attached() -> None:
    message = read(replace(a_letter(), calendar=None))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_letter_gives_the_same_bytes() -> None:
    letter = a_letter()

    assert message_of(letter) == message_of(letter)


@pytest.mark.parametrize(
    "text",
    ["Home First – Älter Wëg team\n", "a" * 5_000 + "\n", "From the start of a line\n.\n..\n", ""],
    ids=["letters beyond ASCII", "a very long line", "lines that mean something to a mail server", "nothing"],
)
def test_any_text_arrives_as_it_was_written_within_seven_bits(text: str) -> None:
    letter = replace(a_letter(), text=text, html=f"<p>{text}</p>")

    raw = message_of(letter)
    message = read(letter)

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize("subject", ["Audits – Décember", "x" * 300], ids=["beyond ASCII", "longer than a line"])
def test_any_subject_is_read_as_it_was_written(subject: str) -> None:
    assert read(a_letter(subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "subject", ["Audits\r\nBcc: someone@else.example", "Audits\nX-Header: 1", "Audits\x00", "A\x85B"]
)
def test_a_subject_never_adds_a_header(subject: str) -> None:
    with pytest.raises(UnusableLetter, match="can't stand in a header"):
        message_of(a_letter(subject=subject))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "worker",
        "@council.example",
        "worker@",
        "worker@council.example\r\nBcc: someone@else.example",
        "worker@council.example\n",
        "worker@council.example, someone@else.example",
        "worker@council.example someone@else.example",
        "Worker <worker@council.example>",
        '"a b"@council.example',
        "a@b@council.example",
        "zoë@council.example",
        "a" * 250 + "@council.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(UnusableLetter):
        message_of(a_letter(address))


@pytest.mark.parametrize(
    "address",
    [
        "o'brien+audit@trust.example",
        "a_b-c.d@sub.council.example",
        "x@localhost",
        "a" * 64 + "@" + "sub." * 45 + "example",
    ],
)
def test_an_ordinary_address_is_used_as_it_stands(address: str) -> None:
    assert read(a_letter(address))["To"] == address


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), max_size=8).map("\n".join)


@given(text=LINES, html=LINES, subject=ANY_TEXT.filter(str.isprintable), method=st.sampled_from(["PUBLISH", "CANCEL"]))
def test_whatever_a_letter_says_python_s_own_parser_reads_the_same(
    text: str, html: str, subject: str, method: str
) -> None:
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nSUMMARY:{text[:20].encode().hex()}\r\nEND:VCALENDAR\r\n".encode()
    letter = replace(a_letter(), text=text, html=html, subject=subject, calendar=calendar)

    raw = message_of(letter)
    message = read(letter)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert message.defects == []
    assert list(message.keys()) == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")
    ]
    assert message["Subject"] == subject
    body, attachment = message.iter_parts()
    plain, marked_up = body.iter_parts()
    assert [part.get_content().replace("\r\n", "\n") for part in (plain, marked_up)] == [text, html]
    assert (attachment.get_content().encode(), attachment.get_param("method")) == (calendar, method)


@given(field=st.sampled_from(["address", "sender", "subject", "message_id"]), text=ANY_TEXT)
def test_no_field_adds_a_header_whatever_it_holds(field: str, text: str) -> None:
    attacked = f"{text}\r\nBcc: victim@else.example"
    whole = replace(a_letter(), **{field: text})  # type: ignore[arg-type]
    for letter in (whole, replace(a_letter(), **{field: attacked}), replace(a_letter(), **{field: f"a@b{attacked}"})):  # type: ignore[arg-type]
        try:
            message = read(letter)
        except UnusableLetter:
            continue
        assert len(message.keys()) == 8
        assert message["Bcc"] is None
