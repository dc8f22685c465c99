"""The connector over HTTP: what each answer is taken for, what it is sent, and which addresses it may not have (C2)."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from integrations.case_system.connector import ConnectorAddress, ConnectorCaseSystem
from integrations.case_system.connector_addresses import AddressRefused, reached
from integrations.case_system.connector_contract import on_the_wire
from integrations.wiring import connector_tls
from tests.case_systems import SetClock
from tests.connectors import RunningConnector, running_connector
from tests.integrations.certificates import Authority
from usecases.case_system_ports import (
    AlertRecipient,
    Capabilities,
    CaseSystemUnreachable,
    Command,
    Document,
    Done,
    NeverArrived,
    Note,
    NotNow,
    Operation,
    Refused,
    Uncertain,
)

ON = datetime(2026, 10, 30, 15, 5, tzinfo=ZoneInfo("Europe/London"))
CONTRACT = Path(__file__).parents[2] / "docs" / "connector-openapi.json"
PDF = b"%PDF-1.7 \x00\xff"
CLOCK = SetClock()
TLS = connector_tls(None)
TWO_HOURS = timedelta(hours=2)  # to the moment that the connector names


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConnector]:
    with running_connector(tmp_path_factory.mktemp("connector") / "made") as connector:
        yield connector


def a_note(key: str = "PA-2026-0412.v1.issued.note") -> Command:
    return Command(
        key=key,
        operation=Operation.RECORD_NOTE,
        person_reference="4711",
        audit_reference="PA-2026-0412",
        correlation_id="run",
        document_reference="D-1",
        note=Note("Quality Assurance", "PA-2026-0412 Practice audit, version 1", ON, True, "Overall grade: Good."),
        alert_recipients=[AlertRecipient("team_manager", "990017")],
    )


def an_upload(key: str) -> Command:
    document = Document("PA-2026-0412-version-1.pdf", "application/pdf", "Quality Assurance", PDF)
    return Command(key, Operation.UPLOAD_DOCUMENT, "4711", "PA-2026-0412", "run", document=document)


TAKEN_FOR: list[tuple[str, object]] = [
    ("500 before", Uncertain("The connector answered 500.")),
    ("500 after", Uncertain("The connector answered 500.")),
    ("503 after", Uncertain("The connector answered 503.", timedelta(minutes=1))),
    ("202", Uncertain("The connector is still at work on it.")),
    ("no receipt", Uncertain("The connector answered 200 without a receipt.")),
    ("no reference", Uncertain("The connector says that it is done, and not what the case system calls it.")),
    ("endless", Uncertain("The connector answered 200 without a receipt.")),
    ("time-out after", Uncertain("It was sent to the connector, and no answer came in time.")),
    ("cut before", Uncertain("It was sent to the connector, and the connection broke.")),
    ("cut after", Uncertain("It was sent to the connector, and the connection broke.")),
    ("429", NotNow("The connector asks to be left alone for a while (429).", TWO_HOURS)),
    ("429 until a moment", NotNow("The connector asks to be left alone for a while (429).", TWO_HOURS)),
    ("restricted", Refused("The record is restricted.")),
    ("400 without a word", Refused("The connector answered 400 and gave no reason.")),
    ("another type", Done),
    ("403 of a gateway", "does not let us in (403): look at the key or client"),
    ("404 of a gateway", "What answers at the connector's address (404) is not the connector."),
    ("redirect", "The connector's address leads elsewhere (307), and no redirect is followed."),
]


@pytest.mark.proves("C2")
@pytest.mark.parametrize(("trouble", "taken_for"), TAKEN_FOR, ids=[trouble for trouble, _ in TAKEN_FOR])
def test_an_answer_is_taken_for_what_it_surely_says(
    connector: RunningConnector, trouble: str, taken_for: object
) -> None:
    connector.meets(trouble)
    clock = SetClock(datetime(2026, 10, 1, 8, tzinfo=ZoneInfo("UTC")))
    if isinstance(taken_for, str):
        with pytest.raises(CaseSystemUnreachable, match=re.escape(taken_for)):
            connector.case_system(clock).carry_out(a_note(trouble.replace(" ", "-")))
    elif isinstance(taken_for, type):
        assert isinstance(connector.case_system(clock).carry_out(a_note(trouble.replace(" ", "-"))), taken_for)
    else:
        assert connector.case_system(clock).carry_out(a_note(trouble.replace(" ", "-"))) == taken_for


@pytest.mark.proves("C2")
def test_a_receipt_says_what_became_of_a_key_and_never_heard_of_only_in_so_many_words(
    connector: RunningConnector,
) -> None:
    system = connector.case_system(CLOCK)
    done = system.carry_out(a_note("asked-for"))

    assert isinstance(done, Done)
    assert system.receipt_of("asked-for") == done
    assert system.receipt_of("never-sent") == NeverArrived()
    elsewhere = ConnectorCaseSystem(ConnectorAddress(connector.url, "wrong", 1, connector_tls(None)), CLOCK)
    connector.tell(key="right")
    with pytest.raises(CaseSystemUnreachable, match="does not let us in \\(401\\): look at the key"):
        elsewhere.receipt_of("asked-for")
    with pytest.raises(CaseSystemUnreachable):
        elsewhere.carry_out(a_note("by-a-stranger"))
    assert connector.case_system(CLOCK, key="right").receipt_of("asked-for") == done
    connector.tell(key=None)


@pytest.mark.proves("C2", "L7")
def test_it_is_sent_everything_that_the_note_and_the_file_hold(tmp_path: Path) -> None:
    with running_connector(tmp_path / "made") as connector:
        system = connector.case_system(CLOCK)
        system.carry_out(an_upload("up"))
        system.carry_out(a_note("note"))
        upload, note = connector.commands()

    document = upload["document"]
    assert b64decode(document["content"]) == PDF
    assert (document["sha256"], document["filename"]) == (sha256(PDF).hexdigest(), "PA-2026-0412-version-1.pdf")
    assert note["note"] == {
        "note_type": "Quality Assurance",
        "title": "PA-2026-0412 Practice audit, version 1",
        "contact_at": "2026-10-30T15:05:00Z",
        "is_significant": True,
        "text": "Overall grade: Good.",
    }
    assert note["alert_recipients"] == [{"role": "team_manager", "worker_reference": "990017"}]
    assert (note["person_reference"], note["document_reference"]) == ("4711", "D-1")


def test_what_it_can_do_is_asked_of_it_and_anything_else_is_not_the_connector(connector: RunningConnector) -> None:
    assert connector.case_system(CLOCK).capabilities() == Capabilities(
        frozenset({Operation.UPLOAD_DOCUMENT, Operation.RECORD_NOTE}), gives_receipts=True
    )
    connector.tell(can={"operations": ["rule_the_world"]})
    with pytest.raises(CaseSystemUnreachable, match="200 without saying what it can do"):
        connector.case_system(CLOCK).capabilities()
    connector.tell(can={"operations": ["upload_document", "record_note"]})


def test_a_connector_that_is_down_was_sent_nothing(tmp_path: Path) -> None:
    with running_connector(tmp_path / "made") as connector:
        system = connector.case_system(CLOCK)
    with pytest.raises(CaseSystemUnreachable, match="cannot be reached: nothing answers at its address"):
        system.carry_out(a_note())


REFUSED_ADDRESSES = [
    ("http://connector.example/", "neither https nor on this machine"),
    ("ftp://127.0.0.1/", "neither https nor on this machine"),
    ("https://user:secret@connector.example/", "holds a password"),
    ("https://connector.example/?key=1", "no plain address"),
    ("https://169.254.169.254/latest/meta-data", "leads to 169.254.169.254"),
    ("https://[fe80::1]/", "leads to fe80::1"),
    ("https://[::ffff:169.254.169.254]/", "no address of a connector"),
    ("https://[fd00:ec2::254]/", "no address of a connector"),
    ("https://0.0.0.0/", "leads to 0.0.0.0"),
    ("https://224.0.0.1/", "leads to 224.0.0.1"),
    ("https://127.0.0.2/", "leads to 127.0.0.2"),
    ("https://nowhere.invalid/", "is not known here"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED_ADDRESSES)
def test_an_address_that_is_not_encrypted_or_nobodys_connector_is_refused(url: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        reached(url)


def test_a_name_that_leads_to_this_machine_or_to_one_bad_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[object, ...]] = [(2, 1, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_facts: found)
    assert reached("https://connector.council.example/audit").address == "10.1.2.3"

    for address in ("127.0.0.1", "169.254.169.254"):
        found[1:] = [(2, 1, 6, "", (address, 443))]
        with pytest.raises(AddressRefused, match=f"leads to {address}"):
            reached("https://connector.council.example/audit")


def test_its_certificate_has_to_be_vouched_for(tmp_path: Path) -> None:
    authority = Authority.made(tmp_path, "council")
    identity = authority.vouch_for(tmp_path, ("localhost",))
    with running_connector(tmp_path / "made", identity) as connector:
        url = f"https://localhost:{connector.port}/audit"
        trusted = ConnectorCaseSystem(ConnectorAddress(url, None, 5, connector_tls(authority.file)), CLOCK)
        machines = ConnectorCaseSystem(ConnectorAddress(url, None, 5, connector_tls(None)), CLOCK)
        by_number = f"https://127.0.0.1:{connector.port}/audit"
        other_name = ConnectorCaseSystem(ConnectorAddress(by_number, None, 5, connector_tls(authority.file)), CLOCK)

        assert isinstance(trusted.carry_out(a_note()), Done)
        for stranger, why in ((machines, "unable to get local issuer"), (other_name, "IP address mismatch")):
            with pytest.raises(CaseSystemUnreachable, match=f"its certificate is not to be trusted: {why}"):
                stranger.carry_out(a_note())
        plain = ConnectorCaseSystem(ConnectorAddress(f"http://localhost:{connector.port}", None, 5, TLS), CLOCK)
        with pytest.raises(CaseSystemUnreachable, match="was asked, and the connection broke"):
            plain.capabilities()


def test_a_port_that_does_not_speak_tls_is_said_to_be_one(connector: RunningConnector) -> None:
    url = f"https://127.0.0.1:{connector.port}/audit"
    with pytest.raises(CaseSystemUnreachable, match="cannot be reached: it does not speak TLS"):
        ConnectorCaseSystem(ConnectorAddress(url, None, 5, TLS), CLOCK).carry_out(a_note())


def test_a_connector_that_is_busy_when_it_is_asked_what_it_can_do_is_left_alone_as_long_as_it_says(
    connector: RunningConnector,
) -> None:
    connector.tell(busy=90)
    with pytest.raises(CaseSystemUnreachable, match="503 without saying what it can do") as told:
        connector.case_system(CLOCK).capabilities()
    connector.tell(busy=None)

    assert told.value.wait == timedelta(seconds=90)


def test_what_is_sent_follows_the_published_contract() -> None:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    schemas = {"components": contract["components"]}
    for command in (a_note(), an_upload("up")):
        sent = json.loads(on_the_wire(command).model_dump_json())
        Draft202012Validator({**schemas, "$ref": "#/components/schemas/CommandSent"}).validate(sent)
    assert {path for path in contract["paths"] if not path.startswith("/v1/")} == {"/capabilities", "/commands/{key}"}
