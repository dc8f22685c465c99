"""From settings to what implements the ports. Called by the doors' mains and by nothing else."""

from integrations.case_system.csv_extracts import read_extract
from integrations.mail.file import FileMail
from integrations.mail.smtp import SmtpMail, SmtpServer
from settings import Settings
from usecases.extract_ports import ExtractReader
from usecases.ports import Mail


def extract_reader() -> ExtractReader:
    """What reads the case system's extracts: CSV files, which every case system's reporting tool can write."""
    return read_extract


def mail_of(settings: Settings) -> Mail:
    """The way of sending that `AUDIT_MAIL` names."""
    if settings.mail == "file":
        return FileMail(settings.mail_folder)
    password = settings.smtp_password
    return SmtpMail(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            starttls=settings.smtp_starttls,
            username=settings.smtp_username,
            password=None if password is None else password.get_secret_value(),
            seconds=settings.smtp_seconds,
        )
    )
