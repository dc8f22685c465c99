"""The framework that doctor looks at: does the edition load, does it apply, is a programme there for the next cycle?"""

from collections.abc import Iterator
from datetime import date

from cli.examinations import Examined, note, well, wrong
from db.queries import programme
from db.tables.programme import AuditYear
from rules.dates_in_words import day_in_words, month_in_words
from rules.errors import PolicyError
from rules.policy.load import load_whole_edition
from rules.policy.problems import problems_of
from rules.policy.shape import Policy
from rules.programme import cycle_running_on, first_cycle_from, first_day_of
from usecases.audit_years import programme_of
from usecases.missed_cycles import began_elsewhere
from usecases.work import Work

PART = "policy"


def load_or_tell(name: str) -> tuple[Policy | None, list[Examined]]:
    """The edition in force; or everything that is wrong with it."""
    try:
        return load_whole_edition(name), []
    except PolicyError as why:
        way_out = "Correct it, then look again with `practice-audit policy check FOLDER`; or name another edition."
        return None, [wrong(PART, problem, way_out) for problem in _problems(name, why)]


def examine_edition(policy: Policy, today: date) -> Iterator[Examined]:
    """Whether the edition is in force yet."""
    edition = policy.edition
    said = f"{edition.id} version {edition.version}, {len(policy.entries)} values"
    if edition.applies_from > today:
        yield wrong(
            PART,
            f"{said}, applies only from {day_in_words(edition.applies_from)}.",
            "Name the edition that holds until then with PRACTICE_AUDIT_POLICY.",
        )
    else:
        yield well(PART, f"{said}, applies since {day_in_words(edition.applies_from)}")


def examine_programme(work: Work) -> Iterator[Examined]:
    """Whether the cycle of today is open, and whether the next one has a programme (P2, P3)."""
    running = cycle_running_on(work.policy, work.calendar, work.today)
    following = first_cycle_from(work.policy, work.calendar, work.today)
    if running is not None:
        row = programme.cycle_in(work.session, running.month)
        name = month_in_words(first_day_of(running.month))
        if row is None or row.state == "planned":
            # On its first day here a council may be in the middle of a cycle by its old ways.
            finding = note if began_elsewhere(work, running) else wrong
            yield finding(
                "cycle",
                f"The cycle of {name} began on {day_in_words(running.opens_on)} and is not open.",
                f"`practice-audit open-cycle {running.month}` says what stands in the way.",
                "P3",
            )
        else:
            yield well("cycle", f"{name} is {row.state}")
    year = first_day_of(following.month).year
    found = programme_of(work, year).row
    said = (
        f"The next cycle, {month_in_words(first_day_of(following.month))}, opens on {day_in_words(following.opens_on)}"
    )
    yield _programme(said, year, found)


def _programme(said: str, year: int, row: AuditYear | None) -> Examined:
    if row is not None and row.state == "published":
        return well("programme", f"{said}; the programme of {year} is published")
    is_there = "is a draft" if row is not None else "is missing"
    return note(
        "programme",
        f"{said}, and the programme of {year} {is_there}: its cycles would all be ordinary.",
        f"PUT /v1/audit-years/{year}, then POST /v1/audit-years/{year}/publish.",
        "P2",
    )


def _problems(name: str, why: PolicyError) -> list[str]:
    try:
        return problems_of(name) or [str(why)]
    except PolicyError:
        return [str(why)]
