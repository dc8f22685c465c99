"""`practice-audit command-line`: the page of all words, made from what they say of themselves."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

import typer

from cli.generated import write_or_check
from cli.word_app import word_app
from cli.words import WORDS

app = word_app()

_WIDTH = 110
_INTRODUCTION = """# The command line

`./run WORD …` sets up what is missing and passes the words on; then `.venv/bin/practice-audit WORD …` does the same.

Made by `./run command-line`; do not edit by hand.

- **Where**: a word works on the installation that the settings name, or on the folder named with `--data`, whether a
  service is running in it or not. Settings are environment variables: [settings](../settings.md).
- **Exit codes**: 0 done; 1 refused, with the reason and the way out, or something was found wrong; 2 not understood.
- **For programs**: `--json` answers with one JSON object on standard output and nothing else; its names stay. A refusal
  is `{"refused": {"code", "sentence", "rule", "clause", "problems"}}`, with exit code 1.
- **For people**: answers go to standard output, refusals to standard error as one sentence. Long work shows a bar on a
  terminal, and nowhere else.
- **Who did it**: the records name `command line (ACCOUNT)`, the machine's account under which the word was said.
"""


@app.command(name="command-line")
def command_line(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write docs/guides/command-line.md: every word with its options and examples."""
    write_or_check("docs/guides/command-line.md", as_markdown(), check=check, word="command-line")


def as_markdown() -> str:
    """The page."""
    lines = [_INTRODUCTION]
    for group in dict.fromkeys(word.group for word in WORDS.values()):
        lines += [f"## {group}", ""]
        for name, word in WORDS.items():
            if word.group == group:
                command = typer.main.get_command(import_module(word.module).app)
                lines += [f"### {name}", "", *_helps(command, f"practice-audit {name}")]
    return "\n".join(lines)


def _helps(command: Any, name: str, above: Any = None) -> Iterator[str]:
    """What the word says to --help, and each of its own words after it."""
    context = command.context_class(
        command, info_name=name, parent=above, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    yield from ("```", command.get_help(context).strip(), "```", "")
    for inner_name, inner in getattr(command, "commands", {}).items():
        yield from _helps(inner, inner_name, context)
