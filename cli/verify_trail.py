"""`practice-audit verify-trail`: every chain, every text that is left and every nightly root, checked (C4)."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from cli.answers import answer, counted
from cli.house import House, open_house
from cli.progress import progress
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from db.queries import trail_chains, trail_roots
from integrations.wiring import roots_in
from usecases.ports import ExportedRoot, RootUnreadable
from usecases.trail_checks import Progress, TrailFault, check_trail, compare_with_exported

app = word_app()

_MOST_TOLD = 1_000


@app.command(
    name="verify-trail",
    epilog=examples("verify-trail", "verify-trail --roots /mnt/kept-elsewhere", "verify-trail --json"),
)
def verify(
    *,
    roots: Annotated[
        Path | None, typer.Option("--roots", help="Compare with the roots that were exported to this folder")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check that the trail is as it was written: nothing changed, missing, cut, or in another order.

    Reads all of it once, as it stands at this moment; whoever works meanwhile is not disturbed. Texts that retention
    cleared are all right. Only roots kept elsewhere show a chain that was cut together with its roots: name their
    folder. Ends with 1 if anything is wrong. Nothing is changed. docs/the-trail.md says how to check without us.
    """
    copies = _copies(roots) if roots is not None else []
    with open_house("verify-trail", data) as house, _snapshot(house) as session:
        entries = trail_chains.count_entries(session)
        nights = len(trail_roots.all_roots(session))
        with progress("Checking the trail", entries, hidden=as_json) as advance:
            found = _Counted(_faults(session, copies, _steps(advance)))
            told = list(islice(found, _MOST_TOLD))
            for _ in found:
                pass
    facts = {
        "is_whole": not found.number,
        "entries": entries,
        "roots": nights,
        "roots_compared": len(copies) if roots is not None else None,
        "faults_found": found.number,
        "faults": told,
    }
    answer(facts, _lines(entries, nights, copies if roots is not None else None, told, found.number), as_json=as_json)
    if found.number:
        sys.exit(1)


def _faults(session: Session, copies: list[ExportedRoot], on_progress: Progress) -> Iterator[TrailFault]:
    yield from check_trail(session, on_progress=on_progress)
    yield from compare_with_exported(session, iter(copies))


class _Counted:
    """Counts what goes by, so that a million faults need no more room than a thousand."""

    def __init__(self, found: Iterable[TrailFault]) -> None:
        self._found = iter(found)
        self.number = 0

    def __iter__(self) -> Iterator[TrailFault]:
        return self

    def __next__(self) -> TrailFault:
        fault = next(self._found)
        self.number += 1
        return fault


def _snapshot(house: House) -> Session:
    """One moment of the database, so that an entry written meanwhile is not taken for a fault."""
    session = house.sessions()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def _copies(folder: Path) -> list[ExportedRoot]:
    if not folder.is_dir():
        raise WordRefused(f"{folder} is no folder: name the one that the roots were exported to.", code="no_folder")
    try:
        copies = list(roots_in(folder).kept())
    except RootUnreadable as why:
        raise WordRefused(str(why), code="unreadable_root") from why
    if not copies:
        raise WordRefused(f"{folder} holds no root: they are named trail-root-2026-10-01.json.", code="no_roots")
    return copies


def _steps(advance: Progress) -> Progress:
    """A bar is moved by steps, and the check tells how far it is."""
    done = 0

    def tell(read: int) -> None:
        nonlocal done
        advance(read - done)
        done = read

    return tell


def _lines(
    entries: int, nights: int, copies: list[ExportedRoot] | None, told: list[TrailFault], number: int
) -> Iterator[str]:
    read = f"{counted(entries, 'entry', 'entries')} and {counted(nights, 'nightly root')} checked"
    if copies is not None:
        read += f", {counted(len(copies), 'exported root')} compared"
    yield f"{read}: {'nothing is wrong.' if not number else counted(number, 'fault') + '.'}"
    for fault in told:
        yield f"  {fault.sentence}"
    if number > len(told):
        yield f"  … and {number - len(told):,} more."
