"""`verify-trail` says whether the trail is as it was written, and where it is not (C4)."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from integrations.root_files import RootFiles
from tests import guards
from tests.cli.saying import say
from tests.scheduling import clock_on
from tests.small_council import work_on
from usecases.trail import Entry, record
from usecases.trail_nights import make_and_export_root

DAY = date(2026, 10, 1)
Sessions = sessionmaker[Session]


@pytest.fixture
def exported(at_the_database: str, sessions: Sessions, tmp_path: Path) -> Path:
    """Three entries in two chains, and the folder that the night's root was exported to."""
    with sessions.begin() as session:
        subjects = (("audit", "A1"), ("audit", "A1"), ("audit", "A2"))
        record(work_on(session, DAY), *(Entry(subject, "read", texts={"reason": "Ann."}) for subject in subjects))
    folder = tmp_path / "roots"
    make_and_export_root(sessions, clock_on(DAY), RootFiles(folder))
    return folder


def meddle(sessions: Sessions, *statements: str) -> None:
    with sessions.begin() as session:
        guards.take_off(session.connection())
        for statement in statements:
            session.execute(text(statement))
        guards.put_back(session.connection())


def test_a_trail_as_it_was_written_is_told_so(exported: Path) -> None:
    told = say("verify-trail", "--roots", exported)
    assert (told.code, told.err) == (0, "")
    assert told.out == "3 entries and 1 nightly root checked, 1 exported root compared: nothing is wrong.\n"


def test_cleared_texts_are_all_right(exported: Path, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(text("DELETE FROM trail_texts"))
    assert say("verify-trail").code == 0


def test_a_changed_entry_is_named_and_the_word_ends_with_1(exported: Path, sessions: Sessions) -> None:
    meddle(sessions, "UPDATE trail_entries SET actor = 'somebody' WHERE subject_id = 'A1' AND number = 1")
    told = say("verify-trail")
    assert told.code == 1
    assert "Entry 1 of audit A1 was changed after it was written." in told.out
    facts = say("verify-trail", "--json").facts
    assert (facts["is_whole"], facts["entries"], facts["roots"], facts["faults_found"]) == (False, 3, 1, 1)
    assert facts["faults"][0]["code"] == "entry_changed"


def test_only_copies_kept_elsewhere_show_that_chain_and_root_are_gone(exported: Path, sessions: Sessions) -> None:
    meddle(
        sessions,
        *("DELETE FROM trail_root_heads", "DELETE FROM trail_roots", "DELETE FROM trail_texts"),
        *("DELETE FROM trail_entries WHERE subject_id = 'A2'", "DELETE FROM trail_heads WHERE subject_id = 'A2'"),
    )
    assert say("verify-trail").code == 0
    told = say("verify-trail", "--roots", exported)
    assert told.code == 1
    assert "The root of Thursday 1 October 2026 was exported to trail-root-2026-10-01.json and is missing" in told.out


@pytest.mark.usefixtures("at_the_database")
@pytest.mark.parametrize(
    ("found", "sentence"), [(None, "is no folder"), ((), "holds no root"), (("{}",), "holds no root of the trail")]
)
def test_a_folder_without_roots_is_refused(tmp_path: Path, found: tuple[str, ...] | None, sentence: str) -> None:
    folder = tmp_path / "roots"
    if found is not None:
        folder.mkdir()
        for content in found:
            (folder / "trail-root-2026-10-01.json").write_text(content)
    told = say("verify-trail", "--roots", folder)
    assert told.code == 1
    assert sentence in told.err


def test_an_empty_trail_is_whole(at_the_database: str) -> None:
    assert say("verify-trail").out == "0 entries and 0 nightly roots checked: nothing is wrong.\n"


def test_entries_after_the_newest_root_are_all_right(exported: Path, sessions: Sessions) -> None:
    with sessions.begin() as session:
        record(work_on(session, DAY), Entry(("audit", "A1"), "read"), Entry(("audit", "A3"), "read"))
    make_and_export_root(sessions, clock_on(date(2026, 10, 5)), RootFiles(exported))
    assert say("verify-trail", "--roots", exported).code == 0
