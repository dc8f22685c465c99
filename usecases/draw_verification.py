"""Verifying a draw: drawn again from the stored frame and seed, everything compared (S5, A3)."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from db.queries import draws as draw_queries
from db.queries import programme
from db.tables.draws import Draw as DrawRow
from db.tables.programme import AuditCycle as CycleRow
from rules.canonical_frames import frame_from_text
from rules.certificates import check_certificate
from rules.draws import draw
from usecases.draw_issue import DrawToIssue, audits_given
from usecases.draw_records import stored_answer, stored_outcomes
from usecases.drawn_audits import AuditsCompared, compare_audits
from usecases.draws import LEAST_SIZE, find_draw
from usecases.editions import calendar_of_edition, edition_pinned
from usecases.work import Work

_MOST_NAMED = 20
_MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a draw is what its frame and seed give, and its audits what it gives; in a sentence each what is not.

    `changes_recorded` are what was decided about its audits since: replaced, withdrawn, given to another auditor.
    """

    frame_hash: str
    cases_compared: int
    differences: tuple[str, ...]
    audits_compared: int = 0
    changes_recorded: tuple[str, ...] = ()


def verify_draw(work: Work, draw_id: uuid.UUID) -> Verification:
    """Draws again and compares hash, answer, certificate and the outcome of every case; once issued, the audits too.

    Raises NotFound, and NotAllowedNow if the edition that the cycle is pinned to is not installed.
    """
    drawn, stored = find_draw(work, draw_id)
    cycle = programme.cycle_with_id(work.session, drawn.cycle_id)
    policy = edition_pinned(work, drawn.result["edition"], cycle.edition_version)
    calendar = calendar_of_edition(work, policy)
    frame, _ = frame_from_text(stored.canonical)
    answer = draw(frame, drawn.seed, policy, calendar, least_size=LEAST_SIZE)
    expected = {row.case_reference: row for row in stored_outcomes(frame, answer, policy)}
    differences = [
        *_hash(stored.canonical, stored.hash, answer.frame_hash),
        *_answer(drawn, stored_answer(answer)),
        *check_certificate(answer, frame, policy, calendar),
        *_outcomes(work, draw_id, {case: (*row[:-1], json.loads(row.reasons)) for case, row in expected.items()}),
    ]
    audits = _audits(work, cycle, DrawToIssue(drawn, frame, answer))
    return Verification(
        stored.hash,
        len(expected),
        tuple([*differences, *audits.unexplained][:_MOST_NAMED]),
        audits.compared,
        audits.recorded[:_MOST_CHANGES],
    )


def _audits(work: Work, cycle: CycleRow, drawn: DrawToIssue) -> AuditsCompared:
    """A draw that was never issued has no audits."""
    if drawn.drawn.issued_at is None:
        return AuditsCompared(0, (), ())
    return compare_audits(work, drawn.drawn.id, list(audits_given(cycle, drawn)))


def _hash(text: str, stored: str, again: str) -> Iterator[str]:
    if sha256(text.encode()).hexdigest() != stored:
        yield "The stored list of cases is not the one that was hashed before the seed was taken."
    if again != stored:
        yield f"The hash of the frame is {again}, and {stored} is stored."


def _answer(drawn: DrawRow, again: dict[str, Any]) -> Iterator[str]:
    for name, value in again.items():
        if drawn.result.get(name) != value:
            yield f"The stored {name.replace('_', ' ')} of the draw is not what frame and seed give."


def _outcomes(work: Work, draw_id: uuid.UUID, expected: dict[str, tuple[object, ...]]) -> Iterator[str]:
    for row in draw_queries.all_outcomes(work.session, draw_id):
        case = str(row[0])
        if expected.pop(case, None) != row:
            yield f"What is stored for case {case} is not what frame and seed give."
    for case in sorted(expected):
        yield f"Nothing is stored for case {case} of the frame."
