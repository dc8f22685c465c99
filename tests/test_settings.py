"""What differs between two installations, and how secrets come in."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from settings import Settings, SettingsError, as_markdown


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_PASSWORD", "PRACTICE_AUDIT_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_need_be_set() -> None:
    settings = Settings()
    assert settings.url_of_database() is None
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.mail_folder == settings.data / "mail"


def test_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("hush%\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://practice_audit@db/practice_audit")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    assert Settings().url_of_database() == "postgresql://practice_audit:hush%25@db/practice_audit"


def test_file_of_a_variable_with_the_product_s_prefix_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "port").write_text("8200\n")
    monkeypatch.setenv("PRACTICE_AUDIT_PORT_FILE", str(tmp_path / "port"))
    assert Settings().port == 8200


def test_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", "/nowhere/url")
    with pytest.raises(SettingsError, match="DATABASE_URL_FILE names /nowhere/url, which cannot be read"):
        Settings()


def test_misspelt_setting_is_refused_with_the_right_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_AUDIT_PRT", "8200")
    with pytest.raises(SettingsError, match=r"PRACTICE_AUDIT_PRT is no setting. Did you mean PRACTICE_AUDIT_PORT\?"):
        Settings()


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("AUDIT_SMPT_HOST", "AUDIT_SMTP_HOST"),
        ("AUDIT_SMTP_PASWORD_FILE", "AUDIT_SMTP_PASSWORD"),
        ("AUDIT_PUBLIC_ULR", "AUDIT_PUBLIC_URL"),
        ("AUDIT_OIDC_ISUER", "AUDIT_OIDC_ISSUER"),
        ("AUDIT_MAIL_SENDER", None),
    ],
)
def test_misspelt_mail_and_sign_in_settings_are_refused_too(
    monkeypatch: pytest.MonkeyPatch, misspelt: str, meant: str | None
) -> None:
    monkeypatch.setenv(misspelt, "somewhere")
    with pytest.raises(SettingsError, match=f"{misspelt} is no setting.* {meant or 'AUDIT_MAIL'}"):
        Settings()


def test_what_other_programs_call_theirs_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_D_RULES", "elsewhere")
    assert Settings().mail == "file"


def test_password_is_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:hush@db/practice_audit")
    assert "hush" not in repr(Settings())


def test_value_that_cannot_be_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_SMTP_PORT", "hush")
    with pytest.raises(ValidationError, match="AUDIT_SMTP_PORT") as refused:
        Settings()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_page_of_settings_is_up_to_date() -> None:
    kept = Path(__file__).parents[1] / "docs" / "settings.md"
    assert kept.read_text(encoding="utf-8") == as_markdown()


@pytest.mark.parametrize("encrypted", [{"smtp_starttls": True}, {"smtp_starttls": False, "smtp_tls": True}])
def test_a_mail_account_is_for_encrypted_connections(encrypted: dict[str, bool]) -> None:
    assert Settings(smtp_host="mail.council.example", smtp_username="audit", **encrypted).smtp_username == "audit"  # type: ignore[arg-type]
    assert Settings(smtp_host="127.0.0.1", smtp_username="audit", smtp_starttls=False).smtp_host == "127.0.0.1"
    with pytest.raises(ValidationError, match="AUDIT_SMTP_USERNAME would be sent in the clear"):
        Settings(smtp_host="mail.council.example", smtp_username="audit", smtp_starttls=False)


def test_authorities_that_are_not_there_are_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=r"AUDIT_SMTP_CA_FILE names .*nowhere, where there is no file"):
        Settings(smtp_ca_file=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"oidc_issuer": "https://issuer.example"}, "AUDIT_OIDC_AUDIENCE is missing"),
        ({"oidc_audience": "practice-audit"}, "AUDIT_OIDC_ISSUER is missing"),
        ({"oidc_issuer": "http://issuer.example", "oidc_audience": "x"}, "neither https nor on this machine"),
        ({"oidc_jwks_url": "http://issuer.example/keys"}, "neither https nor on this machine"),
        ({"oidc_algorithms": "HS256"}, "AUDIT_OIDC_ALGORITHMS names HS256"),
        ({"oidc_algorithms": "RS256,none"}, "AUDIT_OIDC_ALGORITHMS names none"),
        ({"oidc_algorithms": ","}, "choose of RS256"),
    ],
)
def test_half_a_provider_or_a_weak_one_is_refused(facts: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(**facts)  # type: ignore[arg-type]


def test_a_provider_on_this_machine_needs_no_encryption() -> None:
    assert Settings(oidc_issuer="http://127.0.0.1:9000", oidc_audience="x").oidc_algorithms == "RS256"


CLIENT = {"case_system_client_id": "audit", "case_system_client_secret": "s3cret"}


def test_reports_go_to_a_connector_that_is_named_and_over_tls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().case_system == "manual"
    with pytest.raises(ValidationError, match="AUDIT_CASE_SYSTEM_URL is missing"):
        Settings(case_system="push")
    with pytest.raises(ValidationError, match="reports go over TLS only"):
        Settings(case_system="push", case_system_url="http://middleware.council.example/")
    Settings(case_system="push", case_system_url="http://127.0.0.1:9000/")
    monkeypatch.setenv("AUDIT_CASE_SYSTEM_ULR", "https://middleware.council.example/")
    with pytest.raises(SettingsError, match="Did you mean AUDIT_CASE_SYSTEM_URL"):
        Settings()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "AUDIT_CASE_SYSTEM_CLIENT_ID and AUDIT_CASE_SYSTEM_CLIENT_SECRET missing"),
        ({"case_system_client_id": "audit"}, "AUDIT_CASE_SYSTEM_CLIENT_SECRET missing"),
        ({"case_system_token_url": None, "case_system_scope": "x"}, "AUDIT_CASE_SYSTEM_SCOPE is without effect"),
        ({**CLIENT, "case_system_key": "k"}, "two ways: set one of them"),
        ({**CLIENT, "case_system_token_url": "http://login.example/token"}, "secrets go over TLS"),
    ],
)
def test_half_a_client_of_the_connector_or_two_ways_in_are_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as why:
        Settings(**{"case_system_token_url": "https://login.example/token", **facts})
    assert "s3cret" not in str(why.value)
