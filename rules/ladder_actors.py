"""Whether somebody may say that something happened to a dispute or an alert (D7, W1–W4)."""

from dataclasses import dataclass

from rules.dates_in_words import day_in_words, listed
from rules.decisions import Reason
from rules.ladder_facts import Standing
from rules.policy.ladder_shapes import RAISER, RungExit, When, in_words
from rules.policy.shape import Policy
from rules.roles import Role


@dataclass(frozen=True, slots=True)
class LadderActor:
    """Who says it: what they are to the audit or the case that day, stand-ins and next roles up included.

    `is_raiser` where they raised it, `is_barred` where they judge no dispute about this audit
    (`disputes.barred_from_judging`).
    """

    roles: frozenset[str]
    is_raiser: bool = False
    is_barred: bool = False


def why_not(event: str, standing: Standing, actor: LadderActor, policy: Policy, *, has_reason: bool) -> Reason | None:
    """The first rule against it, None where nothing is; what the clock says is for nobody to say."""
    rung = standing.rung
    way_out = next((one for one in standing.possible if one.event == event), None)
    if way_out is None:
        return Reason(rung.rule, rung.clause, _not_now(event, standing))
    by = " or ".join(f"the {in_words(role)}" for role in way_out.by)
    if rung.is_judgement and actor.is_barred and RAISER not in way_out.by:
        sentence = (
            "Whoever was the auditor, manages the practitioner, raised the dispute or is concerned never judges the "
            f'dispute: "{in_words(event)}" is for {by} to say, where that is one of them for the deputy, else for the '
            "next role up."
        )
        return policy.reason_by_entry("ladders.disputes_never_judged_by", sentence)
    if not _is_theirs(way_out, actor):
        never = ", and never for whoever was the auditor" if Role.AUDITOR in actor.roles else ""
        return Reason(rung.rule, rung.clause, f'"{in_words(event)}" is for {by} to say{never}.')
    if way_out.needs_reason and not has_reason:
        why = "it is for exceptional cases only" if way_out.exceptional else "it ends what somebody raised"
        return Reason(rung.rule, rung.clause, f'"{in_words(event)}" needs a reason, for {why}: give one.')
    return None


def _not_now(event: str, standing: Standing) -> str:
    """Why it is not possible yet, or any more, and for whom it then is; else what is possible."""
    rung = standing.rung
    way_out = next((one for one in rung.exits if one.event == event), None)
    if way_out is not None and standing.awaits is When.STAGE and When.STAGE not in way_out.when:
        days = f" on {day_in_words(standing.due_on)}" if standing.due_on else ""
        opens = {
            When.OVERDUE: f"once the time of {rung.id} has run out{days}",
            When.REFERRAL: f"once {rung.id} is unresolved",
        }
        since = " or ".join(opens[when] for when in (When.OVERDUE, When.REFERRAL) if when in way_out.when)
        by = " or ".join(f"the {in_words(role)}" for role in way_out.by)
        return f'"{in_words(event)}" is possible {since}, for {by} to say.'
    possible = listed([f'"{in_words(one.event)}"' for one in standing.possible]) or "nothing more"
    return f'"{in_words(event)}" is not what happens at {rung.id} now; possible is: {possible}.'


def _is_theirs(way_out: RungExit, actor: LadderActor) -> bool:
    return bool(actor.roles & set(way_out.by)) or (actor.is_raiser and RAISER in way_out.by)
