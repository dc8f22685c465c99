"""A ladder on its way up, step by step and day by day; `rules/ladders.py` sends it off and asks how it stands."""

from dataclasses import dataclass, field
from datetime import date

from rules.decisions import DeadlineStart, DeadlineWithdrawn, Reason
from rules.ladder_clocks import (
    Moment,
    NamedLadder,
    clocks_of_referral,
    clocks_of_stage,
    last_reminder_on,
    moments,
    next_reminder_on,
    told_at,
    told_when_overdue,
)
from rules.ladder_facts import BY_CLOCK, NOT_REFERRED, POST_VACANT, TIME_RAN_OUT, Happening, Standing, Step
from rules.ladder_refusals import refuse_after_the_end, refuse_early_clock, refuse_out_of_order
from rules.ladder_sentences import put_on_record, said_by_somebody, said_by_the_clock, what_comes_next
from rules.matrix import RoleTold
from rules.policy.ladder_shapes import ACKNOWLEDGEMENT, ENDS, REFERRAL, STAYS, LadderState, Rung, RungExit, When


@dataclass(frozen=True, slots=True)
class _Follows:
    """What follows from something for clocks and records."""

    met: tuple[str, ...] = ()
    withdrawn: tuple[DeadlineWithdrawn, ...] = ()
    starts: tuple[DeadlineStart, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(slots=True)
class Walk:
    """The rung that a ladder stands on, since when, what is awaited there, the clocks that run, and what happened."""

    named: NamedLadder
    rung: Rung
    entered_on: date
    state: LadderState = LadderState.OPEN
    awaits: When = When.STAGE
    clocks: tuple[DeadlineStart, ...] = ()
    said: set[str] = field(default_factory=set)  # by the clock, on this rung, without moving it
    history: list[Happening] = field(default_factory=list)

    def begin(self) -> None:
        """Reaches the first rung on the day on which it was opened."""
        self.clocks = clocks_of_stage(self.named, self.rung, self.entered_on)
        opened = said_by_somebody(self.rung, self.named.ladder.opened_by, self.entered_on)
        self._write(self.named.ladder.opened_by, self.entered_on, (opened,), _Follows(starts=self.clocks))

    def catch_up(self, until: date, recorded: str | None = None) -> None:
        """Lets the clock say all that it has to say up to a day, but for what is recorded as the next step."""
        while (moment := self._next_moment()) is not None and moment.on <= until:
            if moment.to is not None and (moment.event == recorded or self._is_overtaken(moment, until, recorded)):
                return
            self._say(moment, moment.on)

    def take(self, position: int, step: Step) -> None:
        """Takes one step by somebody's word, or one that the clock took and somebody recorded. Raises InvalidFacts."""
        ladder = self.named.ladder
        if self.state is not LadderState.OPEN:
            refuse_after_the_end(position, step, ladder, self.state, self.history[-1].on)
        if step.event in BY_CLOCK:
            self._take_recorded(position, step)
            return
        way_out = next((one for one in self._possible() if one.event == step.event), None)
        if way_out is None:
            refuse_out_of_order(position, step, ladder, self.rung, self._possible())
        else:
            self._go(way_out, step.on)

    def standing(self, as_of: date) -> Standing:
        """How it stands at the end of a day up to which it has caught up."""
        is_open = self.state is LadderState.OPEN
        due_on = self._due_on()
        above = self.named.ladder.after(self.rung) if is_open else None
        since = self._waits_since()
        return Standing(
            rung=self.rung,
            state=self.state,
            awaits=self.awaits if is_open else None,
            due_on=due_on,
            is_overdue=due_on is not None and as_of > due_on,
            owed_by=self._owed_by(),
            told=self._told(),
            next=above.id if above else None,
            possible=self._possible(),
            must_not_judge=self._must_not_judge(),
            history=tuple(self.history),
            deadlines=self.clocks,
            next_reminder_on=next_reminder_on(self.rung, since, as_of, self.named.calendar) if since else None,
            last_reminder_on=last_reminder_on(self.rung, since, as_of, self.named.calendar) if since else None,
            reasons=self._why(as_of),
        )

    def _next_moment(self) -> Moment | None:
        if self.state is not LadderState.OPEN:
            return None
        ahead = moments(self.named, self.rung, self.awaits, self.entered_on, self.clocks)
        unsaid = [moment for moment in ahead if moment.event not in self.said]
        return min(unsaid, key=lambda moment: moment.on, default=None)

    def _is_overtaken(self, moment: Moment, on: date, recorded: str | None) -> bool:
        """Whether its post fell vacant on the day on which its time ran out: then that moved it, as was recorded."""
        may_be_vacant = self.rung.moves_up_when_vacant and self.awaits is When.STAGE
        return recorded == POST_VACANT and moment.on == on and may_be_vacant

    def _say(self, moment: Moment, on: date) -> None:
        """What the clock says, and the move that it makes, if it makes one."""
        reason = said_by_the_clock(self.named, self.rung, moment, on)
        if moment.to is not None:
            self._move(moment.event, moment.to, on, (reason,), by_clock=True)
            return
        self.said.add(moment.event)
        self._write(moment.event, on, (reason,), by_clock=True)

    def _take_recorded(self, position: int, step: Step) -> None:
        """A move of the clock with the day on which it was made known, never earlier than the clock made it."""
        ahead = list(moments(self.named, self.rung, self.awaits, self.entered_on, self.clocks))
        if step.event == POST_VACANT and self.rung.moves_up_when_vacant and self.awaits is When.STAGE:
            ahead.insert(0, Moment(step.on, POST_VACANT, self.rung.moves_up_to))
        moment = next((one for one in ahead if one.event == step.event), None)
        if moment is None or moment.to is None or moment.on > step.on:
            refuse_early_clock(position, step, self.named.ladder, self.rung, moment)
        else:
            self._say(moment, step.on)

    def _go(self, way_out: RungExit, on: date) -> None:
        """Takes an exit that is open."""
        reasons = (said_by_somebody(self.rung, way_out.event, on), *put_on_record(self.named, way_out))
        met = self._met_by(way_out)
        if way_out.to == STAYS:
            self.clocks = tuple(clock for clock in self.clocks if clock.time_limit not in met)
            self._write(way_out.event, on, reasons, _Follows(met=met, records=way_out.records))
            return
        self._move(way_out.event, way_out.to, on, reasons, met=met, records=way_out.records)

    def _move(
        self,
        event: str,
        to: str,
        on: date,
        reasons: tuple[Reason, ...],
        *,
        met: tuple[str, ...] = (),
        records: tuple[str, ...] = (),
        by_clock: bool = False,
    ) -> None:
        """To another rung, into a referral, or to the end; clocks that nobody met are owed no more."""
        limits = dict.fromkeys(clock.time_limit for clock in self.clocks)
        withdrawn = tuple(DeadlineWithdrawn(limit, reasons[0]) for limit in limits if limit not in met)
        self._arrive(to, on)
        self._write(event, on, reasons, _Follows(met, withdrawn, self.clocks, records), by_clock=by_clock)

    def _arrive(self, to: str, on: date) -> None:
        self.entered_on, self.clocks, self.said = on, (), set()
        if to in ENDS:
            self.state = LadderState(to)
        elif to == REFERRAL and self.rung.referral is not None:
            self.awaits = When.REFERRAL
            self.clocks = clocks_of_referral(self.named, self.rung, self.rung.referral, on)
        else:
            self.rung, self.awaits = self.named.ladder.rung(to), When.STAGE
            self.clocks = clocks_of_stage(self.named, self.rung, on)

    def _met_by(self, way_out: RungExit) -> tuple[str, ...]:
        """The clocks that a step stops as met, late or not, for what was awaited was done."""
        if way_out.to == STAYS:
            met = {self._limit(ACKNOWLEDGEMENT)}
        elif way_out in self.named.ladder.anywhere or way_out.to == LadderState.LAPSED:
            met = set()
        elif self.awaits is When.REFERRAL:
            met = {self._limit(REFERRAL)}
        elif When.OVERDUE in way_out.when:
            met = set()
        else:
            met = {self._limit(), self._limit(ACKNOWLEDGEMENT)}
        return tuple(dict.fromkeys(clock.time_limit for clock in self.clocks if clock.time_limit in met))

    def _possible(self) -> tuple[RungExit, ...]:
        """The exits that are open now."""
        if self.state is not LadderState.OPEN:
            return ()
        now = {self.awaits} | ({When.OVERDUE} if TIME_RAN_OUT in self.said else set())
        exits = (*self.rung.exits, *self.named.ladder.anywhere)
        return tuple(one for one in exits if now & {*one.when} and not self._was_acknowledged(one))

    def _was_acknowledged(self, way_out: RungExit) -> bool:
        """Whether an exit only says once more that the matter arrived."""
        is_awaited = self._limit(ACKNOWLEDGEMENT) in {clock.time_limit for clock in self.clocks}
        return way_out.to == STAYS and self.rung.acknowledgement is not None and not is_awaited

    def _limit(self, part: str = "") -> str:
        return self.named.limit(self.rung, part)

    def _due_on(self) -> date | None:
        wanted = self._limit(REFERRAL) if self.awaits is When.REFERRAL else self._limit()
        return next((clock.due_on for clock in self.clocks if clock.time_limit == wanted), None)

    def _waits_since(self) -> date | None:
        """Since when it waits without a clock, or past its last day, which is when the clock said so."""
        if self.state is not LadderState.OPEN:
            return None
        if self._due_on() is None:
            return self.entered_on
        said = (it.on for it in reversed(self.history) if it.event in (TIME_RAN_OUT, NOT_REFERRED))
        return next(said, None) if self.said & {TIME_RAN_OUT, NOT_REFERRED} else None

    def _owed_by(self) -> tuple[str, ...]:
        if self.state is not LadderState.OPEN:
            return ()
        if self.awaits is When.REFERRAL and self.rung.referral is not None:
            return self.rung.referral.owed_by
        return self.rung.owed_by

    def _must_not_judge(self) -> tuple[str, ...]:
        is_judged = self.rung.is_judgement and self.state is LadderState.OPEN
        return self.named.policy.ladders.disputes_never_judged_by if is_judged else ()

    def _told(self) -> tuple[RoleTold, ...]:
        return (told_when_overdue if TIME_RAN_OUT in self.said else told_at)(self.named, self.rung)

    def _why(self, as_of: date) -> tuple[Reason, ...]:
        """What happened last, the arithmetic of the clocks that run, and what comes next."""
        reasons = [*self.history[-1].reasons, *(clock.reason for clock in self.clocks)]
        if self.state is LadderState.OPEN and not self.said:
            reasons += what_comes_next(self.named, self.rung, self.awaits, self.entered_on, as_of)
        return tuple(dict.fromkeys(reasons))

    def _write(
        self,
        event: str,
        on: date,
        reasons: tuple[Reason, ...],
        follows: _Follows | None = None,
        *,
        by_clock: bool = False,
    ) -> None:
        after = follows or _Follows()
        self.history.append(
            Happening(
                on=on,
                event=event,
                rung=self.rung.id,
                state=self.state,
                by_clock=by_clock,
                reasons=reasons,
                told=self._told(),
                deadlines_met=after.met,
                deadlines_withdrawn=after.withdrawn,
                deadlines_start=after.starts,
                records=after.records,
            )
        )
