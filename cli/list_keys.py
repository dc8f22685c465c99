"""`practice-audit list-keys`: which machines have keys, what those may do, and when they were last used."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from cli.answers import answer
from cli.house import open_house
from cli.word_app import AsJson, DataFolder, examples, word_app
from db.queries import api_keys

app = word_app()

_MOST = 10_000


@app.command(
    name="list-keys", epilog=examples("list-keys", 'list-keys --name "mosaic extract" --json', "list-keys --ended")
)
def list_all(
    name: Annotated[str | None, typer.Option("--name", help="Only keys of this machine")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Also keys that were revoked or have expired")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the API keys that work, the newest first; never their secrets."""
    with open_house("list-keys", data) as house, house.work() as work:
        live = None if ended else True
        rows = api_keys.api_keys(work.session, _MOST, name=name, now=work.now, is_live=live, after=None)
        keys = [dict(row._asdict()) for row in rows]
    answer({"items": keys}, _lines(keys), as_json=as_json)


def _lines(keys: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not keys:
        yield "There are none: make one with `practice-audit create-key`."
    for key in keys:
        used = f"last used on {key['last_used_on']}" if key["last_used_on"] else "not used yet"
        ends = f"revoked {key['revoked_at']:%Y-%m-%d}" if key["revoked_at"] else f"until {key['expires_at']:%Y-%m-%d}"
        yield f"{key['id']}  {key['name']}, {ends}, {used}: {', '.join(key['permissions'])}"
