"""October goes wrong three times: a wrong extract on day 1, an auditor ill on day 3, a case closed on day 5.

Who got which message, and what their calendars hold in the end (S9, A4, A5, P3).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport
from db.tables.organisation import AuditorAppointment
from scheduler.runner import run
from tests.scheduling import KeptMail, job, means_on
from tests.small_council import SmallCouncil, at, found_council, work_on
from tests.usecases.moves import FIFTH, FIRST, THIRD, audit_of_auditor, audits, reference_of
from usecases.audit_moves import replace_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.cycle_moves import withdraw_cycle
from usecases.ports import Letter

SUBJECTS = {
    "Changes to practice audits, October 2026",
    "The audit cycle of October 2026 was withdrawn",
}


def deliver(sessions: sessionmaker[Session], on: date, hour: int = 10) -> dict[str, list[Letter]]:
    """What goes out at that hour, by the address it goes to."""
    mail = KeptMail()
    run(job("deliver_notices"), means_on(on, sessions, hour=hour, mail=mail))
    found = defaultdict(list)
    for letter in mail.letters:
        found[letter.address.partition("@")[0]].append(letter)
    return dict(found)


def in_calendars(days: Sequence[Mapping[str, Sequence[Letter]]], person: str) -> dict[str, str]:
    """What somebody's calendar holds after these days: by UID the state of the entry of the highest sequence."""
    held: dict[str, tuple[int, str]] = {}
    for day in days:
        for letter in day.get(person, ()):
            for event in (letter.calendar or b"").decode().split("BEGIN:VEVENT")[1:]:
                uid = re.search(r"UID:(\S+?)@", event)
                sequence = re.search(r"SEQUENCE:(\d+)", event)
                assert uid
                assert sequence
                known = held.get(uid[1], (-1, ""))
                assert int(sequence[1]) > known[0], f"{uid[1]}: a calendar would leave this entry out"
                held[uid[1]] = int(sequence[1]), "gone" if "STATUS:CANCELLED" in event else "there"
    return {uid: state for uid, (_, state) in held.items()}


def scheduler_opens(sessions: sessionmaker[Session], hour: int = 9) -> None:
    run(job("open_cycles"), means_on(FIRST, sessions, hour=hour))


def load_right_extract(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        council = SmallCouncil(session)
        extract = council.extract(FIRST)
        session.get_one(CaseloadImport, extract).imported_at = at(FIRST) + timedelta(hours=1)
        council.practitioner("REV-P9", "REV")


@pytest.mark.proves("S9", "A4", "A5", "P3", "recipients.auditor_changed", "recipients.audit_withdrawn")
def test_october_goes_wrong_three_times(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28), practitioners_per_team=6)

    # The first day: opened on a wrong extract, told, noticed, withdrawn, opened anew from the right one.
    scheduler_opens(sessions)
    told_wrong = deliver(sessions, FIRST)
    with sessions.begin() as session:
        wrong = {reference_of(session, audit.practitioner_id).lower() for audit in audits(session)}
        withdraw_cycle(work_on(session, FIRST), "2026-10", "The extract was last month's.")
    scheduler_opens(sessions)
    with sessions() as session:
        assert audits(session, state="allocated") == []
    load_right_extract(sessions)
    taken_back = deliver(sessions, FIRST, hour=11)
    assert told_wrong.keys() == taken_back.keys()
    assert {letter.subject for letters in taken_back.values() for letter in letters} == {
        "The audit cycle of October 2026 was withdrawn"
    }
    scheduler_opens(sessions, hour=11)
    told_right = deliver(sessions, FIRST, hour=12)
    assert {len(letters) for letters in told_right.values()} == {1}
    assert wrong <= told_wrong.keys()

    # The third day: an auditor falls ill, a colleague of the service takes over.
    with sessions.begin() as session:
        for appointment in session.scalars(select(AuditorAppointment)):
            appointment.capacity = 2
        audit = audit_of_auditor(session, "review")
        ill, practitioner = (reference_of(session, it).lower() for it in (audit.auditor_id, audit.practitioner_id))
        colleague = suggest_auditors(work_on(session, THIRD), audit.id).suggested[0].candidate.auditor.id
        change_auditor(
            work_on(session, THIRD), audit.id, SmallCouncil(session).person_id(colleague), "sickness", "Rang in ill."
        )
        ill_audit = audit.id
    third = deliver(sessions, THIRD)
    assert third.keys() == {ill, practitioner, colleague.lower(), "boss"}
    assert "no longer yours" in third[ill][0].text
    assert "carry out from now on" in third[colleague.lower()][0].text
    assert "have another auditor" in third[practitioner][0].text

    # The fifth day: a case closes, the next in reserve takes its place.
    with sessions.begin() as session:
        falls_out = next(it for it in audits(session, state="allocated") if it.id != ill_audit)
        moved = replace_audit(work_on(session, FIFTH), falls_out.id, "case_closed", "Closed on Monday.")
        made = moved.replacement
        assert made is not None
        out, auditor, comes_in = (
            reference_of(session, it).lower()
            for it in (falls_out.practitioner_id, falls_out.auditor_id, made.practitioner_id)
        )
        out_id, made_id, next_auditor = falls_out.id, made.id, reference_of(session, made.auditor_id).lower()
    fifth = deliver(sessions, FIFTH)
    assert fifth.keys() == {out, auditor, comes_in, next_auditor, "boss"}
    assert {letter.subject for letters in fifth.values() for letter in letters} <= SUBJECTS
    assert all("Closed on Monday" not in letter.text for letters in fifth.values() for letter in letters)

    days = [told_wrong, taken_back, told_right, third, fifth]
    assert in_calendars(days, ill)[f"audit-{ill_audit}"] == "gone"
    assert in_calendars(days, colleague.lower())[f"audit-{ill_audit}"] == "there"
    assert in_calendars(days, out)[f"audit-{out_id}"] == "gone"
    assert in_calendars(days, comes_in)[f"audit-{made_id}"] == "there"
    assert in_calendars(days, "boss")["cycle-2026-10"] == "there"
    with sessions() as session:
        standing = {f"audit-{audit.id}" for audit in session.scalars(select(Audit).where(Audit.state != "withdrawn"))}
    for person in set().union(*days):
        there = {uid for uid, state in in_calendars(days, person).items() if state == "there"}
        assert there <= standing | {"cycle-2026-10"}, f"{person} still has an entry of an audit that is no more"
    assert in_calendars(days, "nobody") == {}
