"""Opening, closing and drawing again at the command line."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.draws import Draw, SamplingFrame
from db.tables.programme import AuditCycle
from rules.extra_cycles import ExtraCycle
from tests.cli.saying import say
from tests.small_council import found_council, work_on
from usecases.draw_verification import verify_draw
from usecases.extra_cycles import arrange_extra_cycle

OPENING = date(2027, 1, 4)


@pytest.fixture
def january(at_the_database: str, sessions: sessionmaker[Session]) -> Iterator[sessionmaker[Session]]:
    """A council on the day on which January's cycle opens."""
    with sessions.begin() as session:
        found_council(session, OPENING)
    with time_machine.travel("2027-01-04T09:00:00Z", tick=True):
        yield sessions


def test_cycle_is_opened_once_and_recorded_as_done_at_the_command_line(january: sessionmaker[Session]) -> None:
    opened = say("open-cycle", "2027-01", "--json")
    again = say("open-cycle", "2027-01", "--json")

    assert (opened.code, again.code) == (0, 0)
    assert (opened.facts["already_open"], again.facts["already_open"]) == (False, True)
    assert opened.facts["draw_id"] == again.facts["draw_id"]
    assert sum(opened.facts["audits"].values()) > 0
    with january() as session:
        assert str(session.scalars(select(AuditCycle.opened_by)).one()).startswith("command line (")


@pytest.mark.proves("P2")
def test_an_extra_cycle_is_opened_replayed_and_closed_by_its_id(january: sessionmaker[Session]) -> None:
    with january.begin() as session:
        asked = ExtraCycle(OPENING, "Hospital discharge", "performance_issue", 3)
        cycle = arrange_extra_cycle(work_on(session, OPENING), asked, "Three complaints").month
    opened = say("open-cycle", cycle, "--json")
    replayed = say("replay-draw", str(opened.facts["draw_id"]), "--json")
    closed = say("close-cycle", cycle, "--force", "--reason", "All are done.")

    assert opened.facts["audits"] == {"themed": 3}
    assert replayed.facts["is_identical"] is True
    assert "The cycle of 4 January 2027 (extra) is closed: 3 audits" in closed.out


@pytest.mark.usefixtures("january")
def test_people_read_what_was_drawn() -> None:
    told = say("open-cycle", "2027-01")
    assert "Drew and opened the cycle of January 2027." in told.out
    assert "auditors, the least with" in told.out


@pytest.mark.usefixtures("january")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("open-cycle", "2027-08"), "August"),
        (("open-cycle", "2027-02"), "opened early"),
        (("open-cycle", "2027-02", "--force"), "reason"),
        (("close-cycle", "2027-01"), "was not opened"),
        (("open-cycle", "2027-01-04-extra-1"), "There is no extra cycle"),
        (("close-cycle", "2027-01-04-extra-0"), "is not a month"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    told = say(*words)
    assert (told.code, told.out) == (1, "")
    assert sentence in told.err
    assert "Traceback" not in told.err


@pytest.mark.usefixtures("january")
def test_refusal_names_rule_and_clause_to_programs() -> None:
    refused = say("open-cycle", "2027-08", "--json").refused
    assert (refused["code"], refused["rule"]) == ("no_such_cycle", "P1")
    assert refused["clause"]


@pytest.mark.usefixtures("january")
def test_cycle_is_closed_with_its_figures() -> None:
    say("open-cycle", "2027-01")
    refused = say("close-cycle", "2027-01")
    closed = say("close-cycle", "2027-01", "--force", "--reason", "the year was cut short", "--json")
    assert (refused.code, closed.code) == (1, 0)
    assert closed.facts["state"] == "closed"
    assert closed.facts["figures"]["allocated"] > 0


def test_a_stored_draw_is_drawn_again_and_compared(january: sessionmaker[Session]) -> None:
    draw_id = say("open-cycle", "2027-01", "--json").facts["draw_id"]
    same = say("replay-draw", draw_id, "--json")
    assert (same.code, same.facts["is_identical"]) == (0, True)
    assert same.facts["cases_compared"] == 30

    with january.begin() as session:
        forge(session)
    other = say("replay-draw", draw_id)
    assert other.code == 1
    assert "NOT identical" in other.out


def forge(session: Session) -> None:
    """Another seed than was taken, which the database itself refuses to whoever has not its owner's rights."""
    session.execute(text("ALTER TABLE draws DISABLE TRIGGER USER"))
    session.execute(update(Draw).values(seed="another"))
    session.execute(text("ALTER TABLE draws ENABLE TRIGGER USER"))


def published(sessions: sessionmaker[Session], folder: Path) -> tuple[Path, str, Path]:
    """Frame, seed and explanation as the API publishes them."""
    with sessions() as session:
        drawn, frame = session.execute(select(Draw, SamplingFrame).join(SamplingFrame)).one()
        assert verify_draw(work_on(session, OPENING), drawn.id).differences == ()
        (folder / "frame.json").write_text(frame.canonical, encoding="utf-8")
        return folder / "frame.json", drawn.seed, folder / "page.json"


def test_an_outsider_draws_again_from_the_published_files_without_a_database(
    january: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("open-cycle", "2027-01")
    frame, seed, page = published(january, tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")

    drawn = say("replay-draw", "--frame", frame, "--seed", seed, "--json")
    page.write_text(json.dumps({"items": drawn.facts["cases"], "next": None}))
    same = say("replay-draw", "--frame", frame, "--seed", seed, "--explanation", page)
    other = say("replay-draw", "--frame", frame, "--seed", "another", "--explanation", page, "--json")

    assert (drawn.code, same.code, other.code) == (0, 0, 1)
    assert "Identical: all 30 cases" in same.out
    assert other.facts["differences"]


@pytest.mark.parametrize("words", [(), ("--frame", "f.json"), ("--seed", "x"), ("not-an-id",)])
def test_words_that_make_no_sense_together_end_with_two(words: tuple[str, ...]) -> None:
    assert say("replay-draw", *words).code == 2


def test_a_file_that_is_no_frame_is_refused(tmp_path: Path) -> None:
    (tmp_path / "frame.json").write_text("{}")
    assert "is no frame" in say("replay-draw", "--frame", tmp_path / "frame.json", "--seed", "x").err
    assert "cannot be read" in say("replay-draw", "--frame", tmp_path / "none.json", "--seed", "x").err
