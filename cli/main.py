"""The words of the command line. Each is a module of its own, read only when its word is said: help answers at once."""

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

from cli.refusals import expected_errors, tell
from cli.words import WORDS


def main(words: list[str] | None = None) -> NoReturn:
    """Obey the words. Ends with 0, with 1 and a sentence for what we refuse, with 2 for words not understood."""
    try:
        try:
            _obey(sys.argv[1:] if words is None else words)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever reads us, such as `head`, has had enough: the rest goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _obey(words: list[str]) -> NoReturn:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_help())
        sys.exit(0)
    word = WORDS.get(words[0])
    if word is None:
        sys.exit(_not_a_word(words[0]))
    app: Any = _read(word.module).app
    try:
        app(words[1:], prog_name=f"practice-audit {words[0]}")
    except expected_errors() as why:
        tell(words[0], why, as_json="--json" in words)
        sys.exit(1)
    sys.exit(0)


def _read(module: str) -> Any:
    """The module of a word. All that it imports stays, so looking for rubbish in it would only delay the start."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()
        gc.freeze()


def _help() -> str:
    width = max(map(len, WORDS)) + 2
    lines = ["practice-audit WORD [OPTIONS]"]
    for group in dict.fromkeys(word.group for word in WORDS.values()):
        lines += ["", group]
        lines += [f"  {name:<{width}}{word.sentence}" for name, word in WORDS.items() if word.group == group]
    return "\n".join([*lines, "", "`practice-audit WORD --help` tells more of one word, with examples."])


def _not_a_word(said: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(said, WORDS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    print(f"practice-audit knows no word {said!r}.{hint}\n\n{_help()}", file=sys.stderr)
    return 2
