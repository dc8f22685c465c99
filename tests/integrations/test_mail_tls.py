"""Mail over TLS: STARTTLS that is insisted on, certificates that are checked, and sign-in (real certificates)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.mail.smtp import SmtpMail, SmtpServer
from tests.integrations.certificates import Authority
from tests.integrations.letters import a_letter
from tests.integrations.smtp_sink import Sink, running
from usecases.ports import MailUnreachable, Sent

HERE = ("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority.made(folder, "council")


@pytest.fixture(scope="module")
def identity(folder: Path, authority: Authority) -> Path:
    return authority.vouch_for(folder, HERE)


@pytest.fixture
def server(identity: Path) -> Iterator[Sink]:
    with running(Sink(accounts={"audit": "hush"}), starttls=identity) as sink:
        yield sink


def mail(port: int, authority: Authority | None, host: str = "127.0.0.1", **facts: object) -> SmtpMail:
    file = authority.file if authority else None
    return SmtpMail(SmtpServer(host, port, ca_file=file, seconds=5, **facts))  # type: ignore[arg-type]


def test_letters_go_out_encrypted_once_the_servers_certificate_is_checked(server: Sink, authority: Authority) -> None:
    letters = [a_letter(), a_letter()]

    assert [outcome for _, outcome in mail(server.port, authority).send(letters)] == [Sent(), Sent()]
    assert server.message_ids == [letter.message_id for letter in letters]


def test_an_account_is_used_only_once_the_connection_is_encrypted(server: Sink, authority: Authority) -> None:
    assert list(mail(server.port, authority, username="audit", password="hush").send([a_letter()]))
    assert server.signed_in == ["audit"]

    with pytest.raises(MailUnreachable, match="535"):
        list(mail(server.port, authority, username="audit", password="wrong").send([a_letter()]))


def test_an_authority_that_nobody_named_is_not_believed(server: Sink, folder: Path) -> None:
    with pytest.raises(MailUnreachable, match="certificate verify failed"):
        list(mail(server.port, None).send([a_letter()]))
    with pytest.raises(MailUnreachable, match="certificate verify failed"):
        list(mail(server.port, Authority.made(folder, "somebody else")).send([a_letter()]))
    assert server.received == []


@pytest.mark.parametrize(
    ("names", "days", "why"),
    [(("mail.elsewhere.example",), 30, "mismatch"), (HERE, -3, "expired")],
    ids=["another name", "expired"],
)
def test_a_certificate_that_does_not_hold_gets_no_letter(
    folder: Path, authority: Authority, names: tuple[str, ...], days: int, why: str
) -> None:
    with running(Sink(), starttls=authority.vouch_for(folder, names, days=days)) as sink:
        with pytest.raises(MailUnreachable, match=why):
            list(mail(sink.port, authority).send([a_letter()]))
        assert sink.received == []


def test_starttls_that_somebody_stripped_on_the_way_stops_the_sending(authority: Authority) -> None:
    with running(Sink(accounts={"audit": "hush"})) as sink:
        with pytest.raises(MailUnreachable, match="STARTTLS"):
            list(mail(sink.port, authority, username="audit", password="hush").send([a_letter()]))
        assert (sink.received, sink.signed_in) == ([], [])


def test_a_server_that_encrypts_from_the_first_byte(identity: Path, authority: Authority) -> None:
    with running(Sink(), tls=identity) as sink:
        assert [outcome for _, outcome in mail(sink.port, authority, tls=True).send([a_letter()])] == [Sent()]
        with pytest.raises(MailUnreachable, match="certificate verify failed"):
            list(mail(sink.port, None, tls=True).send([a_letter()]))


def test_a_server_that_speaks_in_the_clear_gets_nothing_where_encryption_comes_first(authority: Authority) -> None:
    with running(Sink()) as sink:
        with pytest.raises(MailUnreachable, match=f"port {sink.port}"):
            list(mail(sink.port, authority, tls=True).send([a_letter()]))
        assert sink.received == []
