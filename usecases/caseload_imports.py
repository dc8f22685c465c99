"""Importing extracts of the case system: involvements, workers, teams (C1, C3, S10).

A file that is none is refused whole. Of a file that is one, good rows are loaded and every other row is told of, with
its line and the way out. A dry run does the same work and takes it back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import PurePath
from typing import BinaryIO

from db.queries import caseload, extract_staging
from db.queries.extract_staging import Judging, Loading, RowsOfAKind, Tally
from db.queries.involvement_imports import INVOLVEMENTS
from db.queries.team_imports import TEAMS
from db.queries.worker_imports import WORKERS
from db.tables.caseload import CaseloadImport
from usecases import trail
from usecases.extract_ports import (
    DateForm,
    Extract,
    ExtractKind,
    ExtractReader,
    JsonRow,
    RowsReader,
    StaleTeam,
    WithoutPrimaryJob,
)
from usecases.extract_sentences import FAULTS
from usecases.import_checks import day_of_extract, must_not_be_older, refuse_fall, why_it_fell
from usecases.import_reports import ImportReport, of_dry_run, report_of
from usecases.restricted_audits import tell_of_uncleared
from usecases.work import Work

ERRORS_IN_A_REPORT = 200
LONGEST_REASON = 500
_LONGEST_NAME = 200
_LINES_TOLD = 5
_ROWS: Mapping[ExtractKind, RowsOfAKind] = {
    ExtractKind.INVOLVEMENTS: INVOLVEMENTS,
    ExtractKind.WORKERS: WORKERS,
    ExtractKind.TEAMS: TEAMS,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody said of a file, or of rows, that they sent."""

    kind: ExtractKind
    file_name: str
    extracted_on: date | None
    confirmed_because: str | None


@dataclass(frozen=True, slots=True)
class _Staged:
    """An extract whose rows all wait in the database to be judged."""

    sent: Sent
    extract: Extract
    extracted_on: date
    rows_read: int
    told: tuple[Tally, ...]
    left_out: tuple[Tally, ...]


@dataclass(slots=True)
class _Lines:
    """How many lines, and the first few of them: memory stays the same however many there are."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if self.count <= _LINES_TOLD:
            self.first.append(line)


def import_extract(
    work: Work,
    *,
    read_extract: ExtractReader,
    kind: ExtractKind,
    file_name: str,
    content: BinaryIO,
    extracted_on: date | None = None,
    date_form: DateForm | None = None,
    confirmed_because: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Load an extract, or say what loading it would do.

    The day on which it was made is taken from its column `extracted_at`; `extracted_on` says it for a file without.

    Raises BrokenExtract for a file that cannot be read as this kind of extract, InvalidFacts for a day to come or one
    that the file contradicts, NotAllowedNow for an extract older than the one that counts, and CaseloadFell for one
    that holds much less than the last of its kind and that nobody has confirmed with a reason.
    """
    sent = Sent(kind, file_name, extracted_on, (confirmed_because or "").strip() or None)
    return _import(work, sent, lambda: read_extract(kind, content, date_form), dry_run=dry_run)


def import_rows(
    work: Work,
    *,
    read_rows: RowsReader,
    kind: ExtractKind,
    rows: Sequence[JsonRow],
    extracted_on: date | None = None,
    confirmed_because: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """The same of rows that a case system, or its middleware, sends as JSON: all that it holds of the kind, at once."""
    sent = Sent(kind, f"{kind}.json", extracted_on, (confirmed_because or "").strip() or None)
    return _import(work, sent, lambda: read_rows(kind, rows), dry_run=dry_run)


def _import(work: Work, sent: Sent, opened: Callable[[], Extract], *, dry_run: bool) -> ImportReport:
    kind = sent.kind
    if sent.extracted_on is not None:
        must_not_be_older(work, caseload.newest_loaded(work.session, kind), kind, sent.extracted_on)
    with work.session.begin_nested() as attempt:
        staged = _stage(work, opened(), sent)
        extract_staging.let_nobody_else_import(work.session)
        newest = caseload.newest_loaded(work.session, kind)
        must_not_be_older(work, newest, kind, staged.extracted_on)
        row = _new_import(work, staged)
        fall = _merge(work, row, newest, staged)
        errors = tuple(extract_staging.first_errors(work.session, FAULTS, ERRORS_IN_A_REPORT))
        is_unchanged = newest is not None and _says_the_same(newest, row)
        report = report_of(row, errors=errors)
        extract_staging.clear_staging(work.session)
        is_refused = fall is not None and sent.confirmed_because is None and not is_unchanged
        if dry_run or is_unchanged or is_refused:
            attempt.rollback()
    if dry_run:
        return of_dry_run(report, fall=fall, is_unchanged=is_unchanged)
    if newest is not None and is_unchanged:
        return report_of(newest, errors=errors, is_unchanged=True)
    if fall is not None and is_refused:
        refuse_fall(fall)
    _record(work, row, fall)
    if kind is ExtractKind.INVOLVEMENTS:
        tell_of_uncleared(work)
    return report


def _stage(work: Work, extract: Extract, sent: Sent) -> _Staged:
    """The rows, in the database. No lock is held while the file is read."""
    session = work.session
    extract_staging.make_staging(session, sent.kind)
    rows = 0
    left_out: dict[str, _Lines] = defaultdict(_Lines)
    for batch in extract.batches():
        extract_staging.stage_rows(session, batch.rows)
        extract_staging.stage_faults(session, (astuple(fault) for fault in batch.faults))
        rows += len(batch.rows) + len(batch.faults) + len(batch.left_out)
        for line, code in batch.left_out:
            left_out[code].add(line)
    day = day_of_extract(sent.extracted_on, extract.extracted_on)
    told = extract_staging.resolve_aliases(session, sent.kind)
    told += extract_staging.follow_merged_teams(session, sent.kind, day)
    extract_staging.staging_is_complete(session)
    counted = tuple(Tally(code, lines.count, lines.first) for code, lines in left_out.items())
    return _Staged(sent, extract, day, rows, tuple(told), counted)


def _new_import(work: Work, staged: _Staged) -> CaseloadImport:
    """The import's row, which the involvements refer to; its figures follow."""
    extract, sent = staged.extract, staged.sent
    row = CaseloadImport(
        kind=sent.kind.value,
        state="loaded",
        file_name=_shown_name(sent.file_name),
        sha256=extract.sha256,
        encoding=extract.encoding,
        date_form=extract.date_form,
        mapping=extract.mapping,
        mapping_sha256=extract.mapping_sha256,
        extracted_on=staged.extracted_on,
        imported_at=work.now,
        imported_by=work.actor,
        rows_read=staged.rows_read,
        rows_loaded=0,
        rows_refused=0,
        rows_passed_over=0,
        summary={},
    )
    work.session.add(row)
    work.session.flush()
    return row


def _merge(work: Work, row: CaseloadImport, newest: CaseloadImport | None, staged: _Staged) -> str | None:
    """Judge the rows, save the good ones, keep the errors, and write down in `row` what became of them all.

    Answers how much less it holds than the last extract, if that is more than the policy loads without a question.
    """
    session, rows = work.session, _ROWS[ExtractKind(row.kind)]
    rows.judge(session, _judging(staged))
    extract_staging.move_faults_out(session, rows.faults, rows.about)
    passed_over = [*extract_staging.verdicts_by_code(session, rows.passed_over), *staged.left_out]
    refused = extract_staging.faults_by_code(session)
    row.rows_refused, row.rows_passed_over = _sum(refused), _sum(passed_over)
    row.rows_loaded = row.rows_read - row.rows_refused - row.rows_passed_over
    changes: dict[str, int] = {}
    notes = list(staged.told)
    if row.rows_loaded:
        changes = rows.save(session, Loading(row.id, row.extracted_on))
        notes += rows.notes(session)
    row.state = "loaded" if row.rows_loaded else "refused"
    row.summary = {
        "changes": changes,
        "passed_over": [tally._asdict() for tally in passed_over],
        "refused": [tally._asdict() for tally in refused],
        "notes": [tally._asdict() for tally in notes],
        "columns_not_read": list(staged.extract.columns_not_read),
    }
    extract_staging.save_errors(session, row.id, row.kind, row.extracted_on, FAULTS)
    fall = why_it_fell(work.policy, newest, row, changes.get(rows.endings, 0))
    row.confirmed_because = staged.sent.confirmed_because if fall else None
    session.flush()
    return fall


def _judging(staged: _Staged) -> Judging:
    choices = staged.extract.choices
    return Judging(
        staged.extracted_on,
        takes_workers_team=choices.stale_team is StaleTeam.WORKERS_TEAM,
        takes_first_job=choices.without_primary_job is WithoutPrimaryJob.FIRST_ROW,
    )


def _record(work: Work, row: CaseloadImport, fall: str | None) -> None:
    subject = ("caseload_import", str(row.id))
    figures = {
        "kind": row.kind,
        "sha256": row.sha256,
        "extracted_on": row.extracted_on.isoformat(),
        "rows_loaded": row.rows_loaded,
        "rows_refused": row.rows_refused,
    }
    entries = [trail.Entry(subject, f"extract_{row.state}", "C1", figures)]
    if fall is not None:
        entries.append(trail.Entry(subject, "fall_confirmed", "C1", texts={"reason": row.confirmed_because}))
    trail.record(work, *entries)


def _sum(tallies: Iterable[Tally]) -> int:
    return sum(tally.rows for tally in tallies)


def _says_the_same(earlier: CaseloadImport, now: CaseloadImport) -> bool:
    """The same bytes of the same day, judged alike, with nothing left to change and nothing new to say."""
    return (
        (earlier.sha256, earlier.extracted_on, earlier.date_form) == (now.sha256, now.extracted_on, now.date_form)
        and not any(now.summary["changes"].values())
        and earlier.rows_loaded == now.rows_loaded
        and all(earlier.summary[told] == now.summary[told] for told in ("refused", "notes"))
    )


def _shown_name(file_name: str) -> str:
    """The name without a folder and without characters that cannot be shown."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:_LONGEST_NAME] or "unnamed"
