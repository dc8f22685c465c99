"""What the Typer applications of all words share."""

import typer


def word_app() -> typer.Typer:
    """An application of one word. A fault shows a plain trace: Typer's own would show what variables hold."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False)
