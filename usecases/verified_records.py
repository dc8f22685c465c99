"""Whether what is stored still holds: every issued draw, the trail, and what must never be (S5, C4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from db.queries import draws as draw_queries
from db.queries import invariants
from usecases.dispute_checks import disputes_astray
from usecases.draw_verification import verify_draw
from usecases.errors import NotAllowedNow
from usecases.safety_alert_checks import alerts_astray
from usecases.trail_checks import check_trail
from usecases.work import Work

_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not right: of which rule, in a sentence, and where to look."""

    code: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Records:
    """How many issued draws were drawn again, and what does not hold."""

    draws: int
    findings: tuple[Finding, ...]


def verify_records(work: Work) -> Records:
    """Draws every issued draw again, and asks for what must never be. Changes nothing."""
    issued = draw_queries.issued_draws(work.session)
    found = [*_draws(work, issued), *_trail(work), *broken_invariants(work)]
    return Records(len(issued), tuple(found))


def broken_invariants(work: Work) -> list[Finding]:
    """What must never be, and is; and what stands elsewhere than its steps lead."""
    astray = (
        *(("safety_alert_other_than_walked", "W1", sentence) for sentence in alerts_astray(work)),
        *(("dispute_other_than_walked", "D8", sentence) for sentence in disputes_astray(work)),
    )
    return [
        *(
            Finding(
                violation.invariant.name,
                violation.invariant.rule,
                f"{violation.times} × {violation.invariant.sentence}: {', '.join(violation.subjects)}"
                f"{' and more' if violation.times > len(violation.subjects) else ''} ({violation.invariant.rule}).",
            )
            for violation in invariants.violations(work.session)
        ),
        *(Finding(code, rule, f"{sentence} ({rule}).") for code, rule, sentence in astray),
    ]


def _trail(work: Work) -> Iterator[Finding]:
    """The first faults of the trail; `practice-audit verify-trail` tells all."""
    for fault in islice(check_trail(work.session), _MOST_FAULTS):
        yield Finding(fault.code, "C4", fault.sentence)


def _draws(work: Work, issued: list[draw_queries.IssuedDraw]) -> Iterator[Finding]:
    for drawn in issued:
        try:
            verified = verify_draw(work, drawn.id)
        except NotAllowedNow as why:
            yield Finding("draw_not_verifiable", "S5", f"The draw of {drawn.month} could not be drawn again: {why}")
            continue
        if verified.differences:
            yield Finding(
                "draw_differs",
                "S5",
                f"The draw of {drawn.month} is not what its frame and seed give: {verified.differences[0]} "
                f"`practice-audit replay-draw {drawn.id}` says more.",
            )
