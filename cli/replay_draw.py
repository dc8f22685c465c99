"""`practice-audit replay-draw`: a draw computed again, from what is stored or from what was published (S5, A3)."""

import json
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.answers import answer, counted
from cli.house import open_house
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from rules.canonical_frames import frame_from_text
from rules.case_outcomes import case_outcomes
from rules.certificates import check_certificate
from rules.draw_answers import Draw
from rules.draws import draw
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from usecases.draw_verification import verify_draw

app = word_app()

_MOST_NAMED = 20
_COMPARED = ("practitioner_id", "team_id", "outcome", "order", "ticket", "auditor_id")


@app.command(
    name="replay-draw",
    epilog=examples(
        "replay-draw 0199c0de-7a11-7000-8000-000000000001",
        "replay-draw --frame frame.json --seed 3f…9c",
        "replay-draw --frame frame.json --seed 3f…9c --explanation page1.json --explanation page2.json",
    ),
)
def replay(
    draw_id: Annotated[uuid.UUID | None, typer.Argument(metavar="DRAW", help="The draw's id")] = None,
    *,
    frame: Annotated[Path | None, typer.Option("--frame", help="The text of GET /v1/draws/DRAW/frame")] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="The seed in GET /v1/draws/DRAW")] = None,
    explanation: Annotated[
        list[Path] | None,
        typer.Option("--explanation", help="A page of GET /v1/draws/DRAW/explanation; again for each"),
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="The edition's name or folder, with --frame")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Draw again from frame and seed, compare to the last case, and say what differs.

    With the id of a draw: from what is stored here. With --frame and --seed: from files that anybody can get over
    HTTP, without a database; what is drawn is then printed, and compared with the published pages if they are given.
    Ends with 1 if anything differs. Nothing is changed.
    """
    if (draw_id is None) == (frame is None) or (frame is None) != (seed is None):
        raise typer.BadParameter("name either a draw, or --frame FILE with --seed SEED")
    if frame is not None and seed is not None:
        differences = _outsiders(frame, seed, edition, explanation or [], as_json=as_json)
    else:
        assert draw_id is not None
        differences = _stored(draw_id, data, as_json=as_json)
    if differences:
        sys.exit(1)


def _stored(draw_id: uuid.UUID, data: Path | None, *, as_json: bool) -> Sequence[str]:
    with open_house("replay-draw", data) as house, house.work() as work:
        verified = verify_draw(work, draw_id)
    facts = {
        "draw_id": draw_id,
        "is_identical": not verified.differences,
        "frame_hash": verified.frame_hash,
        "cases_compared": verified.cases_compared,
        "audits_compared": verified.audits_compared,
        "differences": verified.differences,
        "changes_recorded": verified.changes_recorded,
    }
    answer(facts, _verdict(verified.cases_compared, verified.differences, verified.frame_hash), as_json=as_json)
    return verified.differences


def _outsiders(
    file: Path, seed: str, edition: str | None, explanation: Sequence[Path], *, as_json: bool
) -> Sequence[str]:
    text = _text_of(file)
    frame, policy = _frame_in(text, file, edition)
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    drawn = draw(frame, seed, policy, calendar, least_size=0)
    cases = {case["case_id"]: case for case in _cases(frame, drawn, policy)}
    differences = [*check_certificate(drawn, frame, policy, calendar)]
    if explanation:
        differences += _differences(cases, {case["case_id"]: case for page in explanation for case in _page(page)})
    facts = {
        "edition": policy.edition.id,
        "frame_hash": drawn.frame_hash,
        "is_identical": not differences if explanation else None,
        "cases_compared": len(cases) if explanation else 0,
        "differences": differences[:_MOST_NAMED],
        "cases": [*cases.values()],
    }
    compared = _verdict(len(cases), differences, drawn.frame_hash) if explanation else _drawn(cases, drawn.frame_hash)
    answer(facts, compared, as_json=as_json)
    return differences


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise WordRefused(f"{file} cannot be read: {why}.", code="unreadable_file") from why


def _frame_in(text: str, file: Path, edition: str | None) -> tuple[SamplingFrame, Policy]:
    """The frame and the edition it was drawn under."""
    try:
        frame, named = frame_from_text(text)
    except (ValueError, KeyError, TypeError) as why:
        raise WordRefused(
            f"{file} is no frame: save what GET /v1/draws/DRAW/frame answers, to the last byte.", code="no_frame"
        ) from why
    policy = load_edition(edition or named)
    if policy.edition.id != named:
        raise WordRefused(
            f"The frame was drawn under the edition {named!r}, not under {policy.edition.id!r}: name that one.",
            code="other_edition",
        )
    return frame, policy


def _page(file: Path) -> list[dict[str, Any]]:
    try:
        page = json.loads(_text_of(file))
        return [*page["items"]]
    except (ValueError, KeyError, TypeError) as why:
        raise WordRefused(
            f"{file} is no page of an explanation: save what GET /v1/draws/DRAW/explanation answers.", code="no_page"
        ) from why


def _cases(frame: SamplingFrame, drawn: Draw, policy: Policy) -> Iterator[dict[str, Any]]:
    for outcome in case_outcomes(frame, drawn, policy):
        yield {
            "case_id": outcome.case_id,
            "practitioner_id": outcome.practitioner_id,
            "team_id": outcome.team_id,
            "outcome": outcome.outcome,
            "order": outcome.place,
            "ticket": outcome.ticket,
            "auditor_id": outcome.auditor_id,
        }


def _differences(again: dict[str, dict[str, Any]], published: dict[str, dict[str, Any]]) -> list[str]:
    found = [f"Case {case} is published and not in the frame." for case in sorted(published.keys() - again.keys())]
    found += [f"Case {case} of the frame is not published." for case in sorted(again.keys() - published.keys())]
    for case in sorted(again.keys() & published.keys()):
        pairs = ((name, again[case][name], published[case].get(name)) for name in _COMPARED)
        found += [
            f"Case {case}: {name} is {by!r}, and {told!r} is published." for name, by, told in pairs if by != told
        ]
    return found


def _verdict(cases: int, differences: Sequence[str], frame_hash: str) -> list[str]:
    if not differences:
        return [f"Identical: all {counted(cases, 'case')} are what frame {frame_hash} and the seed give."]
    return [f"NOT identical: {counted(len(differences), 'difference')}.", *differences[:_MOST_NAMED]]


def _drawn(cases: dict[str, dict[str, Any]], frame_hash: str) -> Iterator[str]:
    yield f"Frame {frame_hash}"
    for case in cases.values():
        if case["outcome"] in ("drawn", "re_audit"):
            who = f"of {case['practitioner_id']}, team {case['team_id']}, by {case['auditor_id']}"
            yield f"  {case['outcome']:<9} {case['case_id']}  {who}"
