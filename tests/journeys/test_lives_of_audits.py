"""Audits of each grade and re-audits of each kind, each from its allocation to its close, over HTTP and by the clock.

The whole year, with Christmas 2026 and Easter 2027 in it, is `slow`; run with -rP it prints each life: its timeline,
the messages that each role got, and what the case system was asked for. Without it two lives are lived till December: a
report that was not accepted, and one that was corrected.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.organisation import Person
from tests.deeds_of_audits import DEEDS
from tests.integrations.pretend_provider import pretend_provider
from tests.journeys.expected_lives import ALLOCATED_ON, CLOCKS, NEVER, SENTENCES, TOLD
from tests.journeys.lives import OF_NOVEMBER, OF_OCTOBER, PLAIN, PLAIN_NOVEMBER, PLAIN_OCTOBER, REPLACED_AUDITOR
from tests.told_lives import clocks_of, heard_of, never_said, told_in_full
from tests.year_of_audits import BEGINNING, Life, YearOfAudits, end_all_other_cases, year_of_audits

TELLING = ("carried over", "corrected")


@pytest.fixture(params=["short", pytest.param("whole", marks=pytest.mark.slow)])
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sessions: sessionmaker[Session]
) -> Iterator[YearOfAudits]:
    is_short = request.param == "short"
    data = tmp_path_factory.mktemp("year")
    with pretend_provider() as provider, year_of_audits(provider, data, sessions, is_short=is_short) as year:
        year.live(date(2026, 12, 9) if is_short else date(2027, 8, 12), DEEDS, _begin_short if is_short else _begin)
        yield year


def test_lives_of_audits(year: YearOfAudits) -> None:
    lives = {life.name: life for life in year.lives if life.name != PLAIN}
    for life in lives.values():
        print("\n".join(told_in_full(year, life)))
    assert set(lives) == (set(TELLING) if year.is_short else set(CLOCKS))

    for name, life in lives.items():
        assert clocks_of(year, life) == sorted(CLOCKS[name].strip().replace("        ", "").splitlines()), name
        _check_who_was_told(year, life)
        _check_timeline(year, life)
        _check_case_system(year, life)
    _check_states(year, lives)
    _check_nobody_was_told_twice_a_day(year)
    assert never_said(year) == []
    with year.sessions() as session:
        assert violations(session) == []


def _begin_short(year: YearOfAudits) -> None:
    if year.today == BEGINNING:
        for audit, name in zip(year.allocated_today(), TELLING, strict=False):
            year.take(audit, {name: OF_OCTOBER[name][name]})


def _begin(year: YearOfAudits) -> None:
    """Gives what was allocated this morning its scripts; from December on only their re-audits are drawn."""
    new = year.allocated_today()
    if year.today == BEGINNING:
        replaced = next(it for it in new if it.service_id != "mash" and _service_of_auditor(year, it) == "home_first")
        new.remove(replaced)
        year.take(replaced, REPLACED_AUDITOR)
        _take_all(year, new, OF_OCTOBER, PLAIN_OCTOBER)
    elif year.today == date(2026, 11, 2):
        _take_all(year, new, OF_NOVEMBER, PLAIN_NOVEMBER)
        end_all_other_cases(year)
    else:
        before = {life.audit_id: life for life in year.lives}
        for audit in new:
            year.take(audit, before[str(audit.re_audit_of)].re_audits)


def _take_all(year: YearOfAudits, new: list[Audit], lives: Mapping[str, Mapping[str, str]], plain: str) -> None:
    for audit, scripts in zip(new, lives.values(), strict=False):
        year.take(audit, scripts)
    for audit in new[len(lives) :]:
        year.take(audit, {PLAIN: plain})


def _service_of_auditor(year: YearOfAudits, audit: Audit) -> str:
    with year.sessions() as session:
        return session.get_one(Person, audit.auditor_id).reference.rpartition("-")[0]


def _check_who_was_told(year: YearOfAudits, life: Life) -> None:
    """Section 9: of each of these events those who are named, on that day, and nobody else."""
    heard = heard_of(year, life)
    for line in TOLD[life.name].strip().splitlines():
        told, _, roles = line.strip().partition(": ")
        day, _, event = told.partition(" ")
        expected = {life.people[role] for role in roles.split()}
        on_the_day = {it.person for it in heard if (str(it.on), it.event) == (day, event)}
        assert on_the_day == expected, f"{life.name}: {line.strip()}"
    assert not {it.event for it in heard} & set(NEVER.get(life.name, ())), life.name
    beyond = {it.event for it in heard if it.person not in life.people.values()}
    assert not beyond, f"{life.name}: somebody who is nothing to it heard of {beyond}"


def _check_timeline(year: YearOfAudits, life: Life) -> None:
    entries = year.timeline(life)
    assert [it["on"] for it in entries] == sorted(it["on"] for it in entries)
    said = "\n".join(it["sentence"] for it in entries)
    assert [words for words in SENTENCES.get(life.name, ()) if words not in said] == []
    assert not [it for it in entries if it["kind"] == "allocated" and it["rule"] == "A4"], "told on its day"
    for it in entries:
        assert it["rule"], it
        assert it["sentence"].endswith("."), it
        assert "None" not in it["sentence"], it
        of_people = it["kind"] in ("allocated", "auditor_changed")  # with their references, and services by theirs
        assert of_people or "_" not in it["sentence"], it


def _check_case_system(year: YearOfAudits, life: Life) -> None:
    """Each version that was issued: its upload, and then its note."""
    with year.sessions() as session:
        question = select(CaseSystemCommand).where(CaseSystemCommand.audit_id == life.audit_id)
        rows = session.scalars(question.order_by(CaseSystemCommand.id)).all()
    assert [(it.kind, it.state) for it in rows] == [
        ("upload_document", "done"),
        ("record_note", "done"),
    ] * (2 if life.name == "corrected" else 1)
    uploads = [it.id for it in rows if it.kind == "upload_document"]
    assert [it.after_id for it in rows if it.kind == "record_note"] == uploads


def _check_states(year: YearOfAudits, lives: Mapping[str, Life]) -> None:
    with year.sessions() as session:
        states = {name: session.get_one(Audit, life.audit_id).state for name, life in lives.items()}
        allocated = {name: str(session.get_one(Audit, life.audit_id).allocated_on) for name, life in lives.items()}
        carried = session.get_one(Audit, lives["carried over"].audit_id)
        beside = select(Audit.id).where(Audit.auditor_id == carried.auditor_id, Audit.allocated_on == date(2026, 11, 2))
        assert session.scalars(beside).all(), "who completes a report for the next cycle has a new audit in it too (Q3)"
        open_ = select(Deadline.sentence).where(
            Deadline.audit_id.in_([life.audit_id for life in lives.values()]),
            Deadline.state.in_(("running", "overdue")),
        )
        assert session.scalars(open_).all() == []
    awaits_its_re_audit = {"corrected"} if year.is_short else set()
    assert {name for name, state in states.items() if state != "closed"} == awaits_its_re_audit
    re_audits = {name: on for name, on in ALLOCATED_ON.items() if name in lives}
    assert {name: on for name, on in allocated.items() if ", then " in name} == re_audits


def _check_nobody_was_told_twice_a_day(year: YearOfAudits) -> None:
    """Of one duty each person got one message a day, whatever it said of it (L13)."""
    messages = defaultdict(set)
    for life in year.lives:
        for it in heard_of(year, life):
            for rule in {it.rule, *it.asks} - {""}:
                messages[life.reference, it.person, rule, it.on].add(it.message)
    assert messages
    assert {about: len(sent) for about, sent in messages.items() if len(sent) > 1} == {}
