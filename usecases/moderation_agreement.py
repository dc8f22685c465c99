"""How far auditors and moderators agree, and gradings before and after the discussion, in rounds (M5, O8)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from db.queries import grade_pairs, moderation
from db.queries.grade_pairs import PairRow
from rules.agreement import Agreement, Compared, GradePair, agreement, agreement_by_part
from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy
from usecases.editions import by_edition_or_in_force
from usecases.errors import NotFound
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """The figures of the rounds of these months, both included; by service where they differ."""

    first: date
    last: date
    rounds: int
    moderated: Agreement
    moderated_by_service: dict[str, Agreement]
    discussed: Agreement
    discussed_by_service: dict[str, Agreement]


def agreement_of_round(work: Work, round_id: uuid.UUID) -> AgreementFigures:
    """The figures of one round, and of the audits that it was drawn from. Raises NotFound."""
    found = moderation.round_with_frame(work.session, round_id)
    if found is None:
        raise NotFound(f"There is no moderation round {round_id}: see GET /v1/moderation-rounds.")
    return agreement_of_months(work, found.row.month, found.row.month)


def agreement_of_months(work: Work, first: date, last: date) -> AgreementFigures:
    """The figures of all rounds of these months, given by their first days. Raises InvalidFacts for none in between."""
    if last < first:
        sentence = f"The last month ({last:%Y-%m}) is before the first ({first:%Y-%m}): give them the other way round."
        raise InvalidFacts([Problem("/last", sentence, f"{last:%Y-%m}", "M5")])
    span = moderation.span_of_rounds(work.session, first, last)
    issued = []
    if span.issued_before is not None:
        issued = grade_pairs.pairs_around_discussion(work.session, span.issued_from, span.issued_before)
    pairs = grade_pairs.overall_pairs(work.session, first, last)
    policy = _edition_of_rounds(work, first, last)
    two, around = Compared.AUDITOR_AND_MODERATOR, Compared.BEFORE_AND_AFTER_DISCUSSION
    return AgreementFigures(
        first=first,
        last=last,
        rounds=span.rounds,
        moderated=agreement(two, _pairs(pairs), policy),
        moderated_by_service=agreement_by_part(two, _by_service(pairs), policy),
        discussed=agreement(around, _pairs(issued), policy),
        discussed_by_service=agreement_by_part(around, _by_service(issued), policy),
    )


def _edition_of_rounds(work: Work, first: date, last: date) -> Policy:
    """The edition that these rounds were graded by, whichever is in force now; the newest of several alike."""
    ids = moderation.editions_of_rounds(work.session, first, last)
    policies = [by_edition_or_in_force(work, id_).policy for id_ in ids] or [work.policy]
    if len({tuple(policy.gradings.grades) for policy in policies}) > 1:
        sentence = f"The rounds of these months have different grades ({', '.join(ids)}): ask for those of one edition."
        raise InvalidFacts([Problem("/first", sentence, f"{first:%Y-%m}", "M5")])
    return policies[0]


def _pairs(rows: Iterable[PairRow]) -> list[GradePair]:
    return [GradePair(row.first, row.second) for row in rows]


def _by_service(rows: Iterable[PairRow]) -> dict[str, list[GradePair]]:
    found: dict[str, list[GradePair]] = {}
    for row in rows:
        found.setdefault(row.service_id, []).append(GradePair(row.first, row.second))
    return dict(sorted(found.items()))
