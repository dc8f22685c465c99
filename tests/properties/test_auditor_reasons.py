"""What is said of first auditors and of pairs who met is true of the draw as a whole (A2, A3).

Every assignment of the same audits is tried. A single row could often have had somebody else at the cost of another,
so the sentences are about the draw.
"""

from random import Random

import pytest

from rules.draw_answers import Draw
from rules.draws import draw
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.properties.naive_draw import Row, assignments, held_over_and_due, objective
from tests.properties.small_frames import crowded_request, frame_of
from tests.rules.draw_facts import drawn, frame, practitioner, re_audit, senior

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
BY_FIRST = "no assignment of this draw's audits with level load has fewer re-audits with their first auditor"
MET_AGAIN = (
    "of the assignments of this draw's audits with level load and the fewest re-audits with their first auditor, none "
    "has fewer such pairs"
)


def _told(answer: Draw, words: str) -> int:
    """To how many audits that is said."""
    told = [row.reasons for row in answer.drawn] + [row.reasons for row in answer.re_audits]
    return sum(words in reason.sentence for reasons in told for reason in reasons)


def _every_objective(request: Row, answer: Draw) -> list[tuple[int, int, int]]:
    given = {row.id for row in answer.re_audits if row.auditor_id}
    due = [row for row in held_over_and_due(request)[1] if row["id"] in given]
    audits = [(row["practitioner_id"], row["team_id"], True, row["case_id"]) for row in due]
    audits += [(row.practitioner_id, row.team_id, False, row.case_id) for row in answer.drawn]
    first = [row["first_auditor_id"] for row in due] + [None] * len(answer.drawn)
    return [objective(request, audits, first, way) for way in assignments(request, audits)]


@pytest.mark.proves("A2", "A3")
@pytest.mark.parametrize("number", range(200, 300))
def test_no_assignment_does_better_in_what_is_said_to_be_unavoidable(number: int) -> None:
    request = crowded_request(Random(number))
    answer = draw(frame_of(request), request["seed"], POLICY, CALENDAR)
    ways = _every_objective(request, answer)
    level = min(load for load, _, _ in ways)
    fewest_first = min(by_first for load, by_first, _ in ways if load == level)

    assert _told(answer, BY_FIRST) == fewest_first
    assert _told(answer, MET_AGAIN) == min(
        repeats for load, by_first, repeats in ways if (load, by_first) == (level, fewest_first)
    )


@pytest.mark.proves("A2", "A3")
def test_nothing_is_said_of_a_row_that_somebody_else_could_have_had() -> None:
    """Two re-audits by the same first auditor, two auditors: either could change hands, but not both."""
    people = practitioner("ann"), practitioner("ben")
    again = tuple(re_audit(f"again {it.id}", it.id, first="quinn") for it in people)
    answer = drawn(frame(*people, re_audits=again, auditors=(senior("quinn"), senior("rosa"))))

    assert answer.objective.first_auditors == 1
    assert _told(answer, BY_FIRST) == 1
    assert _told(answer, "nobody else") == 0
