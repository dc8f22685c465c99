"""What must never be is found when it is there: each harm is done by hand, past what the database itself refuses."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.invariants import INVARIANTS, Invariant, violations
from db.queries.moderation_invariants import MODERATION
from rules.policy.load import load_edition
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle

OPENING = date(2027, 1, 4)
OF_MODERATION = {name for name, *_ in MODERATION}  # tests/db/test_moderation_invariants.py
LET = """
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT conrelid::regclass AS tbl, conname FROM pg_constraint
        WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', each.tbl, each.conname); END LOOP;
    FOR each IN SELECT tgrelid::regclass AS tbl FROM pg_trigger WHERE NOT tgisinternal
    LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', each.tbl); END LOOP;
END $$
"""
_DISPUTE = """INSERT INTO disputes (reference, audit_id, report_version, raised_by_id, raised_as, raised_on, edition_id,
        state, rung, ended_on)
    SELECT 'D', id, 1, practitioner_id, 'practitioner', '2027-01-05', 'x', 'lapsed', 'D2', '2027-01-20'
    FROM audits ORDER BY id LIMIT 1"""
_ALERT = """INSERT INTO safety_alerts (audit_id, case_reference, raised_by, is_concerned, raised_at, raised_on,
        edition_id, state, rung, version, ended_on)
    SELECT NULLIF(%s, id), 'x', 'x', true, '2027-01-05', '2027-01-05', 'x', 'resolved', 'W1', 1, '2027-01-05'
    FROM audits ORDER BY id LIMIT 1;
    INSERT INTO safety_alert_steps (safety_alert_id, event, version, rung, state, by_clock, moves, happened_on,
        recorded_at, recorded_by, rule, clause, sentence)
    SELECT id, 'resolved', %s, 'W1', 'resolved', false, true, '2027-01-05', '2027-01-05', 'x', 'W1', 'x', 'x'
    FROM safety_alerts"""
HARMS = {
    "safety_alert_other_than_its_steps": _ALERT % ("id", 2),
    "safety_alert_of_no_audit": _ALERT % ("gen_random_uuid()", 1),
    "ended_safety_alert_with_a_clock": f"""{_ALERT % ("id", 1)};
        UPDATE deadlines SET safety_alert_id = (SELECT id FROM safety_alerts), audit_id = NULL
        WHERE id = (SELECT max(id::text)::uuid FROM deadlines WHERE state = 'running')""",
    "form_of_drafts": "INSERT INTO audit_tools (edition_id, composition, made_at) VALUES ('x', 'mash 9', '2027-01-04')",
    "two_audits_in_a_month": """DROP INDEX uq_audits_one_a_month;
        UPDATE audits SET practitioner_id = (SELECT practitioner_id FROM audits ORDER BY id LIMIT 1)
        WHERE id IN (SELECT id FROM audits ORDER BY id LIMIT 2)""",
    "audit_of_own_work": """UPDATE audits SET auditor_id = practitioner_id
        WHERE id = (SELECT id FROM audits ORDER BY id LIMIT 1)""",
    "two_issued_draws": """DROP INDEX uq_draws_one_issued; DROP INDEX uq_draws_one_preview;
        INSERT INTO sampling_frames (cycle_id, hash, canonical, caseload_import_id, frozen_at)
        SELECT cycle_id, encode(sha256('x'), 'hex'), 'x', caseload_import_id, frozen_at FROM sampling_frames;
        INSERT INTO draws (cycle_id, frame_id, state, seed, drawn_at, drawn_by, issued_at, result)
        SELECT d.cycle_id, f.id, 'issued', 'x', drawn_at, drawn_by, issued_at, result
        FROM draws d, sampling_frames f WHERE f.canonical = 'x'""",
    "open_cycle_without_issued_draw": "UPDATE draws SET state = 'superseded'",
    "audits_of_a_cycle_that_is_not_open": "UPDATE audit_cycles SET state = 'planned'",
    "issued_draw_without_its_audits": "UPDATE audits SET draw_id = NULL",
    "frame_other_than_its_hash": "UPDATE sampling_frames SET canonical = replace(canonical, 'MASH', 'HASH')",
    "deadline_of_withdrawn_audit": "UPDATE audits SET state = 'withdrawn'",
    "deadline_of_closed_audit": "UPDATE audits SET state = 'closed'",
    "audit_that_nobody_owes": "UPDATE deadlines SET state = 'met'",
    "findings_that_nobody_discusses": """UPDATE audits SET state = 'issued', overall_grade = 'good';
        INSERT INTO audit_steps (audit_id, event, version, state, happened_on, recorded_at, recorded_by, rule, clause,
            sentence)
        SELECT id, 'audit_issued', 2, 'issued', '2027-01-20', '2027-01-20', 'x', 'L7', '3.7', 'x' FROM audits""",
    "issued_report_never_owed_to_the_case_system": """INSERT INTO report_versions
            (audit_id, number, because, is_issued, made_at, made_by, content_hash, content)
        SELECT id, 1, 'audit_issued', true, '2027-01-20', 'x', 'x', '{}' FROM audits""",
    "re_audit_that_nobody_will_draw": "UPDATE audits SET re_audit_waived_because = 're_auditor_advised_against'",
    "re_audit_that_nobody_decides_about": """UPDATE audits SET state = 'issued';
        UPDATE draws SET result = jsonb_set(result, '{to_decide}',
            (SELECT jsonb_agg(jsonb_build_object('audit_id', id)) FROM audits))""",
    "deadline_of_former_auditor": """INSERT INTO auditor_changes
            (audit_id, from_id, to_id, changed_at, changed_by, because, is_widened)
        SELECT d.audit_id, d.owed_by_id, p.id, '2027-01-05', 'x', 'x', false
        FROM deadlines d, people p WHERE p.reference = 'BOSS' AND d.state = 'running' LIMIT 1;
        UPDATE audits SET auditor_id = (SELECT id FROM people WHERE reference = 'BOSS')""",
    "deadline_without_reason": "UPDATE deadlines SET sentence = ' '",
    "dispute_other_than_its_steps": _DISPUTE,
    "re_audit_that_does_not_wait": f"""{_DISPUTE.replace("lapsed", "open").replace("'2027-01-20'", "NULL")};
        UPDATE audits SET re_audit_of = (SELECT audit_id FROM disputes)
        WHERE id = (SELECT id FROM audits WHERE id NOT IN (SELECT audit_id FROM disputes) ORDER BY id LIMIT 1)""",
    "clock_of_a_dispute_that_ended": f"""{_DISPUTE};
        UPDATE deadlines SET dispute_id = (SELECT id FROM disputes)
        WHERE id = (SELECT id FROM deadlines WHERE state = 'running' ORDER BY id LIMIT 1)""",
    "notice_without_recipient": "UPDATE notices SET address = NULL, state = 'pending'",
    "command_that_waits_for_nothing": """INSERT INTO case_system_commands (idempotency_key, audit_id, kind, occasion,
            report_version, recipients, state, version, attempts, may_have_arrived, created_at, reference, settled_at)
        SELECT 'upload', id, 'upload_document', 'issued', 1, '[]', 'done', 1, 1, false, now(), 'D-1', now()
        FROM audits ORDER BY id LIMIT 1;
        INSERT INTO case_system_commands (idempotency_key, audit_id, kind, occasion,
            report_version, recipients, state, version, attempts, may_have_arrived, created_at, after_id)
        SELECT 'note', audit_id, 'record_note', 'issued', 1, '[]', 'pending', 1, 0, false, now(), id
        FROM case_system_commands""",
    "trail_head_other_than_last_entry": """DELETE FROM trail_texts;
        DELETE FROM trail_entries WHERE hash IN (SELECT hash FROM trail_heads LIMIT 1)""",
    "report_version_other_than_the_trail_says": """INSERT INTO report_versions
            (audit_id, number, because, is_issued, made_at, made_by, content_hash)
        SELECT id, 1, 'issued', true, '2027-01-04', 'x', 'x' FROM audits LIMIT 1""",
    "person_in_two_teams": """DROP INDEX IF EXISTS uq_team_memberships_one_team_at_a_time;
        INSERT INTO team_memberships (person_id, team_id, began_on)
        SELECT m.person_id, t.id, '2026-12-01' FROM team_memberships m, teams t WHERE t.id <> m.team_id LIMIT 1""",
}


@pytest.fixture
def open_council(session: Session) -> Session:
    """A council with an open cycle, and a database that refuses nothing until the test's end."""
    found_council(session, OPENING)
    open_cycle(work_on(session, OPENING), "2027-01")
    session.execute(text(LET))
    return session


def test_nothing_is_found_where_all_is_well(open_council: Session) -> None:
    assert violations(open_council) == []


@pytest.mark.parametrize(
    "invariant", [it for it in INVARIANTS if it.name not in OF_MODERATION], ids=lambda invariant: invariant.name
)
def test_each_thing_that_must_never_be_is_found(open_council: Session, invariant: Invariant) -> None:
    name = invariant.name
    for harm in HARMS[name].split(";"):
        open_council.execute(text(harm))

    found = {violation.invariant.name: violation for violation in violations(open_council)}

    assert name in found
    assert found[name].times > 0
    assert 1 <= len(found[name].subjects) <= 5


def test_each_names_a_rule_of_the_framework() -> None:
    rules = {*load_edition().clauses, "C4"}  # the text has no clause on the trail
    assert [invariant.name for invariant in INVARIANTS if invariant.rule not in rules] == []


def test_none_of_them_names_anybody(open_council: Session) -> None:
    """What is found goes into logs and monitors: references and ids, never a name or an address."""
    for harms in (HARMS["person_in_two_teams"], HARMS["notice_without_recipient"]):
        for harm in harms.split(";"):
            open_council.execute(text(harm))
    for violation in violations(open_council):
        assert not any("@" in subject or "Person " in subject for subject in violation.subjects)


@pytest.mark.proves("A2", "S10")
def test_an_audit_of_ones_own_work_under_another_id_is_found(open_council: Session) -> None:
    """As somebody would have it who made the alias by hand."""
    open_council.execute(
        text(
            """INSERT INTO person_aliases (from_reference, to_reference, current_reference, from_person_id,
                current_person_id, since_on, reason, made_by, made_at)
            SELECT 'x', 'y', 'y', auditor_id, practitioner_id, '2027-01-04', 'x', 'x', '2027-01-04'
            FROM audits ORDER BY id LIMIT 1"""
        )
    )
    assert [violation.invariant.name for violation in violations(open_council)] == ["audit_of_own_work"]
