"""What is assumed of a year that is played, and where its chance comes from.

None of this is the framework's: it is how people come and go and how audits turn out. Whoever plays a year can assume
something else. Chance is SHA-256 of seed, question and subject, so that the same seed gives the same year everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy

_WHOLE = 100
_SHARES_OF_RE_AUDIT_GRADES = (12, 4)
_LAST_BIT = 64


@dataclass(frozen=True, slots=True)
class Chances:
    """Assumptions: shares are whole per cent, lengths whole months.

    `grades` says how many of a hundred audits and re-audits get each grade that calls for a re-audit; an audit
    `issued_late` is carried over into the next cycle. Who leaves is followed after `vacant_months`.
    """

    grades: Mapping[str, int] = field(default_factory=dict)
    leave_in_a_year: int = 12
    vacant_months: int = 2
    away_in_a_year: int = 6
    least_months_away: int = 1
    most_months_away: int = 4
    issued_late: int = 6
    least_months_open: int = 2
    most_months_open: int = 24


def chances_for(policy: Policy, grades: Mapping[str, int] | None = None, **others: int) -> Chances:
    """The usual assumptions for an edition's grades, with those put otherwise.

    Raises `InvalidFacts` for a grade that calls for no re-audit and for shares that no hundred audits can have.
    """
    usual = dict(zip(policy.gradings.re_audit_grades, _SHARES_OF_RE_AUDIT_GRADES, strict=False))
    chances = Chances(grades={**usual, **(grades or {})}, **others)
    problems = [*_grade_problems(chances, policy), *_share_problems(chances)]
    if problems:
        raise InvalidFacts(problems)
    return chances


class Dice:
    """Answers questions by chance, each for itself: one more question changes no other answer."""

    def __init__(self, seed: str) -> None:
        self._begun = sha256(f"{seed}\nyear played\n".encode())

    def happens(self, percent: int, question: str, subject: str) -> bool:
        """Yes in so many of a hundred cases."""
        return self._number(question, subject) * _WHOLE < percent << _LAST_BIT

    def between(self, least: int, most: int, question: str, subject: str) -> int:
        """A number from least to most, each as likely as the others."""
        return least + (self._number(question, subject) * (most - least + 1) >> _LAST_BIT)

    def one_of(self, shares: Sequence[tuple[str, int]], question: str, subject: str) -> str | None:
        """One of these, each with its share of a hundred; None for what is left of the hundred."""
        rolled = self.between(1, _WHOLE, question, subject)
        for name, share in shares:
            if rolled <= share:
                return name
            rolled -= share
        return None

    def _number(self, question: str, subject: str) -> int:
        rolled = self._begun.copy()
        rolled.update(f"{question}\n{subject}".encode())
        return int.from_bytes(rolled.digest()[:8])


def _grade_problems(chances: Chances, policy: Policy) -> list[Problem]:
    calling = policy.gradings.re_audit_grades
    problems = [
        Problem(
            "/grades",
            f"{grade!r:.60} is no grade that calls for a re-audit: give shares for {', '.join(calling)} only (S7).",
            grade[:60],
            "S7",
        )
        for grade in chances.grades
        if grade not in calling
    ]
    if sum(chances.grades.values()) > _WHOLE:
        problems.append(
            Problem("/grades", f"The grades' shares add up to more than {_WHOLE} per cent: lower them.", None, "S7")
        )
    return problems


def _share_problems(chances: Chances) -> list[Problem]:
    shares = {
        **{f"grades/{grade}": share for grade, share in chances.grades.items()},
        "leave_in_a_year": chances.leave_in_a_year,
        "away_in_a_year": chances.away_in_a_year,
        "issued_late": chances.issued_late,
    }
    return [
        Problem(f"/{name}", f"{name} is {share} per cent: give 0 to {_WHOLE}.", str(share))
        for name, share in shares.items()
        if not 0 <= share <= _WHOLE
    ]
