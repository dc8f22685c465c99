"""Which way of sending an installation has, from its settings."""

from pathlib import Path

from pydantic import SecretStr

from integrations.mail.file import FileMail
from integrations.mail.smtp import SmtpMail, SmtpServer
from integrations.wiring import mail_of
from settings import Settings
from tests.integrations.letters import a_letter


def test_without_a_word_about_mail_letters_become_files_below_the_data(tmp_path: Path) -> None:
    letter = a_letter()

    mail = mail_of(Settings(data=tmp_path))
    list(mail.send([letter]))

    assert isinstance(mail, FileMail)
    assert (tmp_path / "mail" / f"{letter.id}.eml").is_file()


def test_smtp_uses_encryption_unless_told_otherwise_and_keeps_the_password_to_itself() -> None:
    settings = Settings(mail="smtp", smtp_host="mail.example", smtp_username="u", smtp_password=SecretStr("secret"))

    mail = mail_of(settings)

    assert isinstance(mail, SmtpMail)
    assert mail.server == SmtpServer("mail.example", 25, starttls=True, username="u", password="secret", seconds=60)
    assert "secret" not in repr(mail.server)
