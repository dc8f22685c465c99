"""The tool that the audits of a themed cycle use, chosen for its theme before it opens (P2)."""

from db.queries import audit_tools, programme
from db.tables.audit_tools import ThemeTool
from rules.audit_tool_choice import THEMED
from rules.dates_in_words import listed
from rules.errors import InvalidFacts, Problem
from rules.programme import cycle_with_id
from usecases.audit_tools import current_tools
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.trail import Entry, record
from usecases.work import Work

_RULE = "P2"


def theme_tool(work: Work, cycle: str) -> ThemeTool | None:
    """What was chosen for a cycle; None while nothing was, and its audits use what the policy has for themed ones.

    Raises NoSuchCycle.
    """
    cycle_with_id(work.policy, work.calendar, cycle)
    return audit_tools.theme_tool(work.session, cycle)


def choose_theme_tool(work: Work, cycle: str, tool: str | None, version: int) -> ThemeTool:
    """Chooses a published tool for a themed cycle, or with None takes the choice back.

    A form is used alone, a module takes the place of the one for all themes. Raises NoSuchCycle, InvalidFacts for an
    unknown tool, AlreadyDifferent when somebody else chose since `version` was read (0: nothing was chosen), and
    NotAllowedNow for an ordinary cycle and for one that has opened.
    """
    cycle_with_id(work.policy, work.calendar, cycle)
    known = current_tools(work)
    if tool is not None and tool not in known:
        sentence = f"No tool {tool!r:.60} is published: name one of {listed(sorted(known))}."
        raise InvalidFacts([Problem("/tool", sentence, tool[:40], _RULE)])
    _refuse_unless_themed(work, cycle)
    programme.one_opening_at_a_time(work.session)
    _refuse_once_begun(work, cycle)
    row = audit_tools.theme_tool(work.session, cycle, lock=True)
    if (row.version if row else 0) != version:
        was = f"{row.tool or 'none'}, chosen by {row.chosen_by}" if row else "none"
        raise AlreadyDifferent(f"The tool of the cycle {cycle} is {was} by now: read it again, then choose.")
    chosen = _choose(work, cycle, tool, row)
    record(work, Entry(("audit_cycle", cycle), "theme_tool_chosen", rule=_RULE, details={"tool": tool}))
    return chosen


def _choose(work: Work, cycle: str, tool: str | None, row: ThemeTool | None) -> ThemeTool:
    if row is None:
        row = ThemeTool(cycle=cycle, version=0)
        work.session.add(row)
    row.tool, row.chosen_at, row.chosen_by = tool, work.now, work.actor
    row.version += 1
    work.session.flush()
    return row


def _refuse_unless_themed(work: Work, cycle: str) -> None:
    planned = programme.planned_cycle(work.session, cycle)
    is_themed = planned is not None and planned.kind == THEMED
    if not is_themed and programme.extra_plan(work.session, cycle) is None:
        raise _not_now(work, f"The cycle {cycle} is not planned as themed: plan its theme first, then choose a tool.")


def _refuse_once_begun(work: Work, cycle: str) -> None:
    row = programme.cycle_in(work.session, cycle)
    if row is not None and row.state != "planned":
        raise _not_now(work, f"The cycle {cycle} is {row.state}: its audits are done with the form that they have.")


def _not_now(work: Work, sentence: str) -> NotAllowedNow:
    return NotAllowedNow(sentence, rule=_RULE, clause=work.policy.clause_of(_RULE))
