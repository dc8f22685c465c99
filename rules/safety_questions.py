"""Whether anyone is unsafe now: asked wherever an issued report gets a grade that asks it (L2, D7, M6, L15).

Of a grading it is asked in `rules/gradings.py`.
"""

from collections.abc import Collection

from rules.decisions import Reason
from rules.errors import Problem
from rules.gradings import title_of
from rules.policy.shape import Policy

_ENTRY = "gradings.safety_question_grades"


def unanswered(given: Collection[str], is_anyone_unsafe: bool | None, policy: Policy) -> Problem | None:
    """What is missing where one of these grades asks whether anyone is unsafe now, and nobody answered.

    `given` are the grades that are other than before.
    """
    asking = [
        grade for grade in policy.gradings.grades if grade in {*given} & {*policy.gradings.safety_question_grades}
    ]
    if not asking or is_anyone_unsafe is not None:
        return None
    grades = " or ".join(title_of(grade, policy) for grade in asking)
    sentence = f'The report gets the grade {grades}, which asks "is anyone unsafe now?": answer yes or no.'
    return Problem("/is_anyone_unsafe", sentence, None, policy.reason_by_entry(_ENTRY, sentence).rule)


def why_alert_first(is_anyone_unsafe: bool | None, policy: Policy, *, is_raised: bool) -> Reason | None:
    """Why no grade changes yet: somebody is unsafe now, and no safety alert says so (W7).

    `is_raised` where one from that audit is open, or was raised since its report was issued.
    """
    if is_anyone_unsafe is not True or is_raised:
        return None
    sentence = (
        "Somebody is unsafe now, and no safety alert was raised from this audit since its report was issued: raise it "
        "first, with the audit's id and a few words, then change the grade."
    )
    return policy.reason_by_entry(_ENTRY, sentence)
