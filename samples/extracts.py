"""The sample council as files: extracts with the columns and the encodings of a real case system, and small lists.

`workers.csv`, `teams.csv` and `involvements.csv` come from the case system; people who are not in it, posts, auditors,
absences and past audits are lists that an audit team keeps.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from samples.cases import SampleCase
from samples.council import Council
from samples.dirty_rows import DirtyInvolvements, Row, uk
from samples.dirty_workers import soil_workers
from samples.past_audits import SamplePastAudit
from samples.people import SamplePerson, head_of
from samples.services_and_teams import CLOSED_TEAM, PROVIDER_IN_THE_LIST, SERVICES, TEAMS, SampleTeam

_ROLE_CODE = "ALLWKR"


def files_of(council: Council, written_on: date | None = None) -> dict[str, bytes]:
    """Each file's name and content; the extracts were written on the council's day, or on a later one."""
    return {
        "services.csv": _csv({"service_id": service, "name": name} for service, name in SERVICES.items()),
        "teams.csv": _csv(_teams(council)),
        "workers.csv": _csv(_workers(council), encoding="utf-8-sig"),
        "involvements.csv": _involvements(council, written_on or council.as_of),
        "people.csv": _csv(map(_person, council.staff.managers)),
        "posts.csv": _csv(map(_plain, council.posts)),
        "auditors.csv": _csv(map(_plain, council.auditors)),
        "absences.csv": _csv(map(_plain, council.absences)),
        "past_audits.csv": _csv(map(_plain, council.past_audits), columns=SamplePastAudit.__slots__),
    }


def _teams(council: Council) -> Iterable[Row]:
    """The teams, and what else stands in a case system's list of organisations."""
    yield from (_team(council, team) for team in TEAMS)
    provider, name = PROVIDER_IN_THE_LIST
    yield _team_row(provider, name)
    closed, name = CLOSED_TEAM
    yield _team_row(closed, name, service="locality")


def _team(council: Council, team: SampleTeam) -> Row:
    managers = [person for person in council.staff.managers if person.team == team.id]
    return _team_row(
        team.id,
        team.name,
        service=team.service,
        manager_email="; ".join(person.email or "" for person in managers),
        head_of_service_email=head_of(council.staff, team.service).email or "",
        employer=team.employer or "",
        contact_email=team.contact_email or "",
    )


def _team_row(team_id: str, name: str, **known: str) -> Row:
    columns = ("parent_id", "service", "manager_email", "head_of_service_email", "employer", "contact_email")
    return {"team_id": team_id, "name": name, **{column: known.get(column, "") for column in columns}}


def _workers(council: Council) -> list[Row]:
    emails = {person.id: person.email or "" for person in council.staff.everybody}
    people = [*council.staff.practitioners, *council.staff.leavers]
    return soil_workers([_worker(person, emails) for person in people], council.seed)


def _worker(person: SamplePerson, emails: dict[str, str]) -> Row:
    return {
        "worker_id": person.id,
        "email": person.email or "",
        "name": person.name,
        "job_title": person.job_title,
        "team_id": person.team or "",
        "primary_job": "Y",
        "start_date": uk(person.started_on) if person.started_on else "",
        "end_date": uk(person.left_on) if person.left_on else "",
        "manager_email": emails.get(person.manager or "", ""),
    }


def _involvements(council: Council, written_on: date) -> bytes:
    """Windows-1252, as a spreadsheet program writes it, with a blank line here and there."""
    people = {person.id: person for person in council.staff.practitioners}
    rows = [_involvement(case, people[case.holder], written_on) for case in council.cases]
    leavers = [person.id for person in council.staff.leavers]
    teams = {person.id: person.team or "" for person in council.staff.practitioners}
    soiled = DirtyInvolvements(council.as_of, leavers, teams, council.seed).soil(rows)
    lines = _csv(soiled, encoding="cp1252").splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join([*lines[:middle], b"\r\n", *lines[middle:], b"\r\n"])


def _involvement(case: SampleCase, holder: SamplePerson, written_on: date) -> Row:
    team = next(team for team in TEAMS if team.id == case.team)
    return {
        "person_id": case.reference,
        "worker_id": holder.id,
        "worker_email": holder.email or "",
        "worker_name": holder.name,
        "role_code": _ROLE_CODE,
        "team_id": team.id,
        "team_name": team.name,
        "start_date": uk(case.allocated_on),
        "end_date": "",
        "restricted": "Y" if case.restricted else "N",
        "involvement_id": f"SYN-I{case.reference.removeprefix('SYN-')}",
        "involvement_start_date": uk(case.began_on),
        "extracted_at": f"{uk(written_on)} 06:00:00",
    }


def _person(person: SamplePerson) -> Row:
    return {
        "person_id": person.id,
        "name": person.name,
        "email": person.email or "",
        "job_title": person.job_title,
        "team_id": person.team or "",
        "started_on": _text(person.started_on),
        "manager": person.manager or "",
    }


def _plain(record: object) -> Row:
    """A record's fields as they are named, dates as ISO writes them."""
    fields: Sequence[str] = getattr(type(record), "__slots__")  # noqa: B009
    return {field: _text(getattr(record, field)) for field in fields}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Iterable[Row], encoding: str = "utf-8", columns: Sequence[str] | None = None) -> bytes:
    """The rows below a header; `columns` where there may be no rows to tell them."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
