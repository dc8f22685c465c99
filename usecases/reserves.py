"""The next in reserve, as they stand on the day, with an auditor who may do it (S9, S5, A1–A3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from db.queries import audit_moves
from db.queries import draws as draw_queries
from db.queries import reserves as questions
from db.queries.audits_to_follow import audits_without_re_audit
from db.queries.reserves import OpenCaseRow
from db.tables.draws import Draw as DrawRow
from rules.absences import Absence
from rules.auditor_suggestions import AuditToGive, Candidate, Suggestion, suggestions, why_not_auditor
from rules.decisions import Reason
from rules.draw_shortfalls import why_no_auditor
from rules.replacements import (
    ReplacementDay,
    ReserveCase,
    ReserveToday,
    TeamSeats,
    in_order_of_replacement,
    why_passed_over,
)
from rules.tickets import Tickets
from usecases.auditor_candidates import AuditorsToday, auditors_today, candidates
from usecases.held_audits import HeldAudit
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class NextReserve:
    """Whose case takes the place, and who audits it."""

    reserve: ReserveCase
    case: OpenCaseRow
    team_id: str
    auditor: Suggestion


@dataclass(slots=True)
class Search:
    """What a search for a replacement found, and whom it passed over, in order."""

    found: NextReserve | None = None
    passed_over: list[tuple[ReserveCase, Reason]] = field(default_factory=list)
    without_auditor: bool = False


def next_reserve(work: Work, held: HeldAudit) -> Search:
    """The first in the draw's order who is still eligible today and for whom an auditor has room.

    The audit that is replaced is withdrawn already, so that its auditor's room is free again.
    """
    today = auditors_today(work, held)
    drawn = _draw_of(work, held)
    search = Search()
    everybody = candidates(work, today, "", held.row.id)
    if not any(it.why_unable is None and it.load < it.auditor.capacity for it in everybody):
        search.without_auditor = True
        return search
    asking = _Asking(work, held, drawn, today)
    for reserve in asking.in_order:
        why = why_passed_over(reserve, asking.standing(reserve), asking.day)
        given = asking.auditor_for(reserve) if why is None else why
        if isinstance(given, Suggestion):
            case = asking.open_cases[reserve.case_id]
            search.found = NextReserve(reserve, case, asking.team_today(reserve), given)
            return search
        search.passed_over.append((reserve, given))
    return search


def _draw_of(work: Work, held: HeldAudit) -> DrawRow:
    assert held.row.draw_id is not None, "only a drawn audit is replaced"
    found = draw_queries.draw_with_frame(work.session, held.row.draw_id)
    assert found is not None, "an audit keeps its draw"
    return found[0]


class _Asking:
    """All reserves of a draw as they stand today, asked for together."""

    def __init__(self, work: Work, held: HeldAudit, drawn: DrawRow, today: AuditorsToday) -> None:
        self.work, self.held, self.today = work, held, today
        self.day = ReplacementDay(work.today, today.cycle, work.policy, work.calendar)
        self.tickets = Tickets(drawn.seed)
        self.drawn = drawn
        session = work.session
        case_now, person_now = questions.present_references(session, drawn.id)
        self.reserves = [
            ReserveCase(case_now.get(case, case), person_now.get(person, person), team, place)
            for case, person, team, place in questions.reserves_of(session, drawn.id)
        ]
        cases = {reserve.case_id for reserve in self.reserves}
        people = {reserve.practitioner_id for reserve in self.reserves}
        self.open_cases = questions.open_cases_among(session, cases, work.today)
        self.audited_cases = questions.last_months_of_cases(session, cases)
        self.audits = questions.audits_of_practitioners(session, people, today.cycle.first_on)
        self.had_a_turn = questions.cases_audited_in_draw(session, drawn.id)
        self.last_days = questions.last_days_of(session, people)
        self.absences: Mapping[str, Sequence[Absence]] = today.absences
        waiting = audits_without_re_audit(session, work.policy.gradings.re_audit_grades)
        self.in_re_audit = {row.case_reference for row in waiting}

    @cached_property
    def in_order(self) -> list[ReserveCase]:
        seats = questions.audits_by_team_of_draw(self.work.session, self.drawn.id)
        teams = {
            quota["team_id"]: TeamSeats(quota["eligible_practitioners"], seats.get(quota["team_id"], 0))
            for quota in self.drawn.result["quotas"]
        }
        named = audit_moves.named(self.work.session, self.held.row.id)
        return in_order_of_replacement(self.reserves, named.team, teams, self.tickets)

    def standing(self, reserve: ReserveCase) -> ReserveToday:
        case, audits = self.open_cases.get(reserve.case_id), self.audits.get(reserve.practitioner_id)
        return ReserveToday(
            holder_id=case.holder_id if case else None,
            is_restricted=case.is_restricted if case else False,
            case_last_audited_on=self.audited_cases.get(reserve.case_id),
            is_in_re_audit=reserve.case_id in self.in_re_audit,
            audit_this_month=audits.audit_this_month if audits else None,
            unfinished_audit=audits.unfinished_audit if audits else None,
            last_audited_on=audits.last_audited_on if audits else None,
            last_day_on=self.last_days.get(reserve.practitioner_id),
            absences=tuple(self.absences.get(reserve.practitioner_id, ())),
            fell_out_before=self.had_a_turn.get(reserve.case_id),
        )

    def team_today(self, reserve: ReserveCase) -> str:
        """Where the practitioner belongs today, else the team of the draw."""
        return audit_moves.team_on(self.work.session, reserve.practitioner_id, self.work.today) or reserve.team_id

    def auditor_for(self, reserve: ReserveCase) -> Suggestion | Reason:
        """The best auditor for this reserve, else the rule that keeps all of them from it."""
        work, held = self.work, self.held
        team = self.team_today(reserve)
        placed = audit_moves.team_and_service(work.session, team, work.today)
        assert placed is not None, "a draw and a membership name teams that there are"
        audit = AuditToGive(
            reference=f"case {reserve.case_id}",
            practitioner_id=reserve.practitioner_id,
            team_ids=frozenset((team, reserve.team_id)),
            service_id=placed[1],
            is_restricted=self.open_cases[reserve.case_id].is_restricted,
        )
        everybody = candidates(work, self.today, reserve.practitioner_id, held.row.id)
        freed = audit_moves.named(work.session, held.row.id).auditor
        found = suggestions(everybody, audit, work.policy, self.tickets, beyond_area=True, freed=freed)
        return found[0] if found else self._why_nobody(audit, everybody)

    def _why_nobody(self, audit: AuditToGive, everybody: Sequence[Candidate]) -> Reason:
        """The rule that stands against those who come furthest: S10 before A3 before A2 before A1."""
        policy = self.work.policy
        rules = {why.rule for it in everybody if (why := why_not_auditor(it, audit, policy, beyond_area=True))}
        rule = max(rules, default="A1")
        sentence = f"No auditor for practitioner {audit.practitioner_id}: {why_no_auditor(rule)}."
        return policy.reason(rule, sentence)
