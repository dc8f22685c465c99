"""Reports as the tests look at them: one with all there can be, one with next to nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reports.audit_reports import (
    ActionShown,
    AuditReport,
    CheckAnswered,
    CommentShown,
    CorrectionShown,
    DiscussionShown,
    DomainGraded,
    EarlierGrade,
    FormShown,
    GradeShown,
    GradingShown,
    LineAnswered,
    PlanShown,
    VersionShown,
)
from rules.gradings import CheckAnswer

OUTSTANDING, GOOD, REQUIRES_IMPROVEMENT, INADEQUATE = (
    GradeShown(grade, title, place, 4)
    for place, (grade, title) in enumerate(
        {
            "outstanding": "Outstanding",
            "good": "Good",
            "requires_improvement": "Requires Improvement",
            "inadequate": "Inadequate",
        }.items(),
        start=1,
    )
)

# As it stands right after allocation: what every audit has, and no more.
BARE = AuditReport(
    reference="PA-2026-0412",
    council="Example Borough Council",
    edition=FormShown("waltham_forest_2023", "1", "Practice Audit Framework 2023"),
    version=VersionShown(
        1, "Submitted for quality assurance", datetime(2026, 10, 28, 14, 5, tzinfo=UTC), "person 990402"
    ),
    kind="ordinary",
    cycle="2026-10",
    case_reference="SYN-000412",
    practitioner="990017",
    auditor="990402",
    team="CART",
    team_title="Community Assessment and Reablement Team",
    service="home_first",
    service_title="Home First Service",
    window_from=date(2026, 4, 1),
    window_to=date(2026, 9, 30),
    allocated_on=date(2026, 10, 1),
)

_VOICE = (
    "What does the record tell us of the person's own words, wishes and feelings?",
    "How were communication needs met?",
)


def _domains(after: bool) -> tuple[DomainGraded, ...]:
    return (
        DomainGraded(
            "voice",
            "The person's voice",
            GOOD if after else REQUIRES_IMPROVEMENT,
            evidence="The assessment quotes the person on where they want to live and what a good day looks like. "
            "Their wish to go back to the lunch club is followed through to the plan and to the review of 14 July."
            + (" In the discussion the practitioner showed the picture cards that were used." if after else ""),
            lines=(
                LineAnswered(_VOICE[0], "Direct quotations in the assessment and in both reviews."),
                LineAnswered(_VOICE[1], "Picture cards; an interpreter was offered and declined."),
            ),
        ),
        DomainGraded(
            "capacity",
            "Mental capacity and best interests",
            REQUIRES_IMPROVEMENT,
            evidence="Capacity for the decision on accommodation was assessed on 3 June. The record names the decision "
            "and the four questions, but not how the person was helped to take part.",
            lines=(
                LineAnswered("Is each decision named, with its date?", "Yes for accommodation, no for money."),
                LineAnswered("Was an advocate thought of?", is_applicable=False),
            ),
        ),
        DomainGraded(
            "safeguarding",
            "Safeguarding, made personal",
            OUTSTANDING if after else GOOD,
            evidence="The concern of 2 May was talked through with the person before anything was decided.",
        ),
        DomainGraded("carers", "Carers and network", is_applicable=False),
    )


FULL = replace(
    BARE,
    version=VersionShown(3, "Issued", datetime(2026, 10, 30, 15, 40, tzinfo=UTC), "person 990402"),
    kind="re_audit",
    sequence=2,
    marking="OFFICIAL-SENSITIVE",
    tools=(FormShown("adult_social_care", "4", "Adult social care"), FormShown("re_audit", "2", "Re-audit")),
    submitted_on=date(2026, 10, 28),
    accepted_on=date(2026, 10, 29),
    issued_on=date(2026, 10, 30),
    effective=GOOD,
    before_discussion=GradingShown(
        date(2026, 10, 19),
        REQUIRES_IMPROVEMENT,
        domains=_domains(after=False),
        strengths=("The person is quoted throughout.",),
        areas_to_improve=("Capacity assessments name each decision.",),
        is_anyone_unsafe=False,
    ),
    after_discussion=GradingShown(
        date(2026, 10, 23),
        GOOD,
        domains=_domains(after=True),
        strengths=(
            "The person is quoted throughout, and what they asked for can be followed to the plan.",
            "Risks were weighed with the person and their sister, not for them.",
        ),
        areas_to_improve=("Each capacity assessment names the decision and how the person was helped to take part.",),
        why_above_worst="The domain below concerns one entry; the work itself was sound.",
        is_anyone_unsafe=False,
    ),
    discussion=DiscussionShown(
        date(2026, 10, 22),
        "The practitioner brought the picture cards and explained why the advocate was not needed.",
        team_manager_attended=True,
    ),
    checks=(
        CheckAnswered(
            "Assessment finished within 28 days?", CheckAnswer.YES, began_on=date(2026, 4, 9), ended_on=date(2026, 5, 4)
        ),
        CheckAnswered("Review held within twelve months?", CheckAnswer.NO, "Two weeks late."),
        CheckAnswered("Carer's assessment offered?", CheckAnswer.NOT_APPLICABLE),
        CheckAnswered("Supervision recorded each month?", CheckAnswer.YES),
    ),
    plan=PlanShown(
        (
            ActionShown(
                "Write each capacity assessment on the current form, one decision each",
                "practitioner 990017",
                date(2026, 11, 27),
                "Next three assessments checked in supervision",
                "Template and a worked example are on the intranet",
                "Closes the gap in the domain on capacity",
                "Two of three checked",
            ),
            ActionShown("Take part in the workshop on best interests", "team manager", date(2026, 12, 11)),
        ),
        agreed_on=date(2026, 11, 5),
        confirmed_on=date(2026, 11, 12),
    ),
    corrections=(
        CorrectionShown(
            date(2026, 11, 10),
            "The grade of one domain was mistyped.",
            domains=(DomainGraded("safeguarding", "Safeguarding, made personal", GOOD),),
        ),
    ),
    feedback_points=2,
    comments=(CommentShown("practitioner 990017", date(2026, 11, 3), "Thank you, a fair and useful report."),),
    compared_with=(
        EarlierGrade("PA-2026-0107", "original audit", INADEQUATE, date(2026, 2, 26)),
        EarlierGrade("PA-2026-0266", "first re-audit", REQUIRES_IMPROVEMENT, date(2026, 6, 29)),
    ),
)

LONG_REASON = "The wrong column: the evidence says Inadequate. " + "And again the same. " * 30
# Each differs from FULL in what the first page says.
CORRECTED = replace(
    FULL,
    effective=INADEQUATE,
    corrections=(
        CorrectionShown(
            date(2026, 11, 3),
            LONG_REASON.strip(),
            INADEQUATE,
            (DomainGraded("capacity", "Mental capacity and best interests", INADEQUATE),),
            "person 990031",
        ),
    ),
)
MODERATED = replace(
    CORRECTED, corrections=(replace(CORRECTED.corrections[0], how="Changed after moderation", corrected_by=""),)
)
_BEFORE, _AFTER = FULL.before_discussion or GradingShown(), FULL.after_discussion or GradingShown()
NOT_DISCUSSED = replace(
    FULL,
    discussion=DiscussionShown(None, not_held_because="The practitioner fell ill."),
    corrections=(),
    after_discussion=replace(
        _AFTER,
        changed_because="The reviews that came to light.",
        domains=(replace(_AFTER.domains[0], changed_because="A second record was found."), *_AFTER.domains[1:]),
    ),
)
CHECKED = replace(
    FULL,
    kind="ordinary",
    sequence=0,
    effective=None,
    before_discussion=replace(_BEFORE, overall=None, domains=(), is_anyone_unsafe=None),
    after_discussion=None,
    corrections=(),
    compared_with=(),
)

HOSTILE = (
    '#import "x.typ"',
    "#sys.inputs $ x^2 $ *bold* _it_ `raw` @ref <label> // no /* no */ \\ ~ -- ---",
    "= No heading",
    "- no list",
    "]]} [[{ \" ' &amp; <script>alert(1)</script> {{ 7*7 }} %s",
)


def saying(text: str) -> AuditReport:
    """A report in which somebody wrote that in many places."""
    assert FULL.after_discussion is not None
    assert FULL.discussion is not None
    after = replace(FULL.after_discussion, strengths=(text,), areas_to_improve=(text, text), why_above_worst=text)
    discussion = replace(FULL.discussion, what_it_added=text)
    return replace(FULL, after_discussion=after, discussion=discussion, case_reference=text[:40], marking=text[:40])
