"""Freezing a cycle's sampling frame: its one text and hash are stored before there is any seed (S5)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from db.queries import draws as draw_queries
from db.queries import newest_extract as extracts
from db.queries.newest_extract import Extract
from db.tables.draws import SamplingFrame as StoredFrame
from db.tables.programme import AuditCycle as CycleRow
from rules.canonical_frames import canonical_text
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draw_answers import Shortfall
from rules.programme import AuditCycle
from rules.sample_sizes import size_asked, size_of_extra_cycle
from rules.sampling_frames import SamplingFrame
from usecases.cycle_rows import Planned, planned_now
from usecases.errors import NotAllowedNow
from usecases.sampling_frames import build_frame
from usecases.trail import record
from usecases.trail_of_cycles import frame_frozen
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class FrozenFrame:
    """A frame that is stored with its hash, and what it was narrowed by.

    `shortfalls` are what the size leaves out (S8), `warnings` what somebody has to decide about (S7) or to know,
    `to_decide` of the former those about re-audits, by audit.
    """

    stored: StoredFrame
    frame: SamplingFrame
    size: Reason
    shortfalls: tuple[Shortfall, ...]
    warnings: tuple[Reason, ...]
    to_decide: Mapping[uuid.UUID, Reason]
    planned: Planned


def freeze_frame(work: Work, row: CycleRow, cycle: AuditCycle) -> FrozenFrame:
    """Builds, stores and hashes the frame of a cycle; the same state of things again gives the frame stored before.

    Raises NotAllowedNow when no extract of open cases was loaded yet.
    """
    extracts.hold_caseload_still(work.session)
    extract = newest_extract(work)
    planned = planned_now(work, cycle.month)
    built = build_frame(work, work.policy, cycle, planned.theme)
    asked = (
        size_asked(built.frame, cycle, work.policy)
        if planned.size is None
        else size_of_extra_cycle(planned.size, work.policy)
    )
    frame = replace(built.frame, size=asked.size).in_order()
    stored = _stored(work, row, frame, extract)
    warnings = (*asked.warnings, *built.warnings)
    return FrozenFrame(stored, frame, asked.reason, asked.shortfalls, warnings, built.to_decide, planned)


def newest_extract(work: Work) -> Extract:
    """The newest loaded extract of open cases. Raises NotAllowedNow when there is none."""
    extract = extracts.newest_extract(work.session)
    if extract is None:
        raise NotAllowedNow(
            "No extract of open cases was loaded yet, so there is nothing to draw from: "
            "import one of kind involvements with POST /v1/caseload-imports.",
            rule="C1",
            clause=work.policy.clause_of("C1"),
        )
    return extract


def refuse_old_extract(work: Work) -> None:
    """Raises NotAllowedNow when the newest extract is older than the policy allows at an opening."""
    extract = newest_extract(work)
    oldest = work.policy.caseload.oldest_extract_at_opening
    if extract.extracted_on < work.calendar.subtract(work.today, oldest):
        raise NotAllowedNow(
            f"The newest extract of open cases is of {day_in_words(extract.extracted_on)}, and at an opening it is "
            f"at most {oldest} old (today is {day_in_words(work.today)}): import a newer one, then open the cycle.",
            rule="C1",
            clause=work.policy.clause_of("C1"),
        )


def _stored(work: Work, row: CycleRow, frame: SamplingFrame, extract: Extract) -> StoredFrame:
    text = canonical_text(frame, work.policy.edition.id)
    content_hash = sha256(text.encode()).hexdigest()
    known = draw_queries.frame_with_hash(work.session, row.id, content_hash)
    if known is not None:
        return known
    stored = StoredFrame(
        cycle_id=row.id,
        hash=content_hash,
        canonical=text,
        caseload_import_id=extract.id,
        frozen_at=work.now,
    )
    work.session.add(stored)
    work.session.flush()
    record(work, frame_frozen(row, stored))
    return stored
