"""`practice-audit restore`: a backup becomes a database, elsewhere or after a disaster, and is verified."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cli.answers import answer, counted
from cli.database import open_database
from cli.database_faults import refuse_unusable
from cli.house import SECONDS_FOR_LONG_STATEMENTS, actor, settings_of
from cli.progress import progress
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from clock import Clock
from db import schema
from db.backups import BackupFile, Manifest, is_unused, load_tables, open_backup, trail_heads
from db.backups.trail_heads import TrailHeads
from rules.errors import PolicyError
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings
from usecases.restored_copies import note_restoration
from usecases.verified_records import Finding, verify_records
from usecases.work import Work

app = word_app()


@dataclass(slots=True)
class _Restored:
    """What a restore came to."""

    keys_revoked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    draws_verified: int = 0


@app.command(
    epilog=examples(
        "restore audit.zip --check",
        "restore audit.zip --data /srv/audit-copy",
        "DATABASE_URL=postgresql://… practice-audit restore audit.zip --json",
    )
)
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `practice-audit backup` wrote")],
    check: Annotated[bool, typer.Option("--check", help="Only read the whole file and say what it holds")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty database, verify it, and leave it silent.

    Nothing that is there is ever overwritten: name a new folder with --data, or an empty database with DATABASE_URL. A
    backup of an earlier release is brought up to date. Then every issued draw, the trail and the rules of the data are
    verified.

    The copy sends no message until `practice-audit resume-sending` says that it is the one to go on with, so that two
    copies never write to the same people. API keys that came along are revoked: make new ones. Nobody is signed in.
    """
    with open_backup(file) as archive:
        if check:
            _check(archive, file, as_json=as_json)
            return
        settings = settings_of(data)
        policy = _edition_of(archive.manifest, settings, file)
        with open_database(settings, "restore", statement_seconds=SECONDS_FOR_LONG_STATEMENTS) as engine:
            refuse_unusable(engine)
            _make_tables(engine, archive.manifest)
            restored = _restore(engine, archive, policy, hidden=as_json)
        facts = _facts(file, archive) | {
            "into": settings.data if settings.database_url is None else "DATABASE_URL",
            "draws_verified": restored.draws_verified,
            "keys_revoked": restored.keys_revoked,
            "findings": restored.findings,
            "sending": "held",
        }
        answer(facts, _lines(file, archive.manifest, restored), as_json=as_json)
    if restored.findings:
        sys.exit(1)


def _check(archive: BackupFile, file: Path, *, as_json: bool) -> None:
    with progress("Reading the backup", archive.manifest.bytes, hidden=as_json) as advance:
        for table in archive.verify():
            advance(table.bytes)
    manifest = archive.manifest
    lines = [
        (
            f"{file} is whole: {counted(manifest.rows, 'row')} of {manifest.made_at}, by release {manifest.release}, "
            f"migration {manifest.migration}, edition {manifest.edition['id']} version {manifest.edition['version']}."
        )
    ]
    answer(_facts(file, archive), lines, as_json=as_json)


def _facts(file: Path, archive: BackupFile) -> dict[str, Any]:
    manifest = archive.manifest
    return {
        "file": file.absolute(),
        "manifest_sha256": archive.sha256,
        "made_at": manifest.made_at,
        "release": manifest.release,
        "migration": manifest.migration,
        "edition": manifest.edition,
        "rows": manifest.rows,
        "tables": {table.name: table.rows for table in manifest.tables},
    }


def _edition_of(manifest: Manifest, settings: Settings, file: Path) -> Policy:
    """The edition in force here, which has to be the one in force there: draws are judged by it."""
    try:
        policy = load_edition(settings.policy)
    except PolicyError as why:
        raise WordRefused(f"{why} {_unpack(file)}", code="other_edition") from why
    here = {"id": policy.edition.id, "version": policy.edition.version}
    if here != manifest.edition:
        raise WordRefused(
            f"The backup was made under version {manifest.edition['version']} of the edition "
            f"{manifest.edition['id']!r}, and here version {here['version']} of {here['id']!r} is in force: name that "
            f"one with PRACTICE_AUDIT_POLICY. {_unpack(file)}",
            code="other_edition",
        )
    return policy


def _unpack(file: Path) -> str:
    return f"The backup has its files: unzip {file} 'policy/*'"


def _make_tables(engine: Engine, manifest: Manifest) -> None:
    """The schema as it was when the backup was made, in a database that holds nothing."""
    with engine.connect() as connection:
        present = schema.present_revision(connection)
        if not is_unused(connection):
            raise WordRefused(
                "This database is not empty, and a restore overwrites nothing: name a new folder with --data, or an "
                "empty database with DATABASE_URL.",
                code="not_empty",
            )
    if manifest.migration not in {migration.revision for migration in schema.migrations()}:
        raise WordRefused(
            f"The backup has migration {manifest.migration}, which this release does not know: restore it with release "
            f"{manifest.release} or a later one.",
            code="newer_backup",
        )
    if present not in (None, manifest.migration):
        schema.downgrade(engine, "base")
    schema.upgrade(engine, manifest.migration)


def _restore(engine: Engine, archive: BackupFile, policy: Policy, *, hidden: bool) -> _Restored:
    """Fills the tables in one transaction, brings them up to date, and looks at what they say."""
    is_newest = archive.manifest.migration == schema.newest_revision()
    revoked: list[str] = []
    with progress("Restoring", archive.manifest.bytes, hidden=hidden) as advance, engine.begin() as connection:
        load_tables(connection, archive, advance)
        _refuse_other_trail(archive.manifest, trail_heads(connection))
        if is_newest:  # in the same transaction: at no moment is there a copy that would send
            revoked = _made_silent(Session(connection), archive, policy)
    if not is_newest:
        schema.upgrade(engine)
        with Session(engine) as session, session.begin():
            revoked = _made_silent(session, archive, policy)
    with _work(engine, policy) as work:
        records = verify_records(work)
    return _Restored(revoked, list(records.findings), records.draws)


def _refuse_other_trail(manifest: Manifest, found: TrailHeads) -> None:
    if found != (manifest.trail_chains, manifest.trail_sha256):
        raise WordRefused(
            "The trail in the backup is not the one that its manifest tells of: nothing was restored.",
            code="other_trail",
        )


def _made_silent(session: Session, archive: BackupFile, policy: Policy) -> list[str]:
    work = _work_of(session, policy)
    revoked = note_restoration(work, datetime.fromisoformat(archive.manifest.made_at), archive.sha256)
    session.flush()
    return revoked


@contextmanager
def _work(engine: Engine, policy: Policy) -> Iterator[Work]:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield _work_of(session, policy)


def _work_of(session: Session, policy: Policy) -> Work:
    return Work(session, Clock().now(), WorkingDayCalendar.of_policy(policy.calendar), policy, actor())


def _lines(file: Path, manifest: Manifest, restored: _Restored) -> Iterator[str]:
    yield f"Restored {counted(manifest.rows, 'row')} as of {manifest.made_at} from {file}."
    yield f"  {counted(restored.draws_verified, 'issued draw')} drawn again and compared; the trail was followed."
    for finding in restored.findings:
        yield f"  NOT RIGHT: {finding.sentence}"
    if restored.keys_revoked:
        yield f"  Revoked the API keys of {', '.join(restored.keys_revoked)}: make new ones with create-key."
    yield "  This copy sends no message. If it is the one to go on with, and the other is stopped for good:"
    yield "  practice-audit resume-sending"
