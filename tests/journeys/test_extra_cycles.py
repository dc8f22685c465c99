"""Two extra themed cycles from arrangement to close: one in August beside nothing, one beside October's (P2).

Only what people would do is done: the audit team arranges, the scheduler opens, sends and closes.
"""

import re
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from db.queries import invariants
from db.tables.organisation import AuditorAppointment
from db.tables.programme import AuditCycle
from rules.extra_cycles import ExtraCycle
from scheduler.runner import run
from tests.scheduling import KeptMail, job, means_on
from tests.small_council import SmallCouncil, found_council, work_on
from tests.usecases.moves import audits, reference_of
from usecases.draw_verification import verify_draw
from usecases.extra_cycles import arrange_extra_cycle

AUGUST, OCTOBER = date(2026, 8, 12), date(2026, 10, 1)
WHY = "Recommendation 4 of the review."


def arrange(sessions: sessionmaker[Session], on: date, opens_on: date, size: int, *services: str) -> str:
    with sessions.begin() as session:
        asked = ExtraCycle(opens_on, "Hospital discharge", "serious_case_review", size, services)
        return arrange_extra_cycle(work_on(session, on), asked, WHY).month


def night(sessions: sessionmaker[Session], on: date) -> KeptMail:
    """All that the scheduler does on a morning, and what was sent."""
    mail = KeptMail()
    for name in ("close_cycles", "open_cycles", "open_extra_cycles", "warn_of_programme"):
        run(job(name), means_on(on, sessions))
    run(job("deliver_notices"), means_on(on, sessions, hour=10, mail=mail))
    return mail


def states(sessions: sessionmaker[Session]) -> dict[str, str]:
    with sessions() as session:
        return {row.month: row.state for row in session.query(AuditCycle)}


@pytest.mark.proves("P2", "P1", "S2", "S3", "A3", "A5", "L5")
def test_one_in_august_and_one_beside_octobers(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 8, 10), practitioners_per_team=6)
        session.execute(update(AuditorAppointment).values(capacity=2))

    # August has no cycle of the programme; the extra one opens on its day and tells everybody.
    in_august = arrange(sessions, date(2026, 8, 3), AUGUST, 6, "home_first")
    assert night(sessions, date(2026, 8, 11)).letters == []
    letters = night(sessions, AUGUST).letters
    assert {letter.subject.partition(", ")[2] for letter in letters} == {"12 August 2026 (extra)"}
    text = next(letter.text for letter in letters if letter.calendar)
    assert f"cycle={in_august}" in text or "/v1/audits/" in text
    assert any(re.search(r"DTEND;VALUE=DATE:20260912", (it.calendar or b"").decode()) for it in letters)
    assert night(sessions, date(2026, 8, 13)).letters == []

    # September's opens while it still runs, and leaves its people alone; it closes after its last day.
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 8, 31))
    night(sessions, date(2026, 9, 1))
    assert states(sessions) == {in_august: "open", "2026-09": "open"}
    night(sessions, date(2026, 9, 14))
    assert states(sessions) == {in_august: "closed", "2026-09": "open"}

    # October's and an extra one open on the same morning, the programme's first.
    with sessions.begin() as session:
        SmallCouncil(session).extract(date(2026, 9, 28))
    beside = arrange(sessions, date(2026, 9, 29), OCTOBER, 5)
    night(sessions, OCTOBER)
    assert states(sessions)[beside] == states(sessions)["2026-10"] == "open"

    with sessions() as session:
        made = audits(session)
        cycles = {row.id: row.month for row in session.query(AuditCycle)}
        of_cycle = Counter(cycles[audit.cycle_id] for audit in made if audit.cycle_id)
        assert of_cycle[in_august] == 6
        months: dict[str, list[date]] = {}
        for audit in made:
            months.setdefault(reference_of(session, audit.practitioner_id), []).append(audit.month)
        for found in months.values():
            first, *later = sorted(found)
            for after in later:
                assert (after.year - first.year) * 12 + after.month - first.month >= 2
                first = after
        loads = Counter((audit.auditor_id, audit.month) for audit in made)
        assert max(loads.values()) <= 2
        for audit in {audit.draw_id: audit for audit in made}.values():
            assert audit.draw_id is not None
            assert verify_draw(work_on(session, OCTOBER), audit.draw_id).differences == ()
        assert [*invariants.violations(session)] == []
