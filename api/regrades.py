"""`/v1/moderation-rounds/audits/{id}`: what its moderator does: regrade, meet the auditor, give feedback (M3, M4)."""

from typing import Annotated

from pydantic import Field

from api.dependencies import WorkDep, requires
from api.fields import Asked, RecordedDate, Written, shown_as
from api.moderated_contents import CHANGED, ModeratedId, ModeratedTold, RegradeWritten, SavingDep, content, told
from api.permissions import Permission
from api.routers import Router
from usecases.regrades import give_feedback, record_meeting, save_regrade

router = Router("moderation", "/v1/moderation-rounds/audits")


class MeetingHeld(Asked):
    """The day on which moderator and auditor met, or why they did not: one of the two."""

    model_config = shown_as({"met_on": "2027-03-22"}, {"not_met_because": "The auditor has left."})

    met_on: RecordedDate | None = None
    not_met_because: Written | None = None


class FeedbackWritten(Asked):
    """The written feedback to the auditor (M4)."""

    feedback: Annotated[Written, Field(examples=["Thank you for a careful report."])]


@router.put(
    "/{moderated_id}/regrade",
    operation_id="save_regrade",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=CHANGED,
)
def save_this_regrade(
    moderated_id: ModeratedId, written: RegradeWritten, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Saves the moderator's draft: grades per domain and overall, and findings. What it lacks is answered."""
    with saving.version_read() as version:
        return told(save_regrade(work, moderated_id, content(written), version=version), saving.response)


@router.post(
    "/{moderated_id}/auditor-meeting",
    operation_id="record_moderators_meeting",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=CHANGED,
)
def record_moderators_meeting(
    moderated_id: ModeratedId, asked: MeetingHeld, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """The moderator met the auditor, or did not, and why."""
    with saving.version_read() as version:
        found = record_meeting(work, moderated_id, asked.met_on, asked.not_met_because, version=version)
        return told(found, saving.response)


@router.post(
    "/{moderated_id}/written-feedback",
    operation_id="give_moderation_feedback",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=CHANGED,
)
def give_moderation_feedback(
    moderated_id: ModeratedId, asked: FeedbackWritten, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Written feedback goes to auditor and audit team, the template to the case system; it stays from then on."""
    with saving.version_read() as version:
        return told(give_feedback(work, moderated_id, asked.feedback, version=version), saving.response)
