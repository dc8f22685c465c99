"""A cycle at a glance: its days, its audits by team, the load of its auditors, and its draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.queries import draws as draw_queries
from db.queries import programme, trail
from db.queries.programme import TeamCount
from db.tables.draws import Draw as DrawRow
from db.tables.programme import AuditCycle as CycleRow
from db.tables.programme import ExtraCycle
from rules.programme import AuditCycle, first_day_of
from usecases.audit_cycles import figures_now, figures_of
from usecases.cycle_rows import kind_planned, known_cycle
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class Load:
    """How many audits the auditors have who had capacity when the cycle was drawn; `least` and `most` are of one."""

    available: int
    with_audits: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class CycleOverview:
    """A cycle as it stands; `row` is None for one that was neither drawn for nor opened yet.

    One that was opened keeps its days and its edition, whatever the policy in force says by now. `version` counts what
    was decided about it, as its trail has it.
    """

    days: AuditCycle | CycleRow
    is_moderating: bool
    row: CycleRow | None
    kind: str
    figures: dict[str, Any]
    teams: Sequence[TeamCount]
    load: Load | None
    draws: Sequence[DrawRow]
    version: int
    extra: ExtraCycle | None = None


def overview_of(work: Work, month: str) -> CycleOverview:
    """The cycle of a month, with a fixed number of questions. Raises NoSuchCycle naming the next one."""
    version = version_of(work, month)  # first: what is decided while the rest is read makes it stale
    row = programme.cycle_in(work.session, month)
    if row is None:
        days = known_cycle(work, month)
        kind = kind_planned(work, month)
        return CycleOverview(days, days.moderation, None, kind, figures_of({}), (), None, (), version)
    extra = programme.extra_plan(work.session, month)
    draws = draw_queries.draws_of_cycle(work.session, row.id)
    issued = next((drawn for drawn in draws if drawn.state == "issued"), None)
    return CycleOverview(
        days=row,
        is_moderating=extra is None and first_day_of(month).month in work.policy.programme.moderation_months,
        row=row,
        kind=row.kind,
        figures=figures_now(work, row.id),
        teams=programme.counts_by_team(work.session, row.id),
        load=_load(work, row, issued) if issued else None,
        draws=draws,
        version=version,
        extra=extra,
    )


def version_of(work: Work, month: str) -> int:
    """How many decisions its trail has of a cycle; 0 for one about which nothing was decided."""
    return trail.count_of_entries(work.session, "audit_cycle", month)


def _load(work: Work, row: CycleRow, issued: DrawRow) -> Load:
    counts = dict(programme.audits_per_auditor(work.session, row.id))
    available = {price["auditor_id"] for price in issued.result["certificate"]["prices"]} | counts.keys()
    loads = [counts.get(auditor, 0) for auditor in available]
    return Load(len(available), len(counts), min(loads, default=0), max(loads, default=0))
