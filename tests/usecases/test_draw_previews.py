"""A preview changes nothing, a list of cases has one seed, and every draw can be replayed (S5)."""

import secrets
import uuid
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from db.queries.draws import draws_of_cycle
from db.tables.audits import Audit
from db.tables.draws import Draw, DrawCaseOutcome, SamplingFrame
from db.tables.notices import Notice
from db.tables.organisation import Absence
from rules.named_days import NamedDay
from tests import guards
from tests.small_council import POLICY, SmallCouncil, found_council, work_on
from usecases import draw_verification
from usecases.aliases import AliasFacts, alias_person
from usecases.audit_cycles import issue_draw, open_cycle
from usecases.draw_verification import verify_draw
from usecases.draws import preview_draw
from usecases.errors import NotAllowedNow, NotFound
from usecases.work import Work

FIRST = date(2026, 10, 1)


@pytest.fixture
def council(session: Session) -> SmallCouncil:
    return found_council(session, date(2026, 9, 28))


@pytest.fixture
def work(council: SmallCouncil) -> Work:
    return work_on(council.session, FIRST)


@pytest.mark.proves("S5")
def test_a_preview_makes_no_audit_and_owes_no_notice(work: Work) -> None:
    preview_draw(work, "2026-10")

    assert work.session.scalar(select(func.count()).select_from(Audit)) == 0
    assert work.session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.proves("S5")
def test_asked_again_on_the_same_list_of_cases_it_is_the_same_draw_with_the_same_seed(work: Work) -> None:
    first = preview_draw(work, "2026-10")
    again = preview_draw(work_on(work.session, date(2026, 10, 2)), "2026-10", reason="I do not like this draw.")

    assert again.row.id == first.row.id
    assert len(draws_of_cycle(work.session, first.row.cycle_id)) == 1


@pytest.mark.proves("S5")
def test_on_a_changed_list_a_new_draw_needs_a_reason_and_keeps_the_old_one(council: SmallCouncil, work: Work) -> None:
    first = preview_draw(work, "2026-10")
    council.practitioner("NEW-P1", "REV")

    with pytest.raises(NotAllowedNow, match="give a reason"):
        preview_draw(work, "2026-10")
    with pytest.raises(NotAllowedNow, match="give a reason"):
        preview_draw(work, "2026-10", reason=" ")
    second = preview_draw(work, "2026-10", reason="Somebody joined the review team.")
    old, new = draws_of_cycle(work.session, first.row.cycle_id)
    assert [(old.state, old.id), (new.state, new.id)] == [("superseded", first.row.id), ("preview", second.row.id)]
    assert new.redrawn_because == "Somebody joined the review team."
    assert old.seed != new.seed


@pytest.mark.proves("S5")
def test_a_list_that_is_as_it_was_brings_back_its_old_draw_and_seed(council: SmallCouncil, work: Work) -> None:
    """Otherwise seeds could be shopped for by adding a case and taking it away again."""
    first = preview_draw(work, "2026-10")
    council.absent("REV-P1", FIRST, date(2026, 10, 30))
    preview_draw(work, "2026-10", reason="An absence was missing.")
    work.session.execute(update(Absence).values(first_on=date(2027, 1, 1), last_on=date(2027, 1, 1)))
    back = preview_draw(work, "2026-10", reason="The absence was wrong.")

    assert (back.row.id, back.row.seed, back.row.state) == (first.row.id, first.row.seed, "preview")
    assert len(draws_of_cycle(work.session, first.row.cycle_id)) == 2


@pytest.mark.proves("S5")
def test_the_frame_is_stored_with_its_hash_before_there_is_a_seed(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_at_seed: list[str] = []

    def seed(size: int) -> str:
        stored_at_seed.extend(work.session.scalars(select(SamplingFrame.hash)))
        return "5" * 2 * size

    monkeypatch.setattr(secrets, "token_hex", seed)
    made = preview_draw(work, "2026-10")

    frame = work.session.scalars(select(SamplingFrame)).one()
    assert stored_at_seed == [frame.hash]
    assert frame.hash == sha256(frame.canonical.encode()).hexdigest() == made.row.result["frame_hash"]
    assert made.row.seed == "5" * 64


@pytest.mark.proves("S5", "C1")
def test_no_extract_is_loaded_while_a_frame_is_put_together(sessions: sessionmaker[Session]) -> None:
    """Otherwise half of the questions would see the old extract and half the new one."""
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
    with sessions.begin() as drawing, sessions() as importing:
        preview_draw(work_on(drawing, FIRST), "2026-10")
        importing.connection().exec_driver_sql("SET lock_timeout = '100ms'")

        with pytest.raises(OperationalError, match="lock timeout"):
            SmallCouncil(importing).extract(FIRST)


@pytest.mark.proves("S5")
def test_seeds_come_from_the_systems_randomness_and_differ(council: SmallCouncil, work: Work) -> None:
    first = preview_draw(work, "2026-10")
    second = preview_draw(work_on(work.session, FIRST), "2026-11")

    assert first.row.seed != second.row.seed
    assert len(first.row.seed) == 64


def test_an_open_cycle_is_not_drawn_again(work: Work) -> None:
    open_cycle(work, "2026-10")

    with pytest.raises(NotAllowedNow, match="its draw was issued and stays"):
        preview_draw(work, "2026-10", reason="Another one, please.")


def test_a_cycle_that_is_past_is_not_drawn(work: Work) -> None:
    with pytest.raises(NotAllowedNow, match="closed on"):
        preview_draw(work, "2026-09")


@pytest.mark.proves("S5")
def test_issuing_a_preview_opens_its_cycle_and_issuing_it_again_finds_it_issued(work: Work) -> None:
    preview = preview_draw(work, "2026-10")
    first, again = issue_draw(work, preview.row.id), issue_draw(work, preview.row.id)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.row.state == "open"


def test_a_draw_that_was_replaced_is_not_issued(council: SmallCouncil, work: Work) -> None:
    first = preview_draw(work, "2026-10")
    council.practitioner("NEW-P1", "REV")
    preview_draw(work, "2026-10", reason="Somebody joined.")

    with pytest.raises(NotAllowedNow, match="replaced by a later one"):
        issue_draw(work, first.row.id)


@pytest.mark.proves("S10", "A2", "S2")
def test_a_preview_whose_people_turn_out_to_be_one_is_not_issued(council: SmallCouncil, work: Work) -> None:
    """By its frame each could audit the other, or both could be audited in one month."""
    first = preview_draw(work, "2026-10")
    alias_person(work, AliasFacts("review-A1", "REV-P1", FIRST, "One worker with two ids"))

    with pytest.raises(NotAllowedNow, match="somebody was merged"):
        issue_draw(work, first.row.id)
    opened = open_cycle(work, "2026-10")

    assert opened.drawn.id != first.row.id
    assert opened.drawn.redrawn_because is not None
    given = set(work.session.scalars(select(Audit.auditor_id)))
    assert council.person_id("review-A1") not in given


@pytest.mark.proves("S10")
def test_a_merger_of_others_leaves_a_preview_as_it_is(council: SmallCouncil, work: Work) -> None:
    first = preview_draw(work, "2026-10")
    alias_person(work, AliasFacts("LEFT-LONG-AGO", "BOSS", FIRST, "One worker with two ids"))
    assert open_cycle(work, "2026-10").drawn.id == first.row.id


def test_an_unknown_draw_is_not_found(work: Work) -> None:
    with pytest.raises(NotFound):
        issue_draw(work, uuid.UUID(int=7))


@pytest.mark.proves("S5", "A3")
def test_a_draw_verifies_from_its_stored_frame_and_seed(council: SmallCouncil, work: Work) -> None:
    council.audit("OLD-1", "2026-07", "REV-P1-1", "REV-P1", state="issued", overall_grade="inadequate")
    council.case("SECRET-1", "SEN-P1", "SEN", is_restricted=True)
    made = preview_draw(work, "2026-10")
    work.session.expire_all()
    found = verify_draw(work, made.row.id)

    assert (found.differences, found.cases_compared, found.frame_hash) == ((), 31, made.row.result["frame_hash"])


@pytest.mark.proves("S5", "S7")
def test_a_draw_is_verified_by_the_working_days_of_its_own_edition(council: SmallCouncil, work: Work) -> None:
    """In the edition that came after it the offices are closed on the day on which the cycle opened."""
    council.audit("OLD-1", "2026-07", "REV-P1-1", "REV-P1", state="issued", overall_grade="inadequate")
    made = preview_draw(work, "2026-10")
    after = replace(
        POLICY,
        edition=replace(POLICY.edition, id="after_it"),
        calendar=replace(POLICY.calendar, closure_days=(NamedDay(FIRST, "Founder's day"),)),
    )

    assert verify_draw(work_on(council.session, FIRST, after), made.row.id).differences == ()


@pytest.mark.parametrize(
    ("tampered", "what"),
    [
        ("UPDATE draw_case_outcomes SET outcome = 'reserve' WHERE outcome = 'drawn'", "stored for case"),
        ("UPDATE draw_case_outcomes SET auditor_reference = 'review-A1' WHERE outcome = 'drawn'", "stored for case"),
        ("UPDATE draw_case_outcomes SET reasons = '[]' WHERE outcome = 'not_reached'", "stored for case"),
        ("DELETE FROM draw_case_outcomes WHERE outcome = 'drawn'", "Nothing is stored for case"),
        ("UPDATE draws SET seed = 'another seed'", "is not what frame and seed give"),
        ("UPDATE draws SET result = jsonb_set(result, '{quotas,0,seats}', '9')", "quotas of the draw"),
        ("UPDATE draws SET result = jsonb_set(result, '{certificate,prices,0,price}', '9')", "certificate of the draw"),
        ("UPDATE sampling_frames SET canonical = replace(canonical, '2026-01-12', '2026-01-13')", "the one that was"),
    ],
)  # fmt: skip
def test_whatever_is_tampered_with_shows(work: Work, tampered: str, what: str) -> None:
    made = preview_draw(work, "2026-10")
    guards.take_off(work.session.connection())
    work.session.connection().exec_driver_sql(tampered)
    work.session.expire_all()

    differences = verify_draw(work, made.row.id).differences
    assert any(what in difference for difference in differences), differences


@pytest.mark.proves("A3")
def test_an_assignment_that_its_certificate_does_not_prove_optimal_shows(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = preview_draw(work, "2026-10")
    monkeypatch.setattr(draw_verification, "check_certificate", lambda *_: ("Somebody else would cost less.",))

    assert verify_draw(work, made.row.id).differences == ("Somebody else would cost less.",)


def test_a_size_of_none_still_draws_the_re_audits(session: Session) -> None:
    """Room for one audit, and a re-audit takes it: the edition's size for new audits is then nought."""
    council = SmallCouncil(session)
    council.extract(date(2026, 9, 30))
    council.team("REV", "review")
    council.practitioner("P1", "REV")
    council.practitioner("P2", "REV")
    council.auditor("A1", "home_first", "senior_manager")
    council.audit("OLD-1", "2026-07", "P1-1", "P1", state="issued", overall_grade="inadequate")
    made = preview_draw(work_on(session, FIRST), "2026-10")

    rows = session.execute(select(DrawCaseOutcome.case_reference, DrawCaseOutcome.outcome))
    outcomes = {row[0]: row[1] for row in rows}
    assert (made.row.result["size_asked"], made.row.result["shortfalls"]) == (0, [])
    assert outcomes["P1-1"] == "re_audit"
    assert [outcome for outcome in outcomes.values() if outcome == "drawn"] == []


def test_the_database_itself_refuses_a_second_seed_for_a_frame(work: Work) -> None:
    made = preview_draw(work, "2026-10")
    second = Draw(
        cycle_id=made.row.cycle_id,
        frame_id=made.row.frame_id,
        state="superseded",
        seed="another",
        drawn_at=work.now,
        drawn_by="somebody",
        result={},
    )
    work.session.add(second)

    with pytest.raises(IntegrityError, match="uq_draws_frame_id"):
        work.session.flush()
