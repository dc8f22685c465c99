"""References that people can say on the telephone: PA-2026-0412, numbered by the year of the audit's month."""

from collections import Counter
from collections.abc import Sequence

from db.queries.programme import take_reference_numbers
from usecases.work import Work


def references_for(work: Work, years: Sequence[int]) -> list[str]:
    """A new reference for an audit of each of these years, in the order given. Numbers are never used twice."""
    following = {
        year: take_reference_numbers(work.session, year, count) for year, count in sorted(Counter(years).items())
    }
    references = []
    for year in years:
        references.append(f"PA-{year}-{following[year]:04}")
        following[year] += 1
    return references
