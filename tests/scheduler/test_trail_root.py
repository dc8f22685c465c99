"""Each night one root over the heads of the trail is made and exported; a night that was missed is made good (C4)."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import NoReturn

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.jobs import last_runs
from db.tables.trail import TrailRoot
from scheduler.jobs import Means
from scheduler.runner import run
from tests.scheduling import KeptRoots, clock_on, job, means_on
from tests.small_council import work_on
from usecases.ports import ExportedRoot, RootExists
from usecases.trail import Entry, record

DAY = date(2026, 10, 1)
Sessions = sessionmaker[Session]


@pytest.fixture
def means(sessions: Sessions) -> Means:
    with sessions.begin() as session:
        record(work_on(session, DAY), Entry(("audit", "A1"), "read"))
    return means_on(DAY, sessions)


def on(means: Means, day: date, hour: int = 1) -> Means:
    return replace(means, clock=clock_on(day, hour))


def tick(means: Means) -> str:
    run(job("make_trail_root"), means)
    with means.sessions() as session:
        return next(it.outcome for it in last_runs(session) if it.job == "make_trail_root")


def roots(means: Means) -> list[TrailRoot]:
    with means.sessions() as session:
        return list(session.scalars(select(TrailRoot).order_by(TrailRoot.made_on)))


def test_a_night_makes_one_root_and_exports_it(means: Means) -> None:
    assert tick(means) == "Made the root of 2026-10-01 over 1 heads. Exported 1."
    assert tick(means) == "The root of today is made. Exported 0."
    (root,) = roots(means)
    assert isinstance(means.root_folder, KeptRoots)
    (exported,) = means.root_folder.roots
    assert (exported.hash, exported.heads, exported.name) == (root.hash, 1, "trail-root-2026-10-01.json")
    assert root.exported_at is not None


def test_nights_that_were_missed_are_made_good_by_one_root(means: Means) -> None:
    tick(means)
    tick(on(means, DAY + timedelta(days=4)))
    assert [root.made_on for root in roots(means)] == [DAY, DAY + timedelta(days=4)]


def test_a_clock_that_was_set_back_makes_no_second_root(means: Means) -> None:
    tick(means)
    tick(on(means, DAY - timedelta(days=1)))
    assert [root.made_on for root in roots(means)] == [DAY]


def test_midnight_in_london_begins_the_night(means: Means) -> None:
    tick(on(means, DAY, hour=23))  # 00:00 on the 2nd in British Summer Time
    assert [root.made_on for root in roots(means)] == [DAY + timedelta(days=1)]


class FullFolder(KeptRoots):
    def keep(self, root: ExportedRoot) -> NoReturn:
        raise OSError("no space left")


def test_a_root_that_could_not_be_exported_stays_and_is_exported_when_there_is_room(means: Means) -> None:
    assert "Failed (OSError)" in tick(replace(means, root_folder=FullFolder()))
    assert [root.exported_at for root in roots(means)] == [None]
    assert tick(means) == "The root of today is made. Exported 1."


class FolderOfAnother(KeptRoots):
    """Holds another root of the first night, as after a restore."""

    def keep(self, root: ExportedRoot) -> None:
        if root.made_on == DAY:
            raise RootExists(f"{root.name} is another one")
        super().keep(root)


def test_a_night_of_which_the_folder_has_another_root_keeps_none_from_being_exported(means: Means) -> None:
    folder = FolderOfAnother()
    with_it = replace(means, root_folder=folder)
    assert "Failed (RootExists)" in tick(with_it)
    assert "Failed (RootExists)" in tick(on(with_it, DAY + timedelta(days=1)))
    assert [root.made_on for root in folder.roots] == [DAY + timedelta(days=1)]


def test_two_schedulers_make_one_root(means: Means) -> None:
    together = Barrier(2)

    def scheduler() -> None:
        together.wait()
        run(job("make_trail_root"), means)

    threads = [Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with means.sessions() as session:
        assert session.scalar(select(func.count()).select_from(TrailRoot)) == 1
