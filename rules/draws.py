"""The draw: which cases are audited in a cycle, by whom, and why (FRAMEWORK S1–S9, A1–A3).

The same frame, seed, edition and calendar give the same answer, byte for byte. docs/the-draw.md describes the method
so that somebody else can write it again.
"""

from dataclasses import fields

from rules.canonical_frames import hash_in_order
from rules.draw_answers import Draw
from rules.draw_explanations import explain
from rules.frame_checks import refuse_impossible
from rules.policy.shape import Policy
from rules.programme import cycle_with_id
from rules.samples import choose
from rules.sampling_frames import SamplingFrame
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar


def draw(
    frame: SamplingFrame,
    seed: str,
    policy: Policy,
    calendar: WorkingDayCalendar,
    *,
    least_size: int = 1,
    known_hash: str | None = None,
) -> Draw:
    """Draws the audits of a cycle and gives each to an auditor.

    Where an edition works out the size itself, nobody may be due: with a `least_size` of 0 that draws re-audits only.
    Whoever has just hashed this very frame can hand the hash in, and spares hashing it again.
    Raises `InvalidFacts` with every problem of frame and seed, `NoSuchCycle` for a month without a cycle (P1) and
    `OutsideCalendar`. What is asked for and cannot be had is no error: the answer lists it as a shortfall.
    """
    refuse_impossible(frame, seed, policy, least_size)
    cycle = cycle_with_id(policy, calendar, frame.cycle)
    ordered = frame.in_order()
    sample = choose(ordered, cycle, Tickets(seed), policy)
    return explain(sample, known_hash or hash_in_order(ordered, policy.edition.id), seed, policy)


def verify(answer: Draw, frame: SamplingFrame, policy: Policy, calendar: WorkingDayCalendar) -> tuple[str, ...]:
    """Draws again from the frame and the answer's seed. The sentences say what differs; none means that it holds."""
    again = draw(frame, answer.seed, policy, calendar, least_size=0)
    return tuple(
        f"The draw's {field.name} is not what the frame ({again.frame_hash}) and the seed give."
        for field in fields(Draw)
        if getattr(again, field.name) != getattr(answer, field.name)
    )
