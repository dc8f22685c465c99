"""Delivery reports as mail servers write them (RFC 3464), and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.bounce_reports import bounces_in
from usecases.ports import Bounce, UnreadableReport

MESSAGE_ID = "<0199c0de-7a11-7000-8000-000000000005@practice-audit.invalid>"
STATUS = "Final-Recipient: rfc822; gone@council.example\nAction: failed\nStatus: 5.1.1\n"
HEADERS = f"From: practice.audit@council.example\nMessage-ID: {MESSAGE_ID}\nSubject: Audits\n"


def report(status: str = STATUS, returned: str = HEADERS, kind: str = "message/rfc822", beginning: str = "") -> bytes:
    """What Postfix, Exchange and Exim send: words, the status, and the message or its headers."""
    return f"""From: MAILER-DAEMON@relay.council.example
To: practice.audit@council.example
Subject: Undelivered Mail Returned to Sender
{beginning}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you …

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.council.example
Arrival-Date: Thu, 1 Oct 2026 09:00:00 +0100

{status}
--b
Content-Type: {kind}

{returned}
--b--
""".encode()


def test_a_report_says_which_message_to_whom_and_why() -> None:
    assert bounces_in(report()) == [Bounce(MESSAGE_ID, "gone@council.example", "5.1.1")]
    assert bounces_in(report())[0].is_for_good


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("Original-Recipient: rfc822;as.sent@council.example\n" + STATUS, ("as.sent@council.example", "5.1.1")),
        (STATUS.replace("rfc822; gone", "RFC822;gone"), ("gone@council.example", "5.1.1")),
        (STATUS.replace("5.1.1", "5.7.26 (policy)"), ("gone@council.example", "5.7.26")),
        (STATUS.replace("Status: 5.1.1\n", ""), ("gone@council.example", "5.0.0")),
        (STATUS.replace("5.1.1", "4.4.7"), ("gone@council.example", "5.4.7")),  # given up after many attempts
        (STATUS.replace("failed", "delayed").replace("5.1.1", "4.4.1"), ("gone@council.example", "4.4.1")),
    ],
)
def test_what_the_fields_of_a_recipient_mean(status: str, found: tuple[str, str]) -> None:
    assert [(bounce.recipient, bounce.code) for bounce in bounces_in(report(status))] == [found]


def test_several_recipients_are_told_apart_and_what_was_delivered_is_passed_over() -> None:
    other = STATUS.replace("gone", "other").replace("5.1.1", "5.2.2")
    fine = STATUS.replace("gone", "fine").replace("failed", "delivered").replace("5.1.1", "2.0.0")

    assert [bounce.recipient for bounce in bounces_in(report(f"{STATUS}\n{fine}\n{other}"))] == [
        "gone@council.example",
        "other@council.example",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "text/rfc822-headers"},
        {"kind": "text/rfc822-headers", "returned": HEADERS.replace("Message-ID: ", "message-id:\n ")},
        {"kind": "text/plain", "beginning": f"In-Reply-To: {MESSAGE_ID}\n"},
        {"kind": "text/plain", "beginning": f"References: {MESSAGE_ID}\n"},
    ],
)
def test_the_message_id_is_found_wherever_the_server_put_it(changed: dict[str, str]) -> None:
    assert bounces_in(report(**changed))[0].message_id == MESSAGE_ID


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (b"", "no delivery report"),
        (b"Subject: Out of office\n\nI am away.", "no delivery report"),
        (b"\x00\xff\xfe" * 100, "no delivery report"),
        (report(status="Action: failed\n"), "no delivery report"),
        (report(status=STATUS.replace("failed", "delivered")), "no delivery report"),
        (report(returned="Subject: no id\n"), "Message-ID is missing"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(mail: bytes, why: str) -> None:
    with pytest.raises(UnreadableReport, match=why):
        bounces_in(mail)


@given(st.binary(max_size=400), st.integers(0, 800))
def test_a_broken_report_is_refused_in_words_or_read_never_a_fault(noise: bytes, at: int) -> None:
    whole = report()
    try:
        found = bounces_in(whole[:at] + noise + whole[at + len(noise) :])
    except UnreadableReport:
        return
    assert all(bounce.code[0] in "45" for bounce in found)
