"""Which edition of the framework holds for a cycle: the one it was pinned to (DESIGN §3)."""

from contextlib import suppress
from dataclasses import replace

from rules.errors import PolicyError
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.errors import NotAllowedNow
from usecases.work import Work


def edition_pinned(work: Work, edition_id: str, edition_version: str) -> Policy:
    """The edition of that id and version.

    Raises NotAllowedNow if this installation no longer has it: a draw is not judged by another edition.
    """
    if (work.policy.edition.id, work.policy.edition.version) == (edition_id, edition_version):
        return work.policy
    try:
        found = load_edition(edition_id)
    except PolicyError:
        found = None
    if found is None or found.edition.version != edition_version:
        raise NotAllowedNow(
            f"This cycle is pinned to version {edition_version} of the edition {edition_id!r}, which is not "
            "installed here: install that version beside the one in force."
        )
    return found


def by_edition(work: Work, edition_id: str) -> Work:
    """The work by the edition of that id: its policy, and the working days with its own days off.

    Raises PolicyError where that edition is not here any more.
    """
    if edition_id == work.policy.edition.id:
        return work
    policy = load_edition(edition_id)
    return replace(work, policy=policy, calendar=calendar_of_edition(work, policy))


def by_edition_or_in_force(work: Work, edition_id: str) -> Work:
    """The work by the edition of that id where it is still here, else by the one in force: for what is never refused.

    Beyond the years for which bank holidays are known, Monday to Friday are counted (W7).
    """
    with suppress(PolicyError):
        work = by_edition(work, edition_id)
    return replace(work, calendar=work.calendar.reaching(work.today.year + 1))


def calendar_of_edition(work: Work, policy: Policy) -> WorkingDayCalendar:
    """The working days by which an edition counts: its own closure and proclaimed days, not those in force now."""
    return work.calendar if policy is work.policy else WorkingDayCalendar.of_policy(policy.calendar)
