"""What the lives of tests/journeys/lives.py come to, worked out by hand from the framework.

Clocks: the rule, who owes it, its last day, what became of it and when. Told: the day, the event, and who hears of it
(section 9). Days off on the way: Christmas Day, 28 December for Boxing Day, New Year's Day, 26 and 29 March, 3 and 31
May 2027.
"""

_MANAGERS = "practitioner manager team"

CLOCKS = {
    "outstanding": """
        L1 auditor 2026-10-29 met 2026-10-13
        L5 auditor 2026-10-29 met 2026-10-15
        L6 audit_team 2026-10-16 met 2026-10-16
        L7 auditor 2026-10-30 withdrawn 2026-10-15
        L7 auditor 2026-10-30 met 2026-10-19
        L10 both 2026-11-02 met 2026-10-28
    """,
    "returned": """
        L1 auditor 2026-10-29 met 2026-10-19
        L5 auditor 2026-10-29 met 2026-10-29
        L6 audit_team 2026-10-30 met 2026-10-30
        L7 auditor 2026-10-30 withdrawn 2026-10-29
        Q1 auditor 2026-11-05 met 2026-11-04
        L6 audit_team 2026-11-05 met 2026-11-05
        L7 auditor 2026-11-06 met 2026-11-06
        L10 both 2026-11-20 met 2026-11-16
        L11 team_manager 2026-11-19 met 2026-11-19
    """,
    "carried over": """
        L1 auditor 2026-10-29 met 2026-10-20
        L5 auditor 2026-10-29 met 2026-10-28
        L6 audit_team 2026-10-29 met 2026-10-29
        L7 auditor 2026-10-30 withdrawn 2026-10-28
        Q1 auditor 2026-11-03 withdrawn 2026-11-04
        Q3 auditor 2026-11-27 met 2026-11-20
        L6 audit_team 2026-11-23 met 2026-11-23
        L7 auditor 2026-11-30 withdrawn 2026-11-20
        L7 auditor 2026-11-30 met 2026-11-24
        L10 both 2026-12-08 met 2026-12-08
    """,
    "corrected": """
        L1 auditor 2026-10-29 met 2026-10-14
        L5 auditor 2026-10-29 met 2026-10-26
        L6 audit_team 2026-10-27 met 2026-10-26
        L7 auditor 2026-10-30 withdrawn 2026-10-26
        L7 auditor 2026-10-30 met 2026-10-27
        L10 both 2026-11-10 withdrawn 2026-11-03
        L10 both 2026-11-17 met 2026-11-16
        L4 practitioner 2026-11-27 met 2026-11-25
    """,
    "replaced auditor": """
        L1 auditor 2026-10-29 met 2026-10-21
        L5 auditor 2026-10-29 met 2026-10-28
        L6 audit_team 2026-10-29 met 2026-10-29
        L7 auditor 2026-10-30 withdrawn 2026-10-28
        L7 auditor 2026-10-30 met 2026-10-29
        L10 both 2026-11-12 met 2026-11-12
    """,
    "requires improvement": """
        L1 auditor 2026-10-29 met 2026-10-15
        L5 auditor 2026-10-29 met 2026-10-27
        L6 audit_team 2026-10-28 met 2026-10-28
        L7 auditor 2026-10-30 withdrawn 2026-10-27
        L7 auditor 2026-10-30 met 2026-10-28
        L10 both 2026-11-11 met 2026-11-10
        L4 practitioner 2026-12-11 met 2026-12-10
        L4 team_manager 2026-12-11 met 2026-12-11
    """,
    "requires improvement, then good": """
        L1 auditor 2027-01-28 met 2027-01-12
        L5 auditor 2027-01-28 met 2027-01-20
        L6 audit_team 2027-01-21 met 2027-01-21
        L7 auditor 2027-01-29 withdrawn 2027-01-20
        L7 auditor 2027-01-29 met 2027-01-22
        L10 both 2027-02-05 met 2027-01-28
        R1 head_of_service 2027-02-05 met 2027-02-03
    """,
    "inadequate": """
        L1 auditor 2026-10-29 met 2026-10-13
        L5 auditor 2026-10-29 met 2026-10-26
        L6 audit_team 2026-10-27 met 2026-10-27
        L7 auditor 2026-10-30 withdrawn 2026-10-26
        L7 auditor 2026-10-30 met 2026-10-29
        L10 both 2026-11-05 met 2026-11-04
        L4 practitioner 2026-11-20 met 2026-11-18
        L4 team_manager 2026-11-20 met 2026-11-20
    """,
    "inadequate, then still below good": """
        L1 auditor 2027-01-28 met 2027-01-14
        L5 auditor 2027-01-28 met 2027-01-26
        L6 audit_team 2027-01-27 met 2027-01-27
        L7 auditor 2027-01-29 withdrawn 2027-01-26
        L7 auditor 2027-01-29 met 2027-01-28
        L10 both 2027-02-11 met 2027-02-09
        R1 head_of_service 2027-02-11 met 2027-02-11
        L4 practitioner 2027-02-26 met 2027-02-24
        L4 team_manager 2027-02-26 met 2027-02-26
    """,
    "inadequate, then twice below good": """
        L1 auditor 2027-04-29 met 2027-04-13
        L5 auditor 2027-04-29 met 2027-04-26
        L6 audit_team 2027-04-27 met 2027-04-26
        L7 auditor 2027-04-30 withdrawn 2027-04-26
        L7 auditor 2027-04-30 met 2027-04-27
        L10 both 2027-05-05 met 2027-05-05
        R1 head_of_service 2027-05-12 met 2027-05-07
        L4 practitioner 2027-05-21 met 2027-05-19
        L4 team_manager 2027-05-21 met 2027-05-20
    """,
    "inadequate, then ordered by the director": """
        L1 auditor 2027-07-29 met 2027-07-13
        L5 auditor 2027-07-29 met 2027-07-26
        L6 audit_team 2027-07-27 met 2027-07-27
        L7 auditor 2027-07-30 withdrawn 2027-07-26
        L7 auditor 2027-07-30 met 2027-07-27
        L10 both 2027-08-10 met 2027-08-09
        R1 head_of_service 2027-08-10 met 2027-08-10
    """,
    "late": """
        L1 auditor 2026-11-27 met 2026-12-08
        L5 auditor 2026-11-27 met 2026-12-17
        L6 audit_team 2026-12-18 met 2026-12-18
        L7 auditor 2026-11-30 met 2026-12-21
        L10 both 2027-01-07 met 2027-01-13
        L4 practitioner 2027-01-29 met 2027-01-28
        L4 team_manager 2027-01-29 met 2027-01-29
    """,
    "late, then lower": """
        L1 auditor 2027-02-25 met 2027-02-11
        L5 auditor 2027-02-25 met 2027-03-17
        L6 audit_team 2027-03-18 met 2027-03-18
        Q1 auditor 2027-03-23 met 2027-03-23
        L6 audit_team 2027-03-24 met 2027-03-24
        L7 auditor 2027-02-26 met 2027-03-24
        L10 both 2027-04-02 met 2027-04-01
        R1 head_of_service 2027-04-09 met 2027-04-08
        L4 practitioner 2027-04-23 met 2027-04-22
        L4 team_manager 2027-04-23 met 2027-04-23
    """,
    "late, then good": """
        L1 auditor 2027-05-27 met 2027-05-12
        L5 auditor 2027-05-27 met 2027-05-24
        L6 audit_team 2027-05-25 met 2027-05-25
        L7 auditor 2027-05-28 withdrawn 2027-05-24
        L7 auditor 2027-05-28 met 2027-05-26
        L10 both 2027-06-10 met 2027-06-07
        R1 head_of_service 2027-06-10 met 2027-06-09
    """,
}
CLOCKS["corrected, then good"] = CLOCKS["requires improvement, then good"]

# Of each life the events that tell whom the others do not; reminders aside.
TOLD = {
    "outstanding": f"""
        2026-10-02 meeting_arranged: practitioner auditor
        2026-10-05 meeting_moved: practitioner auditor
        2026-10-19 audit_issued: {_MANAGERS}
        2026-10-21 report_commented: manager team
        2026-10-28 findings_discussed: team
    """,
    "returned": f"""
        2026-10-29 report_submitted: auditor team
        2026-10-30 report_returned: auditor team
        2026-11-04 report_amended: auditor team
        2026-11-05 report_accepted: auditor team
        2026-11-06 audit_issued: {_MANAGERS}
        2026-11-17 findings_note_missing: {_MANAGERS}
    """,
    "carried over": f"""
        2026-11-04 not_accepted: auditor auditors-head team
        2026-11-24 audit_issued: {_MANAGERS}
    """,
    "corrected": f"""
        2026-10-27 audit_issued: {_MANAGERS}
        2026-11-03 report_corrected: {_MANAGERS} auditor
    """,
    "replaced auditor": f"""
        2026-10-12 auditor_changed: practitioner earlier auditor manager team
        2026-10-13 meeting_moved: practitioner auditor
        2026-10-29 audit_issued: {_MANAGERS}
    """,
    "requires improvement": f"2026-10-28 audit_issued: {_MANAGERS}",
    "requires improvement, then good": f"""
        2027-01-22 audit_issued: {_MANAGERS} head
        2027-01-28 findings_discussed: team head
        2027-02-03 findings_confirmed: {_MANAGERS}
    """,
    "inadequate": f"2026-10-29 audit_issued: {_MANAGERS} head",
    "inadequate, then still below good": f"2027-01-28 audit_issued: {_MANAGERS} head psw",
    "inadequate, then twice below good": f"""
        2027-04-02 meeting_arranged: practitioner auditor manager
        2027-04-27 audit_issued: {_MANAGERS} head psw ad director
        2027-05-10 further_re_audit_ordered: {_MANAGERS} head
    """,
    "inadequate, then ordered by the director": f"""
        2027-07-02 meeting_arranged: practitioner auditor manager
        2027-07-27 audit_issued: {_MANAGERS} head
    """,
    "late": f"""
        2026-12-01 not_issued_at_close: auditor auditors-head team
        2026-12-21 audit_issued: {_MANAGERS}
        2027-01-08 escalation_0: practitioner team
        2027-01-12 escalation_2: {_MANAGERS} head
    """,
    "late, then lower": f"""
        2027-03-01 not_issued_at_close: auditor auditors-head team
        2027-03-24 audit_issued: {_MANAGERS} head psw
    """,
    "late, then good": f"2027-05-26 audit_issued: {_MANAGERS} head",
}
TOLD["corrected, then good"] = TOLD["requires improvement, then good"]
# What nobody is told of a life, whoever they are.
NEVER = {
    "returned": ("not_issued_at_close", "not_accepted", "overdue"),
    "carried over": ("not_issued_at_close", "overdue"),
}
# The first cycle that opens at least a month after the issue and does no moderation (S7, P7).
ALLOCATED_ON = {
    "corrected, then good": "2027-01-04",
    "requires improvement, then good": "2027-01-04",
    "inadequate, then still below good": "2027-01-04",
    "inadequate, then twice below good": "2027-04-01",
    "inadequate, then ordered by the director": "2027-07-01",
    "late, then lower": "2027-02-01",
    "late, then good": "2027-05-04",
}
# What a timeline says, word for word.
SENTENCES = {
    "carried over": (
        "Reminder: the auditor owes amending the report (Q1) by Tuesday 3 November 2026.",
        "not amended in time, the report was not accepted on Wednesday 4 November 2026.",
        "Version 3 of the report is in the case system.",
        "The case note of version 3 of the report is in the case system.",
    ),
    "corrected": ("Reminder: the team manager owes discussing the findings (L10) by Tuesday 17 November",),
    "late": (
        "by Friday 27 November 2026. It was done on Thursday 17 December 2026, 14 working days late.",
        "Overdue: the auditor owed the report (L5) by Friday 27 November 2026.",
        "21 December 2026, skipping Christmas Day, Boxing Day (substitute day) and New Year's Day: Thursday 7 January",
        (
            "Overdue and taken further to the practitioner, the line manager and the audit team: the team manager owed "
            "discussing the findings (L10) by Thursday 7 January 2027."
        ),
        (
            "Overdue and taken further to the practitioner, the line manager, the head of service and the audit team: "
            "the team manager owed discussing the findings (L10) by Thursday 7 January 2027."
        ),
    ),
    "late, then lower": (
        "5 working days from Wednesday 24 March 2027, skipping Good Friday and Easter Monday: Friday 2 April 2027.",
    ),
}
