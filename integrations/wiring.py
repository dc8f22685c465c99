"""From settings to what implements the ports. Called by the doors' mains and by nothing else."""

import ssl
from pathlib import Path
from typing import Any

from integrations.case_system.alias_lists import read_aliases
from integrations.case_system.connector import ConnectorAddress, ConnectorCaseSystem
from integrations.case_system.connector_contract import as_openapi
from integrations.case_system.connector_tokens import ClientCredentials, TokenEndpoint
from integrations.case_system.csv_extracts import reader_with
from integrations.case_system.first_use_lists import read_list
from integrations.case_system.json_rows import rows_reader_with
from integrations.case_system.manual import ManualCaseSystem
from integrations.case_system.organisation_lists import read_organisation_list
from integrations.identity.oidc import OidcIdentities, TokensExpected
from integrations.identity.provider import ProviderUnreachable, document_at
from integrations.mail.bounce_reports import bounces_in
from integrations.mail.file import FileMail
from integrations.mail.smtp import SmtpMail, SmtpServer
from integrations.root_files import RootFiles
from settings import Settings, listed
from usecases.case_system_ports import CaseSystem, CaseSystemUnreachable
from usecases.extract_ports import AliasReader, ExtractReader, RowsReader
from usecases.first_use_rows import ListReader
from usecases.organisation_lists import OrganisationReader
from usecases.ports import Clock, Identities, Mail, MailUnreachable, ReadsBounces, RootFolder


def extract_reader(settings: Settings) -> ExtractReader:
    """What reads the case system's extracts: CSV files, which every case system's reporting tool can write.

    Raises PolicyError for a mapping that cannot be used.
    """
    return reader_with(settings.extract_mapping)


def rows_reader(settings: Settings) -> RowsReader:
    """What reads rows that come as JSON, by the same mapping. Raises PolicyError for one that cannot be used."""
    return rows_reader_with(settings.extract_mapping)


def organisation_reader() -> OrganisationReader:
    """What reads a council's lists of its organisation: CSV files."""
    return read_organisation_list


def list_reader() -> ListReader:
    """What reads the lists that a council brings along at first use: CSV files."""
    return read_list


def alias_reader() -> AliasReader:
    """What reads lists of merged and renumbered references: CSV files too."""
    return read_aliases


def bounce_reader() -> ReadsBounces:
    """What reads reports about messages that came back: as mail servers write them."""
    return bounces_in


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
            tls=settings.smtp_tls,
            ca_file=settings.smtp_ca_file,
            username=settings.smtp_username,
            password=None if password is None else password.get_secret_value(),
            seconds=settings.smtp_seconds,
        )
    )


def case_system_of(settings: Settings, clock: Clock) -> CaseSystem | None:
    """The way into the case system that `AUDIT_CASE_SYSTEM` names; None where the connector fetches what is owed."""
    if settings.case_system == "manual":
        return ManualCaseSystem()
    if settings.case_system == "pull" or settings.case_system_url is None:
        return None
    key = settings.case_system_key
    address = ConnectorAddress(
        url=settings.case_system_url,
        key=None if key is None else key.get_secret_value(),
        seconds=settings.case_system_seconds,
        tls=connector_tls(settings.case_system_ca_file),
        tokens=connector_tokens(settings, clock),
    )
    return ConnectorCaseSystem(address, clock)


def connector_tokens(settings: Settings, clock: Clock) -> ClientCredentials | None:
    """What gives the connector's tokens, where it takes them from an endpoint; None where it knows us by a key."""
    url, client_id, secret = (
        settings.case_system_token_url,
        settings.case_system_client_id,
        settings.case_system_client_secret,
    )
    if url is None or client_id is None or secret is None:
        return None
    # The council's own authorities vouch for its connector; the endpoint may be one of the wide world's.
    tls = ssl.create_default_context()
    if settings.case_system_ca_file is not None:
        tls.load_verify_locations(settings.case_system_ca_file)
    endpoint = TokenEndpoint(
        url=url,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
        scope=settings.case_system_scope,
        seconds=settings.case_system_seconds,
        tls=tls,
    )
    return ClientCredentials(endpoint, clock)


def connector_contract() -> dict[str, Any]:
    """What a council's connector has to offer, as OpenAPI."""
    return as_openapi()


def connector_tls(ca_file: Path | None) -> ssl.SSLContext:
    """Whose word on the connector is taken: these authorities', or those of the machine."""
    return ssl.create_default_context(cafile=ca_file)


def root_folder_of(settings: Settings) -> RootFolder:
    """Where the trail's nightly roots are kept."""
    return roots_in(settings.roots_folder)


def roots_in(folder: Path) -> RootFolder:
    """The trail's nightly roots in any folder, such as a copy kept elsewhere."""
    return RootFiles(folder)


def identities_of(settings: Settings, clock: Clock) -> Identities | None:
    """What checks the tokens of the council's identity provider; None when none is named."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    expected = TokensExpected(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        algorithms=frozenset(listed(settings.oidc_algorithms)),
        tenant=settings.oidc_tenant,
        version=settings.oidc_token_version,
        roles_claim=settings.oidc_roles_claim,
    )
    return OidcIdentities(expected, settings.oidc_jwks_url, clock)


def why_no_mail(settings: Settings) -> str | None:
    """Why no message could be sent now, in words; None when the mail server lets us in. Sends nothing."""
    mail = mail_of(settings)
    try:
        if isinstance(mail, SmtpMail):
            mail.greet()
    except MailUnreachable as why:
        return str(why)
    return None


def why_no_case_system(settings: Settings, clock: Clock) -> str | None:
    """Why the connector could do nothing now, in words; None when it says what it can do, or none is called."""
    case_system = case_system_of(settings, clock)
    try:
        if isinstance(case_system, ConnectorCaseSystem):
            case_system.capabilities()
    except CaseSystemUnreachable as why:
        return str(why)
    return None


def why_no_identities(settings: Settings, clock: Clock) -> str | None:
    """Why the identity provider's discovery document cannot be used, in words; None when it can, or none is named."""
    issuer = settings.oidc_issuer
    if issuer is None:
        return None
    try:
        found = document_at(f"{issuer.rstrip('/')}/.well-known/openid-configuration", clock)
    except ProviderUnreachable as why:
        return str(why)
    if found.get("issuer") != issuer:
        return f"its discovery document names the issuer {found.get('issuer')!r}, and AUDIT_OIDC_ISSUER {issuer!r}"
    return None
