"""What the Typer applications of all words share: how they show help, and the options that many of them have."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from clock import Clock

DataFolder = Annotated[
    Path | None, typer.Option("--data", help="Folder of the embedded database; without it PRACTICE_AUDIT_DATA")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs")]
Today = Annotated[
    datetime | None,
    typer.Option("--today", formats=["%Y-%m-%d"], help="Act as on this day; with the embedded database only"),
]


def word_app() -> typer.Typer:
    """An application of one word. A fault shows a plain trace: Typer's own would show what variables hold."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help as plain text, which is as quick to come as it is to read
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    )


def examples(*commands: str) -> str:
    """The end of a word's help: what people type, each line as it stands; settings come before the program's name."""
    lines = (command if " practice-audit " in command else f"practice-audit {command}" for command in commands)
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def clock_of(today: datetime) -> Clock:
    """A clock that was set to a day with --today."""
    return Clock.set_to(today.date())
