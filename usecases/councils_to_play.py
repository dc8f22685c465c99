"""The council of this database as a year is played with it: its people, cases and history, nothing planned (S3, A3)."""

from dataclasses import replace
from datetime import timedelta

from db.queries import caseload
from rules.programme import first_cycle_from
from rules.sampling_frames import SamplingFrame
from rules.themes import EVERYTHING
from usecases.errors import NotAllowedNow
from usecases.extract_ports import ExtractKind
from usecases.frame_facts import load_frame_facts
from usecases.sampling_frames import build_frame
from usecases.work import Work

_TOMORROW = timedelta(days=1)


def council_to_play(work: Work) -> SamplingFrame:
    """The frame of the next cycle to open after today, with every auditor's usual capacity and no audit unfinished.

    Raises NotAllowedNow when no extract of open cases is loaded.
    """
    if caseload.newest_loaded(work.session, ExtractKind.INVOLVEMENTS) is None:
        raise NotAllowedNow(
            "No extract of open cases is loaded, so there is nobody to play a year with: import one, "
            "or play with --practitioners and --auditors.",
            rule="C1",
        )
    cycle = first_cycle_from(work.policy, work.calendar, work.today + _TOMORROW)
    frame = build_frame(work, work.policy, cycle, EVERYTHING).frame
    # Who is away in the next cycle is not away for a year: the play has absences of its own.
    usual = {
        row.reference: row.capacity if row.is_active else 0
        for row in load_frame_facts(work, work.policy, cycle).auditors.values()
    }
    auditors = tuple(replace(it, capacity=usual.get(it.id, 0)) for it in frame.auditors)
    # Restricted records are few, and whether they are drawn or not: a year is played without them.
    restricted = {row.case_id for row in frame.set_aside if row.rule == "S10"}
    cases = tuple(case for case in frame.cases if case.id not in restricted and not case.is_restricted)
    return replace(frame, auditors=auditors, cases=cases, carried_over=(), set_aside=())
