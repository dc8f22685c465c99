"""`practice-audit create-key`: a key for a machine, shown once."""

from datetime import timedelta
from typing import Annotated

import typer

from api.access import may_grant
from api.app_roles import AppRole
from cli.answers import answer
from cli.house import open_house
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from db.queries import api_keys
from usecases.api_keys import KeyAsked, make_key

app = word_app()

_GRANTABLE = {permission.value for permission in may_grant(frozenset({AppRole.ADMINISTRATOR}))}


@app.command(
    name="create-key",
    epilog=examples(
        'create-key "mosaic extract" --may caseload_imports:make --may caseload_imports:read',
        'create-key "mosaic extract" --may caseload_imports:make --days 90 --json',
    ),
)
def create(
    name: Annotated[str, typer.Argument(help="Of the machine; two keys of a name may live at a time")],
    may: Annotated[
        list[str], typer.Option("--may", help="A permission, as docs/permissions.md lists them; again for more")
    ],
    days: Annotated[
        int | None, typer.Option("--days", min=1, help="How long it works; else as the settings say")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key for a machine. It is shown once, now; only a hash of it is kept.

    To rotate: make a second key of the same name, hand it out, then revoke the first.
    """
    with open_house("create-key", data) as house, house.work() as work:
        longest = house.settings.api_key_days
        if days is not None and days > longest:
            raise WordRefused(
                f"A key works for {longest} days at the longest, and {days} are asked for.", code="too_long"
            )
        asked = KeyAsked(name, frozenset(may), timedelta(days=days or longest))
        made = make_key(work, asked, _GRANTABLE)
        row = api_keys.one_api_key(work.session, made.id)
        assert row is not None
    facts = {
        "id": made.id,
        "name": name,
        "permissions": row.permissions,
        "expires_at": row.expires_at,
        "key": made.text,
    }
    lines = [
        made.text,
        f"Works until {row.expires_at:%-d %B %Y} for {', '.join(row.permissions)}. It is not shown again: send it as",
        "`Authorization: Bearer …`, keep it out of scripts and logs.",
    ]
    answer(facts, lines, as_json=as_json)
