"""A nightly root is a file of its own: whole, private, never overwritten (C4)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from stat import S_IMODE

import pytest

from integrations.root_files import RootFiles
from usecases.ports import ExportedRoot, RootExists, RootUnreadable

ROOT = ExportedRoot(
    "trail-root-2026-10-01.json",
    date(2026, 10, 1),
    datetime(2026, 10, 1, 0, 10, 0, 5, tzinfo=UTC),
    3,
    "0" * 64,
    "1" * 64,
)
FOLLOWING = replace(ROOT, name="trail-root-2026-10-02.json", made_on=date(2026, 10, 2))


def test_roots_come_back_as_they_were_kept_the_oldest_first(tmp_path: Path) -> None:
    folder = RootFiles(tmp_path / "new" / "roots")
    for root in (FOLLOWING, ROOT):
        folder.keep(root)
    assert list(folder.kept()) == [ROOT, FOLLOWING]


def test_a_root_is_readable_by_its_owner_only_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    RootFiles(tmp_path).keep(ROOT)
    (file,) = tmp_path.iterdir()
    assert (file.name, S_IMODE(file.stat().st_mode)) == (ROOT.name, 0o600)


def test_the_same_root_again_changes_nothing_and_another_is_refused(tmp_path: Path) -> None:
    folder = RootFiles(tmp_path)
    folder.keep(ROOT)
    folder.keep(ROOT)
    with pytest.raises(RootExists, match=r"trail-root-2026-10-01\.json"):
        folder.keep(replace(ROOT, hash="2" * 64))
    assert list(folder.kept()) == [ROOT]


def test_a_file_that_holds_no_root_is_named(tmp_path: Path) -> None:
    (tmp_path / "trail-root-2026-10-03.json").write_text('{"hash": 1}')
    with pytest.raises(RootUnreadable, match=r"trail-root-2026-10-03\.json"):
        list(RootFiles(tmp_path).kept())


def test_an_empty_folder_and_none_hold_no_roots(tmp_path: Path) -> None:
    assert list(RootFiles(tmp_path).kept()) == list(RootFiles(tmp_path / "none").kept()) == []
