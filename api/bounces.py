"""`/v1/notices/bounces`: a mail gateway reports a message that came back (A5)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked
from api.permissions import Permission
from api.routers import Router, described
from usecases.bounces import note_bounce
from usecases.ports import Bounce

router = Router("notices", "/v1/notices")


class BounceReported(Asked):
    """What a mail server said of a message that it had taken: by the address that we sent it to."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "message_id": "<0199c0de-7a11-7000-8000-000000000005@practice-audit.invalid>",
                    "recipient": "ada.samplewood@council.example",
                    "code": "5.1.1",
                }
            ]
        },
    )

    message_id: Annotated[str, Field(min_length=3, max_length=252, description="The Message-ID that was sent")]
    recipient: Annotated[str, Field(min_length=3, max_length=254, description="The address it was sent to")]
    code: Annotated[
        str,
        Field(
            pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$",
            description="Enhanced status code (RFC 3463): 5.… came back for good, 4.… is delayed, 2.… arrived",
        ),
    ]


class BounceNoted(BaseModel):
    """What became of the report."""

    noted: Annotated[
        Literal["bounced", "known", "delayed"],
        Field(
            description="`bounced`: the notices are marked and a task is open. `known`: reported before, or sent "
            "again since. `delayed`: nothing is lost yet, so nothing was changed"
        ),
    ]


@router.post(
    "/bounces",
    operation_id="report_bounce",
    dependencies=[requires(Permission.REPORT_BOUNCES)],
    responses={
        **answered({"a message that came back": {"noted": "bounced"}}),
        **described(404, "No message with that Message-ID was sent to that address"),
    },
)
def report_bounce(reported: BounceReported, work: WorkDep) -> BounceNoted:
    """Notes that a message came back. The same report again changes nothing."""
    noted = note_bounce(work, Bounce(reported.message_id, reported.recipient, reported.code))
    return BounceNoted(noted=noted.value)
