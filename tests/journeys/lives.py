"""The scripts of the lives of audits: a day, what is done, and what is said of it (tests/deeds_of_audits.py)."""

OUTSTANDING = """
    2026-10-02 arranges 2026-10-12
    2026-10-05 arranges 2026-10-13
    2026-10-09 grades good
    2026-10-13 meet
    2026-10-14 grades-again outstanding
    2026-10-15 submits
    2026-10-16 accepts
    2026-10-19 issues
    2026-10-19 files
    2026-10-20 acknowledges
    2026-10-21 comments Fair. The sister was rung twice, not once.
    2026-10-28 discuss
    2026-10-29 note-is-there
"""
RETURNED = """
    2026-10-02 arranges 2026-10-19
    2026-10-16 grades good
    2026-10-19 meet
    2026-10-20 grades-again good
    2026-10-29 submits
    2026-10-30 returns offering a discussion
    2026-11-04 submits
    2026-11-05 accepts
    2026-11-06 issues
    2026-11-06 files
    2026-11-16 discuss
    2026-11-17 note-is-missing
    2026-11-19 note-is-there
"""
CARRIED_OVER = """
    2026-10-05 arranges 2026-10-20
    2026-10-19 grades good
    2026-10-20 meet
    2026-10-21 grades-again good
    2026-10-28 submits
    2026-10-29 returns
    2026-11-20 submits
    2026-11-23 accepts
    2026-11-24 issues
    2026-11-24 files
    2026-12-08 discuss
    2026-12-09 note-is-there
"""
CORRECTED = """
    2026-10-06 arranges 2026-10-14
    2026-10-14 grades good
    2026-10-14 meet
    2026-10-15 grades-again good
    2026-10-26 submits
    2026-10-26 accepts
    2026-10-27 issues
    2026-10-27 files
    2026-11-03 corrects requires_improvement
    2026-11-03 files
    2026-11-05 plans-anew 2026-11-27
    2026-11-09 agree
    2026-11-16 discuss
    2026-11-18 note-is-there
    2026-11-25 do 1
"""
REPLACED = """
    2026-10-05 arranges 2026-10-16
    2026-10-12 falls-ill
    2026-10-13 arranges 2026-10-21
    2026-10-20 grades good
    2026-10-21 meet
    2026-10-22 grades-again good
    2026-10-28 submits
    2026-10-29 accepts
    2026-10-29 issues
    2026-10-29 files
    2026-11-12 discuss
    2026-11-13 note-is-there
"""
REQUIRES_IMPROVEMENT = """
    2026-10-05 arranges 2026-10-15
    2026-10-14 grades requires_improvement
    2026-10-14 plans 2026-12-11
    2026-10-15 meet
    2026-10-16 grades-again requires_improvement
    2026-10-27 submits
    2026-10-28 accepts
    2026-10-28 issues
    2026-10-28 files
    2026-11-10 agree
    2026-11-10 discuss
    2026-11-11 note-is-there
    2026-12-10 do 1
    2026-12-11 do 2
"""
RE_AUDIT_GOOD = """
    2027-01-05 arranges 2027-01-12
    2027-01-11 grades good
    2027-01-12 meet
    2027-01-13 grades-again good
    2027-01-20 submits
    2027-01-21 accepts
    2027-01-22 issues
    2027-01-22 files
    2027-01-28 discuss
    2027-01-29 note-is-there
    2027-02-03 confirms
"""
INADEQUATE = """
    2026-10-05 arranges 2026-10-13
    2026-10-12 grades inadequate
    2026-10-12 plans 2026-11-20
    2026-10-13 meet
    2026-10-14 grades-again inadequate
    2026-10-26 submits
    2026-10-27 accepts
    2026-10-29 issues
    2026-10-29 files
    2026-11-04 agree
    2026-11-04 discuss
    2026-11-06 note-is-there
    2026-11-18 do 1
    2026-11-20 do 2
"""
STILL_BELOW_GOOD = """
    2027-01-06 arranges 2027-01-14
    2027-01-13 grades requires_improvement
    2027-01-13 plans 2027-02-26
    2027-01-14 meet
    2027-01-15 grades-again requires_improvement
    2027-01-26 submits
    2027-01-27 accepts
    2027-01-28 issues
    2027-01-28 files
    2027-02-09 agree
    2027-02-09 discuss
    2027-02-10 note-is-there
    2027-02-11 confirms
    2027-02-24 do 1
    2027-02-26 do 2
"""
SECOND_BELOW_GOOD = """
    2027-04-02 arranges 2027-04-13
    2027-04-12 grades requires_improvement
    2027-04-12 plans 2027-05-21
    2027-04-13 meet with the team manager
    2027-04-14 grades-again requires_improvement
    2027-04-26 submits
    2027-04-26 accepts
    2027-04-27 issues
    2027-04-27 files
    2027-05-05 agree
    2027-05-05 discuss
    2027-05-06 note-is-there
    2027-05-07 confirms
    2027-05-10 orders She is still not seen at home.
    2027-05-19 do 1
    2027-05-20 do 2
"""
ORDERED = """
    2027-07-02 arranges 2027-07-13
    2027-07-12 grades good
    2027-07-13 meet with the team manager
    2027-07-14 grades-again good
    2027-07-26 submits
    2027-07-27 accepts
    2027-07-27 issues
    2027-07-27 files
    2027-08-09 discuss
    2027-08-10 note-is-there
    2027-08-10 confirms
"""
LATE = """
    2026-12-01 arranges 2026-12-08
    2026-12-07 grades requires_improvement
    2026-12-07 plans 2027-01-29
    2026-12-08 meet
    2026-12-09 grades-again requires_improvement
    2026-12-17 submits
    2026-12-18 accepts
    2026-12-21 issues
    2026-12-21 files
    2027-01-13 agree
    2027-01-13 discuss
    2027-01-14 note-is-there
    2027-01-28 do 1
    2027-01-29 do 2
"""
LOWER = """
    2027-02-02 arranges 2027-02-11
    2027-02-10 grades inadequate
    2027-02-10 plans 2027-04-23
    2027-02-11 meet
    2027-02-12 grades-again inadequate
    2027-03-17 submits
    2027-03-18 returns
    2027-03-23 submits
    2027-03-24 accepts
    2027-03-24 issues
    2027-03-24 files
    2027-04-01 agree
    2027-04-01 discuss
    2027-04-06 note-is-there
    2027-04-08 confirms
    2027-04-22 do 1
    2027-04-23 do 2
"""
SECOND_GOOD = """
    2027-05-05 arranges 2027-05-12
    2027-05-11 grades good
    2027-05-12 meet with the team manager
    2027-05-13 grades-again good
    2027-05-24 submits
    2027-05-25 accepts
    2027-05-26 issues
    2027-05-26 files
    2027-06-07 discuss
    2027-06-08 note-is-there
    2027-06-09 confirms
"""
PLAIN_OCTOBER = """
    2026-10-14 grades good
    2026-10-14 meet
    2026-10-15 grades-again good
    2026-10-22 submits
    2026-10-22 accepts
    2026-10-23 issues
    2026-10-23 files
    2026-10-26 discuss
    2026-10-27 note-is-there
"""
PLAIN_NOVEMBER = PLAIN_OCTOBER.replace("2026-10", "2026-11")

# By name the script of each audit, and those of its re-audits.
OF_OCTOBER: dict[str, dict[str, str]] = {
    "outstanding": {"outstanding": OUTSTANDING},
    "returned": {"returned": RETURNED},
    "carried over": {"carried over": CARRIED_OVER},
    "corrected": {"corrected": CORRECTED, "corrected, then good": RE_AUDIT_GOOD},
    "requires improvement": {
        "requires improvement": REQUIRES_IMPROVEMENT,
        "requires improvement, then good": RE_AUDIT_GOOD,
    },
    "inadequate": {
        "inadequate": INADEQUATE,
        "inadequate, then still below good": STILL_BELOW_GOOD,
        "inadequate, then twice below good": SECOND_BELOW_GOOD,
        "inadequate, then ordered by the director": ORDERED,
    },
}
REPLACED_AUDITOR: dict[str, str] = {"replaced auditor": REPLACED}
OF_NOVEMBER: dict[str, dict[str, str]] = {
    "late": {"late": LATE, "late, then lower": LOWER, "late, then good": SECOND_GOOD}
}
PLAIN = "plain"
