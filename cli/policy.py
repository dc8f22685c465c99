"""`practice-audit policy`: what the framework says, where it says so, and whether a council's own edition is sound."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.answers import answer, counted
from cli.refusals import WordRefused
from cli.word_app import AsJson, examples, word_app
from rules.policy.load import editions, load_edition
from rules.policy.problems import problems_of
from rules.policy.register import as_lines, entries_about
from rules.policy.shape import Entry, Policy
from settings import Settings

app = word_app()

Named = Annotated[str | None, typer.Option("--edition", help="An edition's name or folder; else the one in force")]


@app.callback()
def policy() -> None:
    """Read the framework as this installation has it: show a value, search, compare editions, check one of your own."""


@app.command(epilog=examples("policy show", "policy show selection.least_months_between_audits --json"))
def show(
    path: Annotated[
        str | None, typer.Argument(help="A value, or the beginning of several, such as `selection`")
    ] = None,
    edition: Named = None,
    as_json: AsJson = False,
) -> None:
    """Show a value with its rule, clause, source and reading; without a path the edition and all of its values."""
    found = _edition(edition)
    entries = [entry for entry in found.entries if path is None or f"{entry.path}.".startswith(f"{path}.")]
    if not entries:
        raise WordRefused(
            f"The edition {found.edition.id} has no value {path!r}: find it with `practice-audit policy search WORDS`.",
            code="no_such_value",
        )
    answer(_facts(found, entries), [*([] if path else _heading(found)), *as_lines(entries)], as_json=as_json)


@app.command(epilog=examples('policy search "5 working days"', "policy search moderation --edition northmoor_2026"))
def search(
    words: Annotated[list[str], typer.Argument(help="What to look for, in values, names, rules, clauses and readings")],
    edition: Named = None,
    as_json: AsJson = False,
) -> None:
    """Find the values that speak of these words. Ends with 1 if none does."""
    found = _edition(edition)
    entries = entries_about(found, " ".join(words))
    lines = [*as_lines(entries)] or [f"Nothing in the edition {found.edition.id} speaks of {' '.join(words)!r}."]
    answer(_facts(found, entries), lines, as_json=as_json)
    if not entries:
        sys.exit(1)


@app.command(epilog=examples("policy diff waltham_forest_2023 ./northmoor_2026", "policy diff A B --json"))
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="An edition's name or folder")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another's")],
    as_json: AsJson = False,
) -> None:
    """Say in what two editions differ: values, and which of them the council's text states."""
    before, after = load_edition(one), load_edition(other)
    differences = [*_differences(before, after)]
    facts = {"from": _edition_facts(before), "to": _edition_facts(after), "differences": differences}
    answer(facts, _difference_lines(before, after, differences), as_json=as_json)


@app.command(epilog=examples("policy check ./our-edition", "policy check waltham_forest_2023 --json"))
def check(
    folder: Annotated[str, typer.Argument(help="The folder of an edition, or the name of one that comes along")],
    as_json: AsJson = False,
) -> None:
    """Check an edition of your own: everything that is wrong with it, by file and key. Ends with 1 if anything is."""
    problems = problems_of(folder)
    lines = problems or [_sound(load_edition(folder))]
    answer({"edition": folder, "is_sound": not problems, "problems": problems}, lines, as_json=as_json)
    if problems:
        sys.exit(1)


def _edition(name: str | None) -> Policy:
    return load_edition(name or Settings().policy)


def _sound(policy: Policy) -> str:
    edition = policy.edition
    return (
        f"Sound: {edition.id}, version {edition.version}, {counted(len(policy.entries), 'value')}, in force from "
        f"{edition.applies_from:%-d %B %Y}. Name its folder with PRACTICE_AUDIT_POLICY."
    )


def _heading(policy: Policy) -> list[str]:
    edition = policy.edition
    return [
        f"{edition.title}: edition {edition.id}, version {edition.version}, from {edition.applies_from:%-d %B %Y}",
        f"Others that come along: {', '.join(name for name in editions() if name != edition.id) or 'none'}",
        "",
    ]


def _facts(policy: Policy, entries: Iterable[Entry]) -> dict[str, Any]:
    return {"edition": _edition_facts(policy), "items": [asdict(entry) for entry in entries]}


def _edition_facts(policy: Policy) -> dict[str, Any]:
    edition = policy.edition
    return {
        "id": edition.id,
        "version": edition.version,
        "title": edition.title,
        "council": edition.council,
        "applies_from": edition.applies_from,
    }


def _differences(before: Policy, after: Policy) -> Iterator[dict[str, Any]]:
    old, new = ({entry.path: entry for entry in policy.entries} for policy in (before, after))
    for path in dict.fromkeys([*old, *new]):
        was, now = old.get(path), new.get(path)
        if was is None or now is None or (was.value, was.source) != (now.value, now.source):
            yield {"path": path, "from": was and asdict(was), "to": now and asdict(now)}


def _difference_lines(before: Policy, after: Policy, differences: list[dict[str, Any]]) -> Iterator[str]:
    names = (
        f"{before.edition.id} version {before.edition.version} and {after.edition.id} version {after.edition.version}"
    )
    yield f"{names} differ in {counted(len(differences), 'value')} of {len(after.entries)}."
    for each in differences:
        entry = each["to"] or each["from"]
        yield f"{each['path']} (rule {entry['rule']})"
        for name, side in ((before.edition.id, each["from"]), (after.edition.id, each["to"])):
            told = f"{side['value']}  (clause {side['clause']}, {side['source']})" if side else "–"
            yield f"    {name}: {told}"
