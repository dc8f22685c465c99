"""A council's lists of its organisation, loaded by the same rules as single changes (P4).

Most rows of a long list are settled together (`organisation_rows_at_once`), the others one by one by the use cases.

A row says what holds on a day (`as_of`): an empty cell says nothing, the word `none` ends what is on record, and what
is missing from a list stays as it is. What differs from the record begins on the day that the row names, else on
`as_of`; the same list again changes nothing. Good rows are loaded, every other one is told of with its line and reason.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from db.queries.extract_staging import let_nobody_else_import
from db.queries.organisation_by_reference import tell_planner
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem, Refusal
from usecases.extract_ports import DateForm
from usecases.organisation_lists import ListRow, OrganisationKind, OrganisationReader, RowRefused
from usecases.organisation_rows import Known, RowFault, known_now
from usecases.organisation_rows_at_once import Settled, people_at_once, places_at_once
from usecases.organisation_rows_dated import absence_row, auditor_row, post_row
from usecases.organisation_rows_dated_at_once import absences_at_once, auditors_at_once, posts_at_once
from usecases.organisation_rows_plain import person_row, persons_place_row, service_row, team_row
from usecases.trail import Entry, record
from usecases.work import Work

_LONGEST_NAME = 200
_ROWS_UNTIL_PLANNED_ANEW = 250


class _Pass(NamedTuple):
    """How a row is taken by itself, and what settles most rows of a long list together before."""

    take: Callable[[Work, Known, ListRow], str]
    at_once: Callable[[Work, Known, Sequence[ListRow]], Settled] | None = None


# People come twice: everybody is known before anybody is said to be managed by somebody.
_PASSES: dict[OrganisationKind, tuple[_Pass, ...]] = {
    OrganisationKind.SERVICES: (_Pass(service_row),),
    OrganisationKind.TEAMS: (_Pass(team_row),),
    OrganisationKind.PEOPLE: (_Pass(person_row, people_at_once), _Pass(persons_place_row, places_at_once)),
    OrganisationKind.POSTS: (_Pass(post_row, posts_at_once),),
    OrganisationKind.AUDITORS: (_Pass(auditor_row, auditors_at_once),),
    OrganisationKind.ABSENCES: (_Pass(absence_row, absences_at_once),),
}
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class OrganisationImport:
    """What became of a list: each row read was added, changed, unchanged or refused."""

    kind: OrganisationKind
    is_dry_run: bool
    sentence: str
    file_name: str
    sha256: str
    encoding: str
    date_form: DateForm | None
    as_of: date
    rows_read: int
    rows_added: int
    rows_changed: int
    rows_unchanged: int
    columns_not_read: tuple[str, ...]
    refused: tuple[RowRefused, ...]

    @property
    def rows_refused(self) -> int:
        """How many rows; of one row every fault is told."""
        return len({it.line for it in self.refused})


def import_organisation(
    work: Work,
    *,
    read_list: OrganisationReader,
    kind: OrganisationKind,
    file_name: str,
    content: BinaryIO,
    as_of: date | None = None,
    date_form: DateForm | None = None,
    dry_run: bool = False,
) -> OrganisationImport:
    """Load a list that says what holds on `as_of` (by default today), or say what loading it would do.

    Raises BrokenExtract for a file that is no list of this kind, of which nothing is loaded, and InvalidFacts for a
    day to come.
    """
    day = as_of or work.today
    _refuse_day_to_come(work, day)
    listed = read_list(kind, content, date_form)
    let_nobody_else_import(work.session)
    with work.session.begin_nested() as attempt:
        outcomes, refused = _load(work, kind, listed.rows, day)
        if dry_run:
            attempt.rollback()
    if dry_run:
        work.session.expire_all()
    every = sorted([*listed.refused, *refused], key=lambda it: it.line)
    counted = Counter(outcomes.values())
    report = OrganisationImport(
        kind=kind,
        is_dry_run=dry_run,
        sentence=_sentence(counted, len({it.line for it in every}), is_dry_run=dry_run),
        file_name=PurePath(file_name.replace("\\", "/")).name[:_LONGEST_NAME] or "unnamed",
        sha256=listed.sha256,
        encoding=listed.encoding,
        date_form=listed.date_form,
        as_of=day,
        rows_read=len(listed.rows) + len({it.line for it in listed.refused}),
        rows_added=counted[ADDED],
        rows_changed=counted[CHANGED],
        rows_unchanged=counted[UNCHANGED],
        columns_not_read=listed.columns_not_read,
        refused=tuple(every),
    )
    if not dry_run and (counted[ADDED] or counted[CHANGED]):
        _record(work, report)
    return report


def _refuse_day_to_come(work: Work, day: date) -> None:
    if day > work.today:
        sentence = (
            f"{day_in_words(day)} is still to come: a list says what holds; name days to come in its own columns."
        )
        raise InvalidFacts([Problem("/as_of", sentence, day.isoformat(), "P4")])


def _load(
    work: Work, kind: OrganisationKind, rows: tuple[ListRow, ...], as_of: date
) -> tuple[dict[int, str], list[RowRefused]]:
    known = known_now(work, as_of)
    outcomes: dict[int, str] = {}
    refused: dict[int, list[RowRefused]] = {}
    for take, at_once in _PASSES[kind]:
        good = [row for row in rows if row.line not in refused]
        settled = at_once(work, known, good) if at_once else {}
        outcomes |= {line: _worse(outcomes.get(line, UNCHANGED), outcome) for line, outcome in settled.items()}
        for number, row in enumerate((row for row in good if row.line not in settled), len(settled)):
            if number % _ROWS_UNTIL_PLANNED_ANEW == 0:
                tell_planner(work.session)
            try:
                with work.session.begin_nested():
                    outcomes[row.line] = _worse(outcomes.get(row.line, UNCHANGED), take(work, known, row))
            except Refusal as why:
                work.session.expire_all()
                refused[row.line] = list(_told(kind, row, why))
                outcomes.pop(row.line, None)
    return outcomes, [it for faults in refused.values() for it in faults]


def _worse(one: str, other: str) -> str:
    """Added before changed before unchanged."""
    return min(one, other, key=(ADDED, CHANGED, UNCHANGED).index)


def _told(kind: OrganisationKind, row: ListRow, why: Refusal) -> Iterator[RowRefused]:
    """The faults of a row, by the columns of the list in place of the fields of a request."""
    if isinstance(why, RowFault):
        yield RowRefused(row.line, why.column, why.value, "P4", f"Line {row.line}, {why.column}: {why.sentence}")
    elif isinstance(why, InvalidFacts):
        for problem in why.problems:
            column = _column(kind, row, problem.pointer)
            where = f"Line {row.line}, {column}" if column else f"Line {row.line}"
            yield RowRefused(row.line, column, None, problem.rule or why.rule, f"{where}: {problem.sentence}")
    else:
        yield RowRefused(row.line, None, None, why.rule, f"Line {row.line}: {why.sentence}")


_COLUMNS_OF_IDS = {
    OrganisationKind.SERVICES: ("service_id",),
    OrganisationKind.TEAMS: ("team_id",),
    OrganisationKind.PEOPLE: ("person_id", "team_id"),
}


def _column(kind: OrganisationKind, row: ListRow, pointer: str) -> str | None:
    """The columns are called as the fields, but for ids: `/manager_id` is `manager`, also where its cell is empty."""
    name = pointer.rpartition("/")[2]
    if name not in _COLUMNS_OF_IDS.get(kind, ()):
        name = name.removesuffix("_id")
    return next((it for it in _names(name) if it in row.cells), name or None)


def _names(field: str) -> Iterator[str]:
    yield field
    if field == "reference":
        yield from ("person_id", "team_id", "service_id")
    if field in ("began_on", "moved_on"):
        yield from ("team_from", "manager_from", "deputy_from", "service_from")
    if field == "roles":
        yield "grade"


def _sentence(counted: Counter[str], refused: int, *, is_dry_run: bool) -> str:
    rows = counted.total() + refused
    told = (
        f"{rows} row{'' if rows == 1 else 's'} read: {counted[ADDED]} added, {counted[CHANGED]} changed, "
        f"{counted[UNCHANGED]} as before, {refused} refused."
    )
    return f"{told} A dry run: nothing was saved." if is_dry_run else told


def _record(work: Work, report: OrganisationImport) -> None:
    details = {
        "kind": report.kind.value,
        "as_of": report.as_of.isoformat(),
        "added": report.rows_added,
        "changed": report.rows_changed,
        "refused": report.rows_refused,
    }
    record(work, Entry(("organisation_list", report.sha256), "organisation_imported", "P4", details))
