"""What the second grading has to say where no reflective discussion took place: why a grade is another (L3)."""

from collections.abc import Iterator, Mapping

from rules.decisions import Reason
from rules.gradings import DomainContent, GradingContent, title_of
from rules.policy.audit_shapes import ChangeWithoutDiscussion
from rules.policy.shape import Policy

_ENTRY = "gradings.change_without_discussion"


def missing_for_changes(
    before: GradingContent, after: GradingContent, titles: Mapping[str, str], policy: Policy
) -> tuple[Reason, ...]:
    """What stands in the way of each grade that changed without a discussion; `titles` are those of the domains.

    A grade that is not given yet is missing by itself, and is none that changed.
    """
    return tuple(_missing(before, after, titles, policy))


def _missing(
    before: GradingContent, after: GradingContent, titles: Mapping[str, str], policy: Policy
) -> Iterator[Reason]:
    if after.overall not in (None, before.overall):
        yield from _against("the overall grade", before.overall, after.overall, after.changed_because, policy)
    for domain in after.domains:
        first = before.domain(domain.domain)
        earlier = first.grade if first else None
        if _is_decided(domain) and domain.grade != earlier:
            what = f"the grade of {titles.get(domain.domain, domain.domain)}"
            yield from _against(what, earlier, domain.grade, domain.changed_because, policy)


def _is_decided(domain: DomainContent) -> bool:
    return domain.grade is not None or not domain.is_applicable


def _against(what: str, was: str | None, now: str | None, why: str, policy: Policy) -> Iterator[Reason]:
    change = f"No reflective discussion was held, and {what} is {_in_words(now, policy)} after {_in_words(was, policy)}"
    if policy.gradings.change_without_discussion is ChangeWithoutDiscussion.REFUSED:
        sentence = f"{change}: hold the discussion and record it, or leave the grade as it was."
        yield policy.reason_by_entry(_ENTRY, sentence)
    elif not why.strip():
        yield policy.reason_by_entry(_ENTRY, f"{change}: say why in `changed_because`, or leave the grade as it was.")


def _in_words(grade: str | None, policy: Policy) -> str:
    return "no grade" if grade is None else title_of(grade, policy) if grade in policy.gradings.grades else grade
