"""`practice-audit resume-sending`: a restored copy becomes the installation that writes to people."""

from typing import Annotated

import typer

from cli.answers import answer
from cli.house import open_house
from cli.word_app import AsJson, DataFolder, examples, word_app
from usecases.restored_copies import Owed, Resumed, resume_sending

app = word_app()


@app.command(
    name="resume-sending",
    epilog=examples("resume-sending", "resume-sending --owed park", "resume-sending --owed send --json"),
)
def resume(
    owed: Annotated[Owed | None, typer.Option("--owed", help="What becomes of messages that came along unsent")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say that this restored copy is the one to go on with, and that the other one is stopped for good.

    Messages that the backup held unsent may have been sent by the other copy meanwhile. `--owed send` sends them from
    here too, with the same Message-ID if they had one; `--owed park` leaves each to a person, who finds them with
    `GET /v1/notices?state=parked` and sends again what is missing.
    """
    with open_house("resume-sending", data) as house, house.work() as work:
        resumed = resume_sending(work, owed)
    answer({"sending": "on", "sent_on": resumed.sent_on, "parked": resumed.parked}, _lines(resumed), as_json=as_json)


def _lines(resumed: Resumed) -> list[str]:
    return [
        (
            f"Messages go out again. Of those that came along unsent {resumed.sent_on} will be sent and "
            f"{resumed.parked} wait for a person."
        )
    ]
