"""A year's programme: a draft, published when it is what the framework asks for, changed with a reason (P1, P2)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from db.queries import programme
from db.queries.case_attributes import codes_in_use
from db.tables.programme import AuditYear as YearRow
from db.tables.programme import PlannedCycle as PlannedRow
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.programme import AuditCycle, audit_year, first_day_of
from rules.programme_publishing import (
    KIND_WITHOUT_PROGRAMME,
    CycleKind,
    PlannedCycle,
    changed_months,
    delayed_re_audits,
    narrowed_to_nothing,
    validate_programme,
    why_next_programme_is_missing,
    why_not_changed,
)
from rules.themes import narrowing_problems, narrowings_of
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.missed_cycles import why_missed
from usecases.tasks import PROGRAMME_MISSING, close_task
from usecases.trail import record
from usecases.trail_of_cycles import programme_published, programme_saved
from usecases.work import Work


class NotPublishable(InvalidFacts, NotAllowedNow):
    """A programme that breaks P1 or P2, with every point."""

    code = "not_publishable"

    def __init__(self, problems: Sequence[Problem], clause: str) -> None:
        super().__init__(problems)
        self.clause = clause


@dataclass(frozen=True, slots=True)
class Programme:
    """A year as it stands: its row (None while nothing is saved), its cycles' days, their plans, and warnings."""

    year: int
    row: YearRow | None
    days: tuple[AuditCycle, ...]
    plans: dict[str, PlannedCycle]
    warnings: tuple[Reason, ...]


def programme_of(work: Work, year: int) -> Programme:
    """The year's cycles with what is planned for them. Raises OutsideCalendar."""
    days = audit_year(work.policy, work.calendar, year)
    plans = {row.month: _plan(row) for row in programme.planned_cycles(work.session, year)}
    row = programme.audit_year(work.session, year)
    warnings = (*_warnings(work, year, row), *_narrowed_to_nothing(work, days, plans))
    return Programme(year, row, days, plans, warnings)


def save_programme(
    work: Work, year: int, plans: Sequence[PlannedCycle], *, version: int | None, reason: str | None = None
) -> Programme:
    """Saves the year's programme: a draft with whatever it still lacks, a published one with a reason and whole.

    `version` is the one that was read, None for a year that has nothing saved. Raises AlreadyDifferent when somebody
    else saved meanwhile, InvalidFacts for cycles that cannot be in the year; for a published year NotAllowedNow without
    a reason and NotPublishable for changes to cycles that have begun or that break P1 or P2.
    """
    audit_year(work.policy, work.calendar, year)
    _refuse_unusable(work, year, plans)
    row = programme.audit_year_held(work.session, year, work.policy.edition.id, work.now, work.actor)
    _refuse_other_version(row, version)
    before = [_plan(planned) for planned in programme.planned_cycles(work.session, year)]
    if row.state == "published":
        _refuse_change(work, year, before, plans, reason)
    programme.forget_planned_cycles(work.session, year)
    work.session.add_all(_row(year, plan) for plan in plans)
    row.version += 1
    row.edition_id, row.saved_at, row.saved_by = work.policy.edition.id, work.now, work.actor
    work.session.flush()
    record(work, programme_saved(row, [asdict(plan) for plan in plans], changed_months(before, plans), reason))
    return programme_of(work, year)


def publish_programme(work: Work, year: int, *, version: int | None = None) -> Programme:
    """Publishes the year's draft; publishing it again changes nothing.

    Raises NotFound when nothing is saved, AlreadyDifferent when it is not the version that was read, and NotPublishable
    with every point of P1 and P2 that it breaks.
    """
    if programme.audit_year(work.session, year) is None:
        raise NotFound(f"No programme is saved for {year}: save one with PUT /v1/audit-years/{year}, then publish it.")
    row = programme.audit_year_held(work.session, year, work.policy.edition.id, work.now, work.actor)
    if row.state == "published":
        return programme_of(work, year)
    if version is not None:
        _refuse_other_version(row, version)
    planned = [_plan(planned) for planned in programme.planned_cycles(work.session, year)]
    problems = validate_programme(work.policy, year, planned)
    if problems:
        raise NotPublishable(problems, clause=work.policy.clause_of(problems[0].rule or ""))
    row.state, row.published_at, row.published_by = "published", work.now, work.actor
    row.version += 1
    work.session.flush()
    record(work, programme_published(row))
    close_task(work, PROGRAMME_MISSING, str(year), "The programme was published.")
    return programme_of(work, year)


def _warnings(work: Work, year: int, row: YearRow | None) -> tuple[Reason, ...]:
    missing = None
    if year == work.today.year + 1:
        missing = why_next_programme_is_missing(work.policy, work.today, programme.published_years(work.session))
    unpublished = () if row is not None and row.state == "published" else _unpublished(work, year)
    delayed = delayed_re_audits(work.policy, work.calendar, year)
    return (*([missing] if missing else unpublished), *why_missed(work, year), *delayed)


def _narrowed_to_nothing(work: Work, days: Sequence[AuditCycle], plans: Mapping[str, PlannedCycle]) -> Iterator[Reason]:
    """Warns of codes that no open case has, for cycles that are not past."""
    for month in [cycle.month for cycle in days if cycle.closes_on >= work.today and cycle.month in plans]:
        for narrowing in plans[month].narrowings:
            in_use = codes_in_use(work.session, narrowing.attribute, narrowing.codes)
            why = narrowed_to_nothing(work.policy, month, narrowing, in_use)
            if why is not None:
                yield why


def _unpublished(work: Work, year: int) -> tuple[Reason, ...]:
    if year > work.today.year:
        return ()
    sentence = f"No programme is published for {year}: its cycles open as {KIND_WITHOUT_PROGRAMME}."
    return (work.policy.reason("P2", sentence),)


def _refuse_change(
    work: Work, year: int, before: Sequence[PlannedCycle], after: Sequence[PlannedCycle], reason: str | None
) -> None:
    """A published programme changes with a reason, for cycles that have not begun, and stays what P1 and P2 ask for."""
    clause = work.policy.clause_of("P2")
    if not (reason and reason.strip()):
        raise NotAllowedNow(
            f"The programme of {year} is published: cycles that have not begun are changed with a `reason`, which is "
            "kept.",
            rule="P2",
            clause=clause,
        )
    problems = [
        *why_not_changed(work.policy, before, after, _begun(work, year)),
        *validate_programme(work.policy, year, after),
    ]
    if problems:
        raise NotPublishable(problems, clause)


def _begun(work: Work, year: int) -> set[str]:
    """The months of cycles that were opened, or whose opening day has come."""
    days = audit_year(work.policy, work.calendar, year)
    opened = programme.months_not_planned(work.session, [cycle.month for cycle in days])
    return opened | {cycle.month for cycle in days if cycle.opens_on <= work.today}


def _refuse_other_version(row: YearRow, version: int | None) -> None:
    if row.version != (version or 0):
        raise AlreadyDifferent(
            f"The programme of {row.year} is at version {row.version} by now, saved by {row.saved_by}: "
            "read it again, then save your changes to that."
        )


def _refuse_unusable(work: Work, year: int, plans: Sequence[PlannedCycle]) -> None:
    """A draft may lack cycles and themes, but it holds no month twice, none of another year, no unknown service.

    What a theme narrows by stands there in short codes; whether any case has them is for a warning.
    """
    known = programme.services(work.session)
    seen: set[str] = set()
    problems: list[Problem] = []
    for position, plan in enumerate(plans):
        pointer = f"/cycles/{position}"
        problems += _month_problems(f"{pointer}/month", year, plan.month, seen)
        problems += _service_problems(f"{pointer}/services", plan, known)
        problems += _attribute_problems(f"{pointer}/attributes", plan)
        seen.add(plan.month)
    if problems:
        raise InvalidFacts(problems)


def _month_problems(pointer: str, year: int, month: str, seen: set[str]) -> Iterator[Problem]:
    if first_day_of(month).year != year:
        sentence = f"{month} is no month of {year}: leave it out, or save it with the programme of its year."
        yield Problem(pointer, sentence, month, "P1")
    if month in seen:
        yield Problem(pointer, f"{month} is planned twice: keep one.", month, "P1")


def _service_problems(pointer: str, plan: PlannedCycle, known: Collection[str]) -> Iterator[Problem]:
    for place, service in enumerate(plan.services):
        if service not in known:
            sentence = f"There is no service {service!r:.40}: name one of {', '.join(sorted(known)) or 'none yet'}."
            yield Problem(f"{pointer}/{place}", sentence, service[:40], "P4")
    if plan.services and plan.kind is CycleKind.ORDINARY:
        sentence = f"The ordinary cycle {plan.month} looks at all services: leave them out or make it themed."
        yield Problem(pointer, sentence, ", ".join(plan.services)[:40], "P2")


def _attribute_problems(pointer: str, plan: PlannedCycle) -> Iterator[Problem]:
    yield from narrowing_problems(pointer, plan.narrowings)
    if plan.narrowings and plan.kind is CycleKind.ORDINARY:
        sentence = f"The ordinary cycle {plan.month} looks at all cases: leave attributes out or make it themed."
        yield Problem(pointer, sentence, ", ".join(plan.theme.attributes)[:40], "P2")


def _plan(row: PlannedRow) -> PlannedCycle:
    narrowings = narrowings_of(row.attributes)
    return PlannedCycle(row.month, CycleKind(row.kind), row.topic, row.origin, tuple(row.services), narrowings)


def _row(year: int, plan: PlannedCycle) -> PlannedRow:
    return PlannedRow(
        month=plan.month,
        year=year,
        kind=plan.kind.value,
        topic=plan.topic,
        origin=plan.origin,
        services=list(plan.services),
        attributes=plan.theme.attributes,
    )
