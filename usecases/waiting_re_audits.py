"""Re-audits that wait while a dispute about the report before them is open, and go on when it is over (S7, D7)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from db.queries import audit_life as life
from db.queries import clocks, disputes
from db.queries.reminders import cancel_reminders_owed_no_more
from db.tables.audits import Audit as AuditRow
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute
from rules.audit_events import State
from rules.dates_in_words import day_in_words
from rules.ladders import LadderState
from rules.matrix import EventFacts, NoticeEvent
from rules.policy.ladder_shapes import in_words
from rules.waiting_re_audits import goes_on, why_it_waits
from usecases.audit_notices import AuditNews, owe_audit_notices
from usecases.timeline_lines import Told
from usecases.trail import Entry, record
from usecases.work import Work

WAITS, GOES_ON = "re_audit_waits", "re_audit_goes_on"
_REPORT = "programme.report_due_before_close"


def let_re_audits_wait(work: Work, audit: AuditRow, dispute: Dispute) -> list[dict[str, str]]:
    """Stops the clocks of each re-audit that is not begun; answers who could not be told. The audits are held."""
    why, untold = why_it_waits(dispute.reference, audit.reference, work.policy).sentence, []
    for follower in _not_begun(work, audit):
        limits = [clock.time_limit for clock in clocks.running(work.session, clocks.of_audit(follower.id))]
        clocks.withdraw(work.session, clocks.of_audit(follower.id), limits, why, work.today, waited_for=dispute.id)
        untold += _note(work, follower, dispute, WAITS)
    cancel_reminders_owed_no_more(work.session)
    return untold


def let_re_audits_go_on(work: Work, audit: AuditRow, dispute: Dispute) -> list[dict[str, str]]:
    """Starts the clocks that stopped, with as many working days left as they had; answers who could not be told.

    One that the outcome no longer calls for was withdrawn before.
    """
    untold = []
    for follower in _not_begun(work, audit):
        stopped = _stopped(work, follower, dispute)
        started = [_later(work, follower, clock) for clock in stopped]
        clocks.start(work.session, started)
        follower.report_due_on = max(
            (clock["due_on"] for clock in started if clock["time_limit"] == _REPORT), default=follower.report_due_on
        )
        if stopped:
            untold += _note(work, follower, dispute, GOES_ON)
    return untold


def waiting_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """What timelines tell of each time that a re-audit waited and went on: its own, and that of the audit before."""
    yield from _waiting(work, row)
    for follower in life.re_audits_of(work.session, row.id):
        for line in _waiting(work, follower):
            yield replace(line, sentence=f"Its re-audit {follower.reference}: {line.sentence}")


def _waiting(work: Work, row: AuditRow) -> Iterator[Told]:
    if row.re_audit_of is None:
        return
    audit = work.session.get_one(AuditRow, row.re_audit_of)
    for dispute in disputes.disputes_of(work.session, audit.id):
        stopped = _stopped(work, row, dispute)
        if not stopped:
            continue
        why = why_it_waits(dispute.reference, audit.reference, work.policy)
        sentence = f"{why.sentence} Nobody begins it, none of its dates runs, and nobody is reminded of them."
        yield _line(stopped[0].withdrawn_on, WAITS, sentence, work)
        again = _started_again(work, row, stopped)
        if again and dispute.state != LadderState.OPEN:
            ended = f"The dispute {dispute.reference} is {in_words(dispute.state)}, and the re-audit goes on"
            sentence = f"{ended}: its report is due by {day_in_words(row.report_due_on)}."
            yield _line(again[0].started_on, GOES_ON, sentence, work)


def _not_begun(work: Work, audit: AuditRow) -> list[AuditRow]:
    followers = life.unfinished_re_audits_of(work.session, audit.id)
    return [it for it in followers if it.state == State.ALLOCATED and it.auditor_id is not None]


def _stopped(work: Work, follower: AuditRow, dispute: Dispute) -> Sequence[Deadline]:
    """The clocks that stopped for that dispute."""
    every = clocks.clocks(work.session, clocks.of_audit(follower.id))
    return [clock for clock in every if clock.waited_for_id == dispute.id]


def _later(work: Work, follower: AuditRow, clock: Deadline) -> dict[str, Any]:
    assert clock.withdrawn_on is not None, "it stopped"
    on = goes_on(clock.due_on, clock.withdrawn_on, work.today, work.calendar)
    return {
        "time_limit": clock.time_limit,
        "audit_id": follower.id,
        "owed_by_id": follower.auditor_id,
        "owed_by_role": clock.owed_by_role,
        "started_on": min(work.today, on.due_on),
        "due_on": on.due_on,
        "rule": clock.rule,
        "clause": clock.clause,
        "sentence": f"{clock.sentence} {on.sentence}",
        "edition_id": clock.edition_id,
    }


def _started_again(work: Work, row: AuditRow, stopped: Sequence[Deadline]) -> list[Deadline]:
    """The clocks that go on for those that stopped: of each kind those that were started since."""
    since = {clock.time_limit: clock.id for clock in stopped}
    every = clocks.clocks(work.session, clocks.of_audit(row.id))
    return [clock for clock in every if clock.time_limit in since and clock.id > since[clock.time_limit]]


def _note(work: Work, follower: AuditRow, dispute: Dispute, what: str) -> list[dict[str, str]]:
    """Puts it into the trail of the re-audit, and tells those concerned by it."""
    follower.version += 1
    work.session.flush()
    details = {"dispute": str(dispute.id), "version": follower.version}
    record(work, Entry(("audit", str(follower.id)), what, rule="S7", details=details))
    first = work.policy.ladders.dispute.rungs[0].id  # where those hear of a dispute whose audit it is
    facts = EventFacts(audit_kind=follower.kind, sequence=follower.sequence, stage=first)
    news = AuditNews(occurrence=f"{dispute.reference}:{what}", what=what)
    return owe_audit_notices(work, NoticeEvent.DISPUTE_STEP, follower, facts, news)


def _line(on: Any, what: str, sentence: str, work: Work) -> Told:
    clause = work.policy.clause_of("S7")
    return Told(on=on, kind="re_audit", what=what, rule="S7", clause=clause, sentence=sentence)
