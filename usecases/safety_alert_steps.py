"""A safety alert on its ladder: each thing that happens is walked by the rules and saved with all that follows (W1–W6).

Where it stands is `walk` of its steps. What the clock says is recorded as it is said, and counts from the day on which
the message about it goes out (W2). No lock is taken but the alert's own, and no row written that others write.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.queries import clocks, safety_alerts
from db.queries.clocks import of_alert
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from rules.dates_in_words import day_in_words
from rules.decisions import DeadlineStart
from rules.errors import Refusal
from rules.ladder_facts import Happening
from rules.ladders import BY_CLOCK, Counted, LadderFacts, LadderState, Standing, Step, ladder_named, walk
from rules.policy.ladder_shapes import Rung
from rules.safety_alerts import LADDER
from usecases.clocks import clock_row, clocks_counted, keep_clocks
from usecases.editions import by_edition_or_in_force
from usecases.ladder_records import follow, places_unsaid, step_columns
from usecases.safety_alert_notes import owe_note
from usecases.safety_alert_notices import Telling, owe_notices, owe_reminder
from usecases.safety_alert_staff import AlertStaff
from usecases.staff_on_the_day import Staff
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

SUBJECT = "safety_alert"
_NO_MANAGER = "Nobody knows the team, so no team manager is told: say which team it is, or ring its manager."
TEAM_NAMED, CASE_NAMED = "team_named", "case_named"


@dataclass(slots=True)
class AlertOnItsWay:
    """One alert that is ours, with its steps so far and those that were added."""

    work: Work
    alert: SafetyAlert
    staff: AlertStaff
    steps: list[SafetyAlertStep]
    added: list[SafetyAlertStep] = field(default_factory=list)
    news: list[tuple[SafetyAlertStep, Happening]] = field(default_factory=list)  # that nobody was told of yet
    untold: list[dict[str, str]] = field(default_factory=list)
    is_told_later: bool = False  # by the sweep: the records of people are held, and any message would wait for them
    counted: Mapping[tuple[str, date], Counted] | None = None  # its clocks, once they were asked for

    @classmethod
    def of(cls, work: Work, alert: SafetyAlert, staff: Staff, *, is_told_later: bool = False) -> "AlertOnItsWay":
        """One alert by the edition under which it was raised, whatever edition is in force by now (DESIGN §3)."""
        work = by_edition_or_in_force(work, alert.edition_id)
        steps = safety_alerts.steps_of(work.session, alert.id)
        return cls(work, alert, AlertStaff(work, alert, staff), list(steps), is_told_later=is_told_later)

    def standing(self) -> Standing:
        """Where it stands today, with what the clock has said and nobody recorded."""
        return self._walk(self._given())

    def as_recorded(self) -> Standing:
        """Where it stands by what is recorded, at the end of the newest step's day: what its row has to say."""
        return self._walk(self._given(), max(step.happened_on for step in self.steps), is_recorded=True)

    def catch_up(self, texts: Mapping[str, str | None] | None = None) -> Standing:
        """Records whatever happened and was not recorded yet: its beginning, and what the clock says by itself.

        A move of the clock counts from today, when its message goes out, and never from a day on which nobody heard
        of it: after a night without a scheduler each rung still has its whole time. Of several things at once the last
        is told, for it has overtaken the others.
        """
        standing = self.standing()
        while (place := self._first_unsaid(standing)) is not None:
            happening = standing.history[place]
            if happening.by_clock and _has_moved(standing, place):
                standing = self._walk((*self._given(), Step(happening.event, self.work.today)))
                happening = standing.history[place]
            self._save(standing, place, happening, texts or {})
            standing = self.standing()
        if self.alert.state == LadderState.OPEN and self.alert.due_on != standing.due_on:
            self.alert.due_on = standing.due_on  # a bank holiday was proclaimed meanwhile (Words)
        self._tell(standing.history)
        return standing

    def take(self, event: str, texts: Mapping[str, str | None]) -> Standing:
        """Takes a step by somebody's word, which the rules allow, after all that the clock has to say before it."""
        self.catch_up()
        standing = self._walk((*self._given(), Step(event, self.work.today)))
        place = self._first_unsaid(standing)
        assert place is not None, "what was taken has happened"
        self._save(standing, place, standing.history[place], texts)
        return self.catch_up()

    def name(self, event: str, what: str) -> None:
        """Tells those of the rung as they are now that team or case is known; the clocks run on, owed by them (W7).

        What the clock has to say by then comes first, as before any step.
        """
        standing, work = self.catch_up(), self.work
        sentence = f"{what} on {day_in_words(work.today)}: those of {standing.rung.id} are told."
        reasons = (work.policy.reason("W7", sentence),)
        self.alert.version += 1
        named = Happening(
            on=work.today, event=event, rung=standing.rung.id, state=standing.state, by_clock=False, reasons=reasons
        )
        step = self._step(named, moves=False)
        safety_alerts.add_step(work.session, step, {})
        self.steps.append(step)
        self.added.append(step)
        its = of_alert(self.alert.id)
        for clock in standing.deadlines:
            owed_by = self.staff.owed_by(clock.owed_by)
            if owed_by is not None:
                clocks.pass_on(work.session, its, [clock.time_limit], owed_by, role=clock.owed_by)
        self.untold = owe_notices(self.staff, step, Telling(standing.told, standing.deadlines), standing.rung)

    def start_missing_clocks(self) -> None:
        """The clocks of the rung as rows, where nobody could owe them when they began."""
        if not self._clocks_counted():
            rows = [row for start in self.standing().deadlines if (row := self._clock(start)) is not None]
            clocks.start(self.work.session, rows)
            self.counted = None

    def tell_newcomers(self) -> None:
        """Whoever takes the open rung today and heard nothing yet, as a deputy from today on, is told how it stands."""
        standing = self.standing()
        if self.alert.state != LadderState.OPEN:
            return
        told, rung = self.staff.told(standing.told).recipients, standing.rung
        asked = {uuid.UUID(one.person_id) for one in told if self.staff.is_asked(rung, one.role)}
        if asked - safety_alerts.told_at(self.work.session, self.alert.id, rung.id):
            owe_notices(self.staff, self.steps[-1], Telling(standing.told, standing.deadlines), rung)

    def remind(self) -> None:
        """Reminds of a rung that waits without a clock, or past its last day: of each day once, also later (W4, L13).

        Those who owe it are reminded, and those who see to what nobody does; the raiser heard of it. On a day on which
        they were told of a step nobody is reminded besides.
        """
        standing, see_to_it = self.standing(), self.work.policy.notices.also_told_when_vacant
        told_on = self.steps[-1].recorded_at.astimezone(LONDON).date()
        reminder_on = standing.last_reminder_on
        if self.alert.state == LadderState.OPEN and reminder_on is not None and reminder_on > told_on:
            told = tuple(one for one in standing.told if one.role in (*standing.owed_by, *see_to_it))
            owe_reminder(self.staff, told, standing.rung, reminder_on)

    def _walk(self, steps: tuple[Step, ...], as_of: date | None = None, *, is_recorded: bool = False) -> Standing:
        work, vacant = self.work, {} if is_recorded else self.staff.vacant_since()
        return walk(
            LADDER,
            self.alert.raised_on,
            steps,
            as_of=as_of or max(work.today, self.alert.raised_on),
            policy=work.policy,
            calendar=work.calendar,
            facts=LadderFacts(vacant_since=vacant, counted=self._clocks_counted()),
        )

    def _clocks_counted(self) -> Mapping[tuple[str, date], Counted]:
        if self.counted is None:
            self.counted = clocks_counted(self.work, of_alert(self.alert.id))
        return self.counted

    def _given(self) -> tuple[Step, ...]:
        """The steps that a walk is handed: people's words, and the moves that the clock made.

        Raises Refusal where the ladder knows a word of them not, as that of another edition: never a shorter history.
        """
        ladder = ladder_named(LADDER, self.work.policy)
        by_word, besides = ladder.events, {TEAM_NAMED, CASE_NAMED}
        for step in self.steps[1:]:
            if not step.by_clock and step.event not in by_word and step.event not in besides:
                raise Refusal(
                    f"The edition in force has no step {step.event} for {ladder.concerns}: install the edition "
                    f"{self.alert.edition_id} beside it.",
                    rule=step.rule,
                )
        return tuple(
            Step(step.event, step.happened_on)
            for step in self.steps
            if (not step.by_clock and step.event in by_word) or (step.moves and step.event in BY_CLOCK)
        )

    def _first_unsaid(self, standing: Standing) -> int | None:
        """The place in the history of the first that is not recorded."""
        return next(places_unsaid(standing.history, self.steps), None)

    def _save(self, standing: Standing, place: int, happening: Happening, texts: Mapping[str, str | None]) -> None:
        self.alert.version += 1
        follow(self.alert, standing, happening)
        step = self._step(happening, moves=_has_moved(standing, place))
        written = {} if happening.by_clock else texts
        safety_alerts.add_step(self.work.session, step, written)
        self.steps.append(step)
        self.added.append(step)
        self._follow(step, happening, written)

    def _step(self, happening: Happening, *, moves: bool) -> SafetyAlertStep:
        alert, columns = self.alert, step_columns(self.work, happening)
        return SafetyAlertStep(safety_alert_id=alert.id, version=alert.version, moves=moves, **columns)

    def _follow(self, step: SafetyAlertStep, happening: Happening, texts: Mapping[str, str | None]) -> None:
        """Clocks, the record, and the trail."""
        self._save_clocks(happening)
        self.news.append((step, happening))
        self._owe_note(step, happening, texts.get("summary") or texts.get("reason") or "")
        details = {"rung": step.rung, "state": step.state, "by_clock": int(step.by_clock), "version": step.version}
        action = step.event if step.event.startswith("alert_") else f"alert_{step.event}"
        record(self.work, Entry((SUBJECT, str(self.alert.id)), action, rule=step.rule, details=details, texts=texts))

    def _owe_note(self, step: SafetyAlertStep, happening: Happening, said: str) -> None:
        """What a stage came to goes on record; of one that the clock ended, that there was no outcome (W5)."""
        stage = self._stage_before(happening)
        is_left = happening.by_clock and step.moves and any(one.records for one in stage.exits)
        if happening.records or is_left:
            owe_note(self.work, self.alert, step, stage, said or happening.reasons[0].sentence)

    def _tell(self, history: Sequence[Happening]) -> None:
        """Tells of the newest step those of its rung and of what it overtook; of the end all who heard before."""
        if self.news and self.is_told_later:
            sentence = "Other work holds the records of people just now: the audit team is told as soon as it ends."
            self.untold = [{"rule": "W7", "sentence": f"{sentence} Ring the team manager and the audit team."}]
            self.news.clear()
        if not self.news:
            return
        step, newest = self.news[-1]
        heard = [it for _, it in self.news] if newest.state is LadderState.OPEN else history
        roles = {(one.role, one.over): one for it in (newest, *heard) for one in it.told}
        telling = Telling(tuple(roles.values()), newest.deadlines_start)
        self.untold = owe_notices(self.staff, step, telling, self._rung(newest))
        if self.alert.team_id is None and newest.state is LadderState.OPEN:
            self.untold.append({"rule": "W7", "sentence": _NO_MANAGER})
        self.news.clear()

    def _save_clocks(self, happening: Happening) -> None:
        started = [clock for start in happening.deadlines_start if (clock := self._clock(start)) is not None]
        its, on = of_alert(self.alert.id), happening.on
        keep_clocks(self.work, its, happening, started, met_on=on, withdrawn_on=on)
        self.counted = None

    def _clock(self, start: DeadlineStart) -> dict[str, Any] | None:
        """A clock as a row; None where nobody at all could owe it: the alert's own day stands all the same."""
        owed_by = None if self.is_told_later else self.staff.owed_by(start.owed_by)
        if owed_by is None:
            return None
        return clock_row(start, owed_by, self.alert.edition_id, safety_alert_id=self.alert.id)

    def _rung(self, happening: Happening) -> Rung:
        return ladder_named(LADDER, self.work.policy).rung(happening.rung)

    def _stage_before(self, happening: Happening) -> Rung:
        """The rung at which it was said: that of the step before."""
        ladder = ladder_named(LADDER, self.work.policy)
        return ladder.rung(self.steps[-2].rung if len(self.steps) > 1 else happening.rung)


def _has_moved(standing: Standing, place: int) -> bool:
    """Whether this changed where the alert stands: another rung, a referral, the end."""
    if place == 0:
        return True
    before, now = standing.history[place - 1], standing.history[place]
    return (before.rung, before.state) != (now.rung, now.state)
