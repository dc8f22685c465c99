"""Whatever happens to a safety alert, in whatever order: it stands where its steps say, and never at a dead end."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from db.tables.organisation import Post
from tests.properties.lives_of_alerts import LADDER, Walked, live
from tests.usecases.council import found

SHORT, LONG = (16, 14), (200, 25)
OVER_WEEKENDS = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 8))
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.mark.proves("W1", "W2", "W3", "W4", "W5", "W6", "W7")
@pytest.mark.parametrize(("lives", "steps"), [SHORT, pytest.param(*LONG, marks=pytest.mark.slow)])
def test_alerts_by_chance_stand_where_their_steps_say(session: Session, lives: int, steps: int) -> None:
    council, walked = found(session), Walked()
    session.add(Post(role="director", person_id=council.people["qa head"].id))
    choice = st.tuples(st.integers(0, 999), st.integers(0, 99), OVER_WEEKENDS)

    @settings(max_examples=lives, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
    @given(st.lists(choice, min_size=steps // 2, max_size=steps))
    def one(chosen: list[tuple[int, int, int]]) -> None:
        life = session.begin_nested()
        try:
            live(session, council, chosen, walked)
        finally:
            life.rollback()

    one()
    print(walked)
    assert {"W1", "W2", "W3"} <= {rung for _, rung in walked.stood}
    if lives == LONG[0]:
        assert {rung.id for rung in LADDER.rungs} == {rung for _, rung in walked.stood}
        assert {state for state, _ in walked.stood} == {"open", "resolved"}
        assert {*LADDER.events, "time_ran_out", "post_vacant", "not_acknowledged"} <= set(walked.events)
