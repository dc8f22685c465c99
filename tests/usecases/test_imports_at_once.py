"""Two people send the same extract at the same moment: it is loaded once, and the second is told so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.caseload import CaseloadImport, Involvement
from tests.usecases.extract_files import CALENDAR, POLICY, TODAY, a_council, involvement, load
from usecases.import_reports import ImportReport
from usecases.work import Work

AT_ONCE = 4


@pytest.mark.proves("C1")
def test_extract_sent_by_several_at_once_is_loaded_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        a_council(session)
    ready = Barrier(AT_ONCE)

    def send(_: int) -> ImportReport:
        with sessions.begin() as session:
            ready.wait()
            return load(
                Work(session, TODAY, CALENDAR, POLICY, "somebody"), [involvement(), involvement(person_id="C2")]
            )

    with ThreadPoolExecutor(AT_ONCE) as threads:
        reports = list(threads.map(send, range(AT_ONCE)))
    assert sorted(report.is_unchanged for report in reports) == [False, True, True, True]
    assert len({report.id for report in reports}) == 1
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(CaseloadImport)) == 1
        assert session.scalar(select(func.count()).select_from(Involvement)) == 2


def test_import_that_is_cut_off_leaves_nothing(sessions: sessionmaker[Session]) -> None:
    """Whatever ends the process ends the transaction: no import, no rows, and the next one finds its way free."""
    with sessions.begin() as session:
        a_council(session)
    with sessions() as session:
        load(Work(session, TODAY, CALENDAR, POLICY, "somebody"), [involvement()])
        session.connection().invalidate()
    with sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(CaseloadImport)) == 0
        again = load(Work(session, TODAY, CALENDAR, POLICY, "somebody"), [involvement()])
        assert (again.is_unchanged, again.changes["begun"]) == (False, 1)
