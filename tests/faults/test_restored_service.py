"""A running service is backed up, restored into another folder, and served from there on another port (slow)."""

from pathlib import Path

import pytest

from tests.cli.running import running
from tests.cli.saying import say

OPENING = "2026-09-01"


@pytest.mark.slow
def test_a_draw_verifies_over_http_in_the_restored_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file, first, second = tmp_path / "audit.zip", tmp_path / "first", tmp_path / "second"
    with running(first, "--today", OPENING, sample=True) as service:
        draws = service.get("/v1/audit-cycles/2026-09").json()
        assert say("backup", file, "--data", first).code == 0
    restored = say("restore", file, "--data", second, "--json")
    assert (restored.code, restored.facts["findings"]) == (0, [])

    with running(second, "--today", OPENING) as copy:
        verified = copy.get(f"/v1/draws/{draws['draw_id']}/verify").json()
        assert (verified["is_identical"], verified["differences"]) == (True, [])
        assert copy.get("/v1/audit-cycles/2026-09").json()["state"] == "open"
        assert say("verify-trail", "--data", second).code == 0
        assert list((second / "mail").glob("*.eml")) == []
    print(
        f"{restored.facts['rows']:,} rows restored elsewhere; {verified['cases_compared']:,} cases compared over HTTP"
    )
