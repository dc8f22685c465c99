"""Extra themed cycles: arranged at any time, outside the ten of a year's programme (P2)."""

from collections.abc import Sequence

from db.queries import programme
from db.queries.case_attributes import codes_in_use
from db.tables.programme import AuditCycle as CycleRow
from db.tables.programme import ExtraCycle as ArrangedRow
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.extra_cycles import ExtraCycle, refuse_unfit
from rules.programme import cycle_with_id, extra_id
from rules.programme_publishing import CycleKind, narrowed_to_nothing
from usecases.trail import record
from usecases.trail_of_cycles import extra_cycle_arranged
from usecases.work import Work


def arrange_extra_cycle(work: Work, asked: ExtraCycle, reason: str) -> CycleRow:
    """Plans an extra themed cycle, which opens by itself on its day; it can be cancelled until then.

    Its warnings name codes that no open case has. Raises InvalidFacts with everything wrong with what is asked,
    `OutsideCalendar` for a day beyond the years whose bank holidays are known.
    """
    if not reason.strip():
        raise InvalidFacts([Problem("/reason", "Say why: an extra cycle is arranged for a reason.", None, "P2")])
    refuse_unfit(work.policy, work.calendar, asked, work.today, programme.services(work.session))
    programme.one_opening_at_a_time(work.session)  # so that two arranged at once get two ids
    number = programme.extra_cycles_arranged(work.session, asked.opens_on) + 1
    days = cycle_with_id(work.policy, work.calendar, extra_id(asked.opens_on, number))
    edition = work.policy.edition
    row = programme.cycle_held(work.session, days, CycleKind.THEMED.value, edition.id, edition.version)
    row.warnings = [
        {"rule": why.rule, "clause": why.clause, "sentence": why.sentence}
        for why in _narrowed_to_nothing(work, days.month, asked)
    ]
    arranged = _arranged(work, row, asked, reason)
    work.session.add(arranged)
    work.session.flush()
    record(work, extra_cycle_arranged(row, arranged))
    return row


def _arranged(work: Work, row: CycleRow, asked: ExtraCycle, reason: str) -> ArrangedRow:
    return ArrangedRow(
        cycle_id=row.id,
        topic=asked.topic.strip(),
        origin=asked.origin,
        services=list(asked.theme.services),
        attributes=asked.theme.attributes,
        size=asked.size,
        reason=reason,
        arranged_at=work.now,
        arranged_by=work.actor,
    )


def _narrowed_to_nothing(work: Work, cycle: str, asked: ExtraCycle) -> Sequence[Reason]:
    in_use = {it.attribute: codes_in_use(work.session, it.attribute, it.codes) for it in asked.narrowings}
    found = (narrowed_to_nothing(work.policy, cycle, it, in_use[it.attribute]) for it in asked.narrowings)
    return [why for why in found if why is not None]
