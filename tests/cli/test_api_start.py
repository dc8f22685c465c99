"""What the API says when it starts, so that nobody finds out by being turned away."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cli.api import say_what_is_missing
from settings import Settings

PROVIDER = {"oidc_issuer": "https://issuer.example", "oidc_audience": "practice-audit"}
PUBLIC = {"public_url": "https://audit.council.example"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ["api_keys_alone_work", "any_host_name_is_answered"]),
        (PUBLIC, ["api_keys_alone_work"]),
        (PROVIDER, ["any_host_name_is_answered"]),
        ({**PROVIDER, **PUBLIC}, []),
    ],
)
def test_what_is_missing_is_said_at_the_start(facts: dict[str, str], said: list[str], tmp_path: Path) -> None:
    with capture_logs() as lines:
        say_what_is_missing(Settings(data=tmp_path, **facts))  # type: ignore[arg-type]

    assert [line["event"] for line in lines] == said


def test_local_mode_misses_nothing(tmp_path: Path) -> None:
    with capture_logs() as lines:
        say_what_is_missing(Settings(local_mode=True, data=tmp_path))

    assert lines == []
