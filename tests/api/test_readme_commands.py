"""The readme takes one audit from allocation to closed: its commands, sent as they stand there."""

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.audits import Audit
from db.tables.organisation import Team
from tests.api.conftest import ADDRESS, TOKEN
from tests.scheduling import means_on
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.case_system_runs import serve_case_system

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def audit(sessions: sessionmaker[Session], today: date) -> Audit:
    """Of a team whose audits have the form alone, as the team that the readme names."""
    with sessions.begin() as session:
        council = found_council(session, today)
        council.team("SYN-CMT", "care_management")
        council.practitioner("CMT-P1", "SYN-CMT")
        open_cycle(work_on(session, today), "2026-10")
        found = session.scalars(select(Audit).join(Team).where(Team.reference == "SYN-CMT")).one()
        session.expunge_all()
        return found


def test_its_commands_take_an_audit_from_allocation_to_closed(
    client: TestClient, audit: Audit, today: date, sessions: sessionmaker[Session]
) -> None:
    names, seen = {"token": TOKEN, "AUDIT": str(audit.id)}, 0
    for line in lines_of("One audit from allocation to closed"):
        if set_here := re.fullmatch(r"(\w+)=(.*)", line.replace("$(date +%F)", today.isoformat())):
            (names[set_here[1]],) = shlex.split(filled(set_here[2], names))
            continue
        if "state=manual" in line:
            serve_case_system(means_on(today, sessions, hour=10))  # the scheduler, meanwhile
        answer = sent(client, shlex.split(filled(line, names), comments=True))
        assert answer.status_code == 200, f"{line}: {answer.text}"
        if "state=manual" in line:
            note, upload = answer.json()["items"]
            names |= {"UPLOAD": upload["id"], "NOTE": note["id"]}
        seen += 1
    assert client.get(f"/v1/audits/{audit.id}").json()["state"] == "closed"
    assert seen > 15


def lines_of(section: str) -> list[str]:
    block = README.split(f"## {section}\n")[1].split("```")[1]
    return block.strip().splitlines()


def filled(line: str, names: dict[str, str]) -> str:
    """As a shell and a reader fill it in: variables, and the ids that stand in capitals."""
    in_shell = re.sub(r"\$(\w+)", lambda name: names[name[1]], line)
    return re.sub(r"\b(AUDIT|UPLOAD|NOTE)\b", lambda name: names.get(name[1], name[1]), in_shell)


def sent(client: TestClient, command: list[str]) -> Any:
    """What curl would send, by the few options that the readme needs."""
    assert command.pop(0) == "curl"
    method, headers, body, url = "", {}, None, ""
    rest = iter(command)
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            said = next(rest)
            method = method or "POST"
            body = (ROOT / said[1:]).read_bytes() if said.startswith("@") else said.encode()
        elif word == "-X":
            method = next(rest)
        elif word == "-o":
            next(rest)
        elif word != "-i":
            url = word
    assert url.startswith(ADDRESS), command
    return client.request(method or "GET", url, headers=headers, content=body)
