"""`practice-audit revoke-key`: a key opens nothing any more."""

import uuid
from typing import Annotated

import typer

from cli.answers import answer
from cli.house import open_house
from cli.word_app import AsJson, DataFolder, examples, word_app
from usecases.api_keys import revoke_key

app = word_app()


@app.command(name="revoke-key", epilog=examples("revoke-key 0199c0de-7a11-7000-8000-000000000009"))
def revoke(
    key_id: Annotated[uuid.UUID, typer.Argument(metavar="KEY", help="The key's id, as list-keys shows it")],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """End an API key at once: the next request with it is refused."""
    with open_house("revoke-key", data) as house, house.work() as work:
        revoke_key(work, key_id)
    answer({"id": key_id, "revoked": True}, ["Revoked: the next request with it is refused."], as_json=as_json)
