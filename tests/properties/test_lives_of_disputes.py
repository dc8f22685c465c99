"""Whatever happens to a dispute, in whatever order: it stands where its steps say, and never at a dead end."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from tests.faults.disagreements import POSTS, Disagreements
from tests.moderated import moderating_council
from tests.properties.lives_of_disputes import LADDER, Walked, live

SHORT, LONG = (12, 16), (150, 30)
WAITS = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 8))
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
FORMAL = {
    "AD": ("assistant_director", {"service_id": "home_first"}),
    "QA": ("assistant_director_qa", {}),
    "DIVISIONAL": ("divisional_director", {}),
}


@pytest.mark.proves("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")
@pytest.mark.parametrize(("lives", "steps"), [SHORT, pytest.param(*LONG, marks=pytest.mark.slow)])
def test_disputes_by_chance_stand_where_their_steps_say(session: Session, lives: int, steps: int) -> None:
    council, walked = moderating_council(session), Walked()
    for name, (role, place) in {**POSTS, **FORMAL}.items():
        council.person(name)
        council.post(name, role, **place)
    here = Disagreements(sessionmaker(session.connection()))
    choice = st.tuples(st.integers(0, 999), st.integers(0, 99), WAITS)

    @settings(max_examples=lives, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
    @given(st.lists(choice, min_size=steps // 2, max_size=steps))
    def one(chosen: list[tuple[int, int, int]]) -> None:
        life = session.begin_nested()
        try:
            live(session, here, chosen, walked)
        finally:
            life.rollback()

    one()
    print(walked)
    assert {"D1", "D2", "D3"} <= {rung for _, rung in walked.stood}
    if lives == LONG[0]:
        assert {rung.id for rung in LADDER.rungs} == {rung for _, rung in walked.stood}
        assert {state for state, _ in walked.stood} == {"open", "resolved", "lapsed", "withdrawn"}
