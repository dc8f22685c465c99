"""Whatever happens to an audit, in whatever order: no duty is lost, nothing is doubled, nobody is locked out."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from rules.lifecycles import LIFECYCLE, Event, State
from tests.properties.lives_by_chance import LifeByChance, Walk

# A life that fails is read as it was found: making it shorter takes minutes.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
SHORT, LONG = (40, 15), (1_500, 40)


@pytest.mark.proves("L1", "L3", "L5", "L6", "L7", "L10", "L11", "L15", "Q1", "Q2", "Q3", "R1", "R2", "S7", "S9", "A2")
@pytest.mark.parametrize(("lives", "steps"), [SHORT, pytest.param(*LONG, marks=pytest.mark.slow)])
def test_lives_by_chance_lose_no_duty_and_double_nothing(lives: int, steps: int) -> None:
    LifeByChance.walk = walk = Walk()
    run_state_machine_as_test(
        LifeByChance,
        settings=settings(max_examples=lives, stateful_step_count=steps, deadline=None, phases=WITHOUT_SHRINKING),
    )

    taken = sum(walk.taken.values())
    print(
        f"{walk.lives:,} lives of at most {steps} steps: {taken:,} moves taken and {walk.refused:,} refused; "
        f"{len(walk.edges)} different moves from one state to another, all {len(walk.reached)} states and "
        f"{len(walk.taken)} of {len(LIFECYCLE)} events reached."
    )
    if lives == LONG[0]:
        assert (set(walk.reached), set(walk.taken)) == (set(State), set(Event))
