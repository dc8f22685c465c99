"""The score of the compliance checks: yes ÷ (yes + no) (P8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rules.gradings import CheckAnswer, CheckFound


@dataclass(frozen=True, slots=True)
class ComplianceScore:
    """How many checks are met of those that apply."""

    yes: int
    no: int
    not_applicable: int

    @property
    def share(self) -> Fraction | None:
        """yes ÷ (yes + no), exactly; None where no check applies."""
        return Fraction(self.yes, self.yes + self.no) if self.yes + self.no else None

    @property
    def percentage(self) -> int | None:
        """The share in per cent, halves rounded up; None where no check applies."""
        return None if self.share is None else int(self.share * 100 + Fraction(1, 2))


def compliance_score(found: Iterable[CheckFound]) -> ComplianceScore:
    """The score of P8: what is not applicable, or not answered yet, counts on neither side."""
    given = [check.answer for check in found]
    return ComplianceScore(*(given.count(answer) for answer in CheckAnswer))
