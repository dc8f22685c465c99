"""What a use case refuses, beside the rules' own refusals (rules/errors.py):

Refusal
├── NotFound          there is no such thing, or not for whoever asks
├── NotAllowedNow     the state of things does not allow the move; the sentence says why and the way out
├── Unusable          what was handed in cannot be used at all, such as a broken file; nothing was kept
└── AlreadyDifferent  the same key or name was used before for something else
"""

from collections.abc import Sequence

from rules.decisions import Reason
from rules.errors import Problem, Refusal


class NotFound(Refusal):
    """There is no such thing, or not for whoever asks."""

    code = "not_found"


class NotAllowedNow(Refusal):
    """The state of things does not allow the move; where there are several reasons, `problems` has each."""

    code = "not_allowed_now"

    def __init__(
        self, sentence: str, *, rule: str | None = None, clause: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(sentence, rule=rule, clause=clause)
        self.problems = tuple(problems)


def refused_for(reasons: Sequence[Reason]) -> NotAllowedNow:
    """The refusal of what these reasons are against: it says the first and how many more there are."""
    first, *others = reasons
    more = f" (and {len(others)} more)" if others else ""
    problems = [Problem("", reason.sentence, rule=reason.rule) for reason in reasons]
    return NotAllowedNow(f"{first.sentence}{more}", rule=first.rule, clause=first.clause, problems=problems)


class Unusable(Refusal):
    """What was handed in cannot be used at all; nothing was kept of it."""

    code = "unusable"


class AlreadyDifferent(Refusal):
    """The same key or name was used before for something else."""

    code = "already_different"
