"""Who reads what an auditor writes, and from when on (L3, C4).

A practitioner never sees a draft grade before the reflective discussion; nobody but the auditor and, once it is
submitted, the audit team sees what is not issued. From which state on each reads each part is the policy's
`gradings.seen_from`; of an audit that is withdrawn nothing more is shown than the auditor's own draft to its auditor.
"""

from rules.audit_events import State
from rules.decisions import Reason
from rules.draft_readers import Part, Reader
from rules.policy.shape import Policy

# The order in which an audit goes through its states; a returned report was submitted before.
STATES_IN_ORDER = tuple(state.value for state in State if state is not State.WITHDRAWN)
# While the report is with the audit team nobody writes on it, and once it is accepted it is fixed (L3, L6).
_WRITTEN_IN = {
    Part.BEFORE_DISCUSSION: ("allocated", "under_way"),
    Part.AFTER_DISCUSSION: ("discussed", "returned"),
    Part.IMPROVEMENT_PLAN: ("allocated", "under_way", "discussed", "returned"),
    Part.EARLIER_FEEDBACK: ("allocated", "under_way", "discussed", "returned"),
}
_STATES_IN_WORDS = {
    "under_way": "the audit is under way",
    "discussed": "the reflective discussion is recorded",
    "submitted": "the report is submitted",
    "returned": "the report was submitted and returned",
    "accepted": "the report is accepted",
    "issued": "the report is issued",
    "closed": "the audit is closed",
}
_PARTS_IN_WORDS = {
    Part.BEFORE_DISCUSSION: "The grading before the discussion",
    Part.AFTER_DISCUSSION: "The grading after the discussion",
    Part.IMPROVEMENT_PLAN: "The improvement plan",
    Part.EARLIER_FEEDBACK: "Feedback to an earlier practitioner or team",
}


def reader_of(*, is_practitioner: bool, is_auditor: bool, reads_drafts: bool) -> Reader:
    """What somebody is who may be several things; the practitioner stays one, whatever else they are."""
    if is_practitioner:
        return Reader.PRACTITIONER
    if is_auditor:
        return Reader.AUDITOR
    return Reader.AUDIT_TEAM if reads_drafts else Reader.OTHERS


def why_not_shown(part: Part, reader: Reader, state: str, policy: Policy) -> Reason | None:
    """Why that part of an audit in that state is not shown to that reader; None when it is.

    The sentence is the same whether or not anything is written.
    """
    since = policy.gradings.seen_from[part][reader]
    if reader is Reader.AUDITOR and since == STATES_IN_ORDER[0]:
        return None  # also of one that was withdrawn
    if state not in STATES_IN_ORDER:
        return policy.reason("L3", f"{_PARTS_IN_WORDS[part]} is not shown: the audit is {state}.")
    if STATES_IN_ORDER.index(state) >= STATES_IN_ORDER.index(since):
        return None
    return policy.reason("L3", f"{_PARTS_IN_WORDS[part]} is shown to you once {_STATES_IN_WORDS[since]}.")


def why_not_written(part: Part, reference: str, state: str, policy: Policy) -> Reason | None:
    """Why the auditor does not write that part of an audit in that state; None when they do."""
    if state in _WRITTEN_IN[part]:
        return None
    what = f"{_PARTS_IN_WORDS[part]} of {reference}"
    if part is Part.AFTER_DISCUSSION and state in _WRITTEN_IN[Part.BEFORE_DISCUSSION]:
        return policy.reason(
            "L3", f"{what} comes after the reflective discussion: record that first, or why it wasn't."
        )
    if part is Part.BEFORE_DISCUSSION and state in _WRITTEN_IN[Part.AFTER_DISCUSSION]:
        return policy.reason(
            "L3", f"{what} is fixed since the discussion: what has changed goes into the one after it."
        )
    if state == State.SUBMITTED:
        return policy.reason(
            "L6", f"{what} is with the audit team: it can be written on again if the report is returned."
        )
    if state == State.WITHDRAWN:
        return policy.reason("S9", f"{what} is not written any more: the audit was withdrawn.")
    return policy.reason("L3", f"{what} is fixed: the report is {state}. The audit manager can correct it (L15).")
