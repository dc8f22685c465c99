-- A council as the first release (migration 0001) had it, row by row: an opened cycle, messages in every state, and
-- what only that release had a place for.
INSERT INTO services (id, name) VALUES ('review', 'Review'), ('mash', 'MASH');
INSERT INTO teams (id, reference, name, service_id, employer, began_on, ended_on) VALUES
    ('00000000-0000-0000-0001-000000000001', 'REV', 'Review Team', 'review', NULL, NULL, NULL),
    ('00000000-0000-0000-0001-000000000002', 'MASH', 'MASH', 'mash', 'A Trust', '2020-04-01', NULL),
    ('00000000-0000-0000-0001-000000000003', 'OLD', 'Former Team', 'mash', NULL, '2019-01-01', '2024-03-31');
INSERT INTO people (id, reference, name, email, started_on, left_on) VALUES
    ('00000000-0000-0000-0002-000000000001', 'W1', 'One', 'one@example.org', '2019-01-01', NULL),
    ('00000000-0000-0000-0002-000000000002', 'W2', 'Two', NULL, NULL, NULL),
    ('00000000-0000-0000-0002-000000000003', 'W3', 'Three', 'three@example.org', NULL, NULL),
    ('00000000-0000-0000-0002-000000000004', 'M1', 'Manager', 'manager@example.org', NULL, NULL),
    ('00000000-0000-0000-0002-000000000005', 'D1', 'Deputy', 'deputy@example.org', NULL, NULL),
    ('00000000-0000-0000-0002-000000000006', 'GONE', 'Leaver', 'leaver@example.org', '2018-01-01', '2025-12-31');
UPDATE people SET line_manager_id = '00000000-0000-0000-0002-000000000004' WHERE reference IN ('W1', 'W2', 'GONE');
UPDATE people SET line_manager_id = '00000000-0000-0000-0002-000000000005' WHERE reference = 'M1';
UPDATE people SET line_manager_id = id WHERE reference = 'D1';  -- nothing refused that then
INSERT INTO posts (id, role, person_id, team_id, service_id, deputy_id, began_on, ended_on) VALUES
    ('00000000-0000-0000-0003-000000000001', 'team_manager', '00000000-0000-0000-0002-000000000004',
     '00000000-0000-0000-0001-000000000001', NULL, '00000000-0000-0000-0002-000000000005', '2024-01-01', NULL),
    ('00000000-0000-0000-0003-000000000002', 'head_of_service', '00000000-0000-0000-0002-000000000005', NULL, 'review',
     NULL, NULL, NULL),
    ('00000000-0000-0000-0003-000000000003', 'director', '00000000-0000-0000-0002-000000000006', NULL, NULL,
     '00000000-0000-0000-0002-000000000004', '2020-01-01', '2025-12-31');
INSERT INTO team_memberships (person_id, team_id, began_on, ended_on) VALUES
    ('00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0001-000000000003', NULL, '2024-03-31'),
    ('00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0001-000000000001', '2024-04-01', NULL),
    ('00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000001', NULL, NULL);
INSERT INTO auditor_appointments (person_id, service_id, roles, capacity, began_on, ended_on) VALUES
    ('00000000-0000-0000-0002-000000000003', 'mash', '{manager}', 2, NULL, NULL);
INSERT INTO absences (person_id, first_on, last_on) VALUES
    ('00000000-0000-0000-0002-000000000004', '2026-10-05', '2026-10-16');
INSERT INTO caseload_imports (id, kind, state, file_name, sha256, encoding, extracted_on, imported_at, imported_by,
    rows_read, rows_loaded, rows_refused, rows_passed_over, summary)
SELECT ('00000000-0000-0000-0004-00000000000' || number)::uuid, 'involvements', 'loaded', 'involvements.csv',
    repeat(number::text, 64), 'utf-8', day, day + time '09:00', 'an administrator', 2, 2, 0, 0, '{}'
FROM (VALUES (1, date '2026-09-01'), (2, date '2026-09-30')) AS given (number, day);
INSERT INTO import_row_errors (import_id, line, "column", value, code, sentence) VALUES
    ('00000000-0000-0000-0004-000000000002', 4, 'worker', 'W9', 'unknown_worker', 'Nobody is known as W9.');
INSERT INTO involvements (case_reference, person_id, team_id, allocated_on, involvement_began_on, ended_on,
    is_restricted, last_import_id) VALUES
    ('C1', '00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0001-000000000001', '2026-01-01', '2026-01-01',
     NULL, false, '00000000-0000-0000-0004-000000000002'),
    ('C2', '00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000001', '2026-01-01', '2025-11-01',
     NULL, true, '00000000-0000-0000-0004-000000000002'),
    ('C3', '00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000001', '2025-01-01', '2025-01-01',
     NULL, false, '00000000-0000-0000-0004-000000000001');
INSERT INTO audit_cycles (id, month, kind, state, edition_id, edition_version, opens_on, report_due_on, closes_on,
    opened_at, opened_by, shortfalls, warnings) VALUES
    ('00000000-0000-0000-0005-000000000001', '2026-10', 'ordinary', 'open', 'waltham_forest_2023', '1', '2026-10-01',
     '2026-10-29', '2026-10-30', '2026-10-01 08:00Z', 'scheduler', '[]', '[]');
INSERT INTO sampling_frames (id, cycle_id, hash, canonical, caseload_import_id, frozen_at) VALUES
    ('00000000-0000-0000-0006-000000000001', '00000000-0000-0000-0005-000000000001',
     encode(sha256('the frame'), 'hex'), 'the frame', '00000000-0000-0000-0004-000000000002', '2026-10-01 08:00Z');
INSERT INTO draws (id, cycle_id, frame_id, state, seed, drawn_at, drawn_by, issued_at, result) VALUES
    ('00000000-0000-0000-0007-000000000001', '00000000-0000-0000-0005-000000000001',
     '00000000-0000-0000-0006-000000000001', 'issued', 'a seed', '2026-10-01 08:00Z', 'scheduler', '2026-10-01 08:00Z',
     '{"edition": "waltham_forest_2023"}');
INSERT INTO draw_case_outcomes (draw_id, case_reference, practitioner_reference, team_reference, outcome, place,
    auditor_reference, reasons) VALUES
    ('00000000-0000-0000-0007-000000000001', 'C1', 'W1', 'REV', 'drawn', 1, 'W3', '[]'),
    ('00000000-0000-0000-0007-000000000001', 'C2', 'W2', 'REV', 'reserve', 2, NULL, '[]');
INSERT INTO audit_reference_numbers (year, last) VALUES (2025, 1), (2026, 1);
INSERT INTO audits (id, reference, origin, kind, state, cycle_id, draw_id, month, case_reference, practitioner_id,
    team_id, service_id, auditor_id, allocated_on, window_from, window_to, report_due_on, issued_on, overall_grade,
    sequence, reasons) VALUES
    ('00000000-0000-0000-0008-000000000001', 'PA-2026-0001', 'drawn', 'ordinary', 'allocated',
     '00000000-0000-0000-0005-000000000001', '00000000-0000-0000-0007-000000000001', '2026-10-01', 'C1',
     '00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0001-000000000001', 'review',
     '00000000-0000-0000-0002-000000000003', '2026-10-01', '2026-01-01', '2026-10-01', '2026-10-29', NULL, NULL, 0,
     '[{"rule": "S3", "clause": "2.1", "sentence": "Longest not audited."}]'),
    ('00000000-0000-0000-0008-000000000002', 'PA-2025-0001', 'recorded', 'ordinary', 'closed', NULL, NULL, '2025-10-01',
     'C2', '00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000001', 'review', NULL,
     '2025-10-01', '2025-10-01', '2025-10-01', '2025-10-31', '2025-11-05', 'good', 0, '[]'),
    ('00000000-0000-0000-0008-000000000003', 'PA-2025-0002', 'recorded', 'ordinary', 'withdrawn', NULL, NULL,
     '2025-11-01', 'C2', '00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000001', 'review', NULL,
     '2025-11-01', '2025-11-01', '2025-11-01', '2025-11-30', NULL, NULL, 0, '[]');
INSERT INTO deadlines (time_limit, audit_id, owed_by_id, started_on, due_on, rule, clause, sentence, edition_id, state)
VALUES ('report', '00000000-0000-0000-0008-000000000001', '00000000-0000-0000-0002-000000000003', '2026-10-01',
    '2026-10-29', 'P3', '3.1', 'Twenty working days.', 'waltham_forest_2023', 'running');
INSERT INTO notices (idempotency_key, event, recipient_id, address, cycle_id, content, message_id, state, attempts,
    created_at, next_attempt_at, leased_until, sent_at, last_error)
SELECT 'allocation:' || state, 'allocation', '00000000-0000-0000-0002-000000000001', address,
    '00000000-0000-0000-0005-000000000001', '{}', '<' || state || '@example.org>', state, attempts, '2026-10-01 08:00Z',
    '2026-10-01 08:00Z', leased_until, sent_at, last_error
FROM (VALUES ('pending', 'one@example.org', 2, NULL, NULL::timestamptz, 'greylisted'),
    ('leased', 'one@example.org', 1, timestamptz '2026-10-01 08:05Z', NULL, NULL),
    ('sent', 'one@example.org', 1, NULL, '2026-10-01 08:01Z', NULL),
    ('parked', NULL, 0, NULL, NULL, 'no address'),
    ('cancelled', ' ', 0, NULL, NULL, 'no more')) AS given (state, address, attempts, leased_until, sent_at, last_error);
INSERT INTO notices (idempotency_key, event, recipient_id, address, cycle_id, content, message_id, state, attempts,
    created_at, next_attempt_at, last_error) VALUES
    ('allocation:refused', 'allocation', '00000000-0000-0000-0002-000000000003', 'three@example.org',
     '00000000-0000-0000-0005-000000000001', '{}', '<refused@example.org>', 'parked', 5, '2026-10-01 08:00Z',
     '2026-10-01 08:00Z', 'refused for good');
INSERT INTO idempotency_keys (actor, key, request_sha256, made_at, answer_code, answer_body)
VALUES ('an administrator', 'k', 'hash', '2026-10-01 08:00Z', 201, 'done');
INSERT INTO audit_years (year, state, edition_id, saved_at, saved_by, version)
VALUES (2026, 'draft', 'waltham_forest_2023', '2026-01-01 09:00Z', 'an administrator', 3);
INSERT INTO planned_cycles (month, year, kind, topic, services)
VALUES ('2026-10', 2026, 'themed', 'Self-neglect', '{review}');
INSERT INTO job_runs (job, began_at, failures_in_a_row, outcome) VALUES ('deliver', '2026-10-01 08:00Z', 0, 'Sent: 1');
