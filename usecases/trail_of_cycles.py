"""What the trail says of programmes, frames, draws, cycles and audits: one function for each thing that happens.

Frames, draws and openings stand in one chain, that of their cycle, so that their order shows: the frame was frozen and
hashed before there was a seed (S5).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from db.tables.draws import Draw, SamplingFrame
from db.tables.programme import AuditCycle, AuditYear, ExtraCycle
from usecases.trail import Entry
from usecases.trail_chains import as_code


class AllocatedAudit(Protocol):
    """What the trail keeps of an audit that a draw made: who audits whom, by their ids."""

    @property
    def id(self) -> UUID: ...
    @property
    def practitioner_id(self) -> UUID: ...
    @property
    def auditor_id(self) -> UUID: ...


def programme_saved(
    row: AuditYear, plans: Sequence[Mapping[str, Any]], changed: Sequence[str], reason: str | None
) -> Entry:
    """What was planned is kept beside the entry, for topics are words of people; `changed` are months."""
    return Entry(
        _year(row),
        "programme_changed" if row.state == "published" else "programme_saved",
        rule="P2",
        details={"version": row.version, "cycles": len(plans), "changed": list(changed)},
        texts={"plan": json.dumps(plans, ensure_ascii=False, sort_keys=True), "reason": reason},
    )


def programme_published(row: AuditYear) -> Entry:
    return Entry(_year(row), "programme_published", rule="P2", details={"version": row.version})


def extra_cycle_arranged(row: AuditCycle, arranged: ExtraCycle) -> Entry:
    """What it is about and why are words of people, kept beside the entry; so are codes of the case system."""
    narrowed = {"services": arranged.services, "attributes": arranged.attributes}
    return Entry(
        _cycle(row),
        "extra_cycle_arranged",
        rule="P2",
        details={"opens_on": row.opens_on.isoformat(), "size": arranged.size, "origin": as_code(arranged.origin)},
        texts={
            "topic": arranged.topic,
            "narrowed_to": json.dumps(narrowed, ensure_ascii=False, sort_keys=True),
            "reason": arranged.reason,
        },
    )


def frame_frozen(row: AuditCycle, frame: SamplingFrame) -> Entry:
    details = {"frame": str(frame.id), "frame_hash": frame.hash, "caseload_import": str(frame.caseload_import_id)}
    return Entry(_cycle(row), "frame_frozen", rule="S5", details=details)


def draw_made(row: AuditCycle, drawn: Draw) -> Entry:
    """The seed is told by its hash: whoever reads the draw can compare the two."""
    return Entry(
        _cycle(row), "draw_made", rule="S5", details=_draw(drawn), texts={"redrawn_because": drawn.redrawn_because}
    )


def draw_superseded(row: AuditCycle, drawn: Draw, reason: str) -> Entry:
    return Entry(_cycle(row), "draw_superseded", rule="S5", details=_draw(drawn), texts={"reason": reason})


def draw_stands_again(row: AuditCycle, drawn: Draw, reason: str | None) -> Entry:
    return Entry(_cycle(row), "draw_stands_again", rule="S5", details=_draw(drawn), texts={"reason": reason})


def audits_allocated(drawn: Draw, audits: Sequence[AllocatedAudit]) -> Iterator[Entry]:
    """One entry for each audit: the first of its chain."""
    draw = str(drawn.id)
    for audit in audits:
        people = {"practitioner": str(audit.practitioner_id), "auditor": str(audit.auditor_id)}
        yield Entry(("audit", str(audit.id)), "audit_allocated", rule="A5", details={"draw": draw, **people})


def draw_issued(row: AuditCycle, drawn: Draw, audits: int) -> Entry:
    return Entry(_cycle(row), "draw_issued", rule="S5", details={**_draw(drawn), "audits": audits})


def cycle_opened(row: AuditCycle, reason: str | None) -> Entry:
    edition = {"edition": as_code(row.edition_id), "edition_version": as_code(row.edition_version)}
    return Entry(_cycle(row), "cycle_opened", rule="P3", details=edition, texts={"reason": reason})


def cycle_closed(row: AuditCycle, reason: str | None) -> Entry:
    return Entry(
        _cycle(row), "cycle_closed", rule="P3", details={"figures": row.figures_at_close}, texts={"reason": reason}
    )


def _year(row: AuditYear) -> tuple[str, str]:
    return "audit_year", str(row.year)


def _cycle(row: AuditCycle) -> tuple[str, str]:
    return "audit_cycle", row.month


def _draw(drawn: Draw) -> dict[str, str]:
    seed_hash = sha256(drawn.seed.encode()).hexdigest()
    return {"draw": str(drawn.id), "frame": str(drawn.frame_id), "seed_hash": seed_hash}
