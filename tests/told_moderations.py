"""A moderation round and its figures as people read them, line by line, from what the API answers."""

from collections.abc import Iterator
from typing import Any


def told_round(drawn: dict[str, Any]) -> Iterator[str]:
    """The sample with its reasons, each moderator's load, and who could not have what."""
    yield f"Moderation of {drawn['month']}: {drawn['size_drawn']} audits, due on {drawn['due_on']}"
    yield f"  {drawn['due_because']['sentence']}"
    for name, parts in (("grade", drawn["grades"]), ("service", drawn["services"])):
        told = ", ".join(f"{it['name']} {it['drawn']} of {it['could_be_drawn']}" for it in parts)
        yield f"  by {name}: {told}"
    for one in drawn["audits"]:
        yield f"  {one['place']:>2}. {one['audit']}, moderated by {one['moderator'] or 'nobody'}"
        yield from (f"        {it['rule']}: {it['sentence']}" for it in one["reasons"])
    yield "  load: " + ", ".join(f"{it['moderator']} {it['audits']}" for it in drawn["moderators"])
    for it in drawn["barred"]:
        yield f"  not {it['moderator']} for {it['audit']} ({it['conflict']}): {it['reason']['sentence']}"
    yield from (f"  not drawn from: {it['audit_id']}: {it['reason']['sentence']}" for it in _out(drawn))
    yield from (f"  shortfall {it['rule']}: {it['sentence']}" for it in drawn["shortfalls"])


def _out(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [it for it in drawn["not_drawn"] if not it["was_in_draw"]]


def told_figures(figures: dict[str, Any]) -> Iterator[str]:
    """Both comparisons of these months, in one table each."""
    yield f"Agreement {figures['first']} to {figures['last']}, rounds: {figures['rounds']}"
    for name in ("auditor_and_moderator", "before_and_after_discussion"):
        yield f"  {name.replace('_', ' ')}"
        yield from (f"    {line}" for line in _comparison(figures[name]))
        for service, own in figures[f"{name}_by_service"].items():
            same = f"same {own['exact']['count']} of {own['pairs']}"
            yield f"    {service}: {same}, higher {own['higher']}, lower {own['lower']}"


def _comparison(found: dict[str, Any]) -> Iterator[str]:
    yield f"n = {found['pairs']}, left out {found['left_out']}"
    for name in ("exact", "within_one"):
        share = found[name]
        yield f"{name.replace('_', ' ')}: {share['count']} of {share['of']}, {share['percentage']} %"
    for name in ("weighted_kappa", "gwet_ac2"):
        yield f"{name.replace('_', ' ')}: {_coefficient(found[name])}"
    yield f"mean signed difference: {found['mean_signed_difference']}; {found['summary']['sentence']}"
    yield " " * 22 + " ".join(f"{grade[:11]:>11}" for grade in found["grades"])
    for grade, row in zip(found["grades"], found["matrix"], strict=True):
        yield f"{grade:<22}" + " ".join(f"{count:>11}" for count in row)


def _coefficient(it: dict[str, Any]) -> str:
    given = "none" if it["value"] is None else f"{it['value']:.2f}"
    between = "" if it["lower"] is None else f" ({it['confidence_level']} %: {it['lower']:.2f} to {it['upper']:.2f})"
    return given + between + (f" {it['why_not']['sentence']}" if it["why_not"] else "")
