"""What docker-compose.yml promises about safety, read from the file itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    """What the compose specification's own schema says of the file; the schema comes along with the checker."""
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [str(program), "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_compose_file_is_one_by_the_specification() -> None:
    assert checked(ROOT / "docker-compose.yml").returncode == 0


def test_a_misspelt_key_would_be_found(tmp_path: Path) -> None:
    misspelt = tmp_path / "docker-compose.yml"
    misspelt.write_text((ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("restart:", "restarts:"))

    found = checked(misspelt)

    assert found.returncode == 1
    assert "restarts" in found.stdout + found.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_container_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].startswith("${PRACTICE_AUDIT_UID:?")


def test_database_is_reachable_from_the_other_containers_only() -> None:
    assert "ports" not in SERVICES["db"]
    assert "network_mode" not in SERVICES["db"]


def test_api_is_published_on_this_machine_only() -> None:
    assert [port for name in SERVICES for port in SERVICES[name].get("ports", [])] == ["127.0.0.1:8000:8000"]


def test_there_is_no_default_password() -> None:
    words = json.dumps(COMPOSE)
    assert "PASSWORD=" not in words
    passwords = {
        key: value
        for service in SERVICES.values()
        for key, value in service["environment"].items()
        if "PASSWORD" in key
    }
    assert set(passwords.values()) == {"/run/secrets/database_password"}
    assert all(key.endswith("_FILE") for key in passwords)


def test_doors_wait_for_the_migrations_and_those_for_the_database() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for door in ("api", "scheduler"):
        assert SERVICES[door]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_image_holds_every_folder_of_the_product() -> None:
    copied = {
        word.rstrip("/")
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"migrations"}
    ours |= {path.name for path in ROOT.glob("*.py")}
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert ours - copied == set()
    assert copied == let_through


def test_compose_init_writes_secrets_for_their_owner_only_and_keeps_them(tmp_path: Path) -> None:
    script = tmp_path / "run"
    script.write_bytes((ROOT / "run").read_bytes())
    script.chmod(0o755)
    subprocess.run([script, "compose-init"], check=True, capture_output=True)
    secret = tmp_path / "secrets" / "database_password"
    first = secret.read_bytes()
    subprocess.run([script, "compose-init"], check=True, capture_output=True)
    assert secret.read_bytes() == first
    assert len(first) == 48
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / ".env").read_text().startswith(f"PRACTICE_AUDIT_UID={os.getuid() or 10001}\n")
