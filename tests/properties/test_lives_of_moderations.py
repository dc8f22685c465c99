"""Whatever happens to a moderated audit, in whatever order: its row is what its steps say, and it changes no grade."""

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from rules.regrades import ModerationEvent
from tests.moderated import drawn_round, moderating_council
from tests.properties.lives_of_moderations import Walked, live

SHORT, LONG = (14, 14), (200, 25)
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
# As they are meant to go, whatever chance brings: regraded, met, fed back, and the grade recorded; and closed without.
FED_BACK = [(0, 0, 0), (4, 0, 0), (19, 0, 1), (5, 0, 1), (7, 1, 1)]
CLOSED = [(1, 0, 0), (42, 6, 1)]


@pytest.mark.proves("M1", "M2", "M3", "M4", "M6")
@pytest.mark.parametrize(("lives", "steps"), [SHORT, pytest.param(*LONG, marks=pytest.mark.slow)])
def test_moderations_by_chance_are_what_their_steps_say(session: Session, lives: int, steps: int) -> None:
    council, walked = moderating_council(session), Walked()
    drawn_round(session)
    choice = st.tuples(st.integers(0, 999), st.integers(0, 99), st.sampled_from((0, 0, 1, 2, 5)))

    @settings(max_examples=lives, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
    @example(FED_BACK)
    @example(CLOSED)
    @given(st.lists(choice, min_size=steps // 2, max_size=steps))
    def one(chosen: list[tuple[int, int, int]]) -> None:
        life = session.begin_nested()
        try:
            live(council, chosen, walked)
        finally:
            life.rollback()

    one()
    print(walked)
    assert set(walked.stood) == {"allocated", "fed_back", "closed"}
    if lives == LONG[0]:
        assert {*ModerationEvent, "moderated_grade_recorded"} <= set(walked.events)
