"""What a word may end with instead of an answer: a sentence, and exit code 1."""

import json
import sys
from typing import Any

from rules.errors import InvalidFacts, Refusal, RulesError


class WordRefused(RulesError):
    """The command line itself refuses; the sentence says what, why and the way out."""

    def __init__(self, sentence: str, *, code: str = "refused") -> None:
        super().__init__(sentence)
        self.code = code


def expected_errors() -> tuple[type[Exception], ...]:
    """What any word may end with; some are known only once something that raises them has been read."""
    modules = {
        "settings": "SettingsError",
        "db.embedded.errors": "EmbeddedServerError",
        "pydantic": "ValidationError",
        "sqlalchemy.exc": "DBAPIError",
        "alembic.util.exc": "CommandError",
    }
    return (
        RulesError,
        OSError,
        *(getattr(sys.modules[name], error) for name, error in modules.items() if name in sys.modules),
    )


def tell(word: str, why: Exception, *, as_json: bool) -> None:
    """The sentence to a person, on standard error; to a program also as JSON on standard output."""
    told = _told(why)
    if as_json:
        print(json.dumps({"refused": told}, ensure_ascii=False, indent=2))
    print(f"practice-audit {word}: {told['sentence']}", file=sys.stderr)
    for problem in told["problems"]:
        if problem["sentence"] == told["sentence"] and str(problem["value"] or "") in told["sentence"]:
            continue  # the only one, and all of it is said
        shown = f" {problem['value']!r}" if problem["value"] is not None else ""
        print(f"  {problem['pointer']}{shown}: {problem['sentence']}", file=sys.stderr)


def _told(why: Exception) -> dict[str, Any]:
    problems = [*why.problems] if isinstance(why, InvalidFacts) else []
    return {
        "code": getattr(why, "code", None) or _CODES.get(type(why).__name__, "refused"),
        "sentence": sentence_of(why),
        "rule": why.rule if isinstance(why, Refusal) else None,
        "clause": why.clause if isinstance(why, Refusal) else None,
        "problems": [
            {"pointer": problem.pointer, "value": problem.value, "sentence": problem.sentence} for problem in problems
        ],
    }


_CODES = {
    "SettingsError": "settings",
    "ValidationError": "settings",
    "EmbeddedServerError": "embedded_server",
    "PolicyError": "policy",
}


def sentence_of(why: Exception) -> str:
    """What happened, in a sentence: settings by their variable, a database's words without the statement."""
    problems = getattr(why, "errors", None)
    if problems is not None and type(why).__name__ == "ValidationError":
        return " ".join(_of_setting(problem) for problem in problems())
    if isinstance(why, OSError) and why.filename is not None:
        return f"{why.filename}: {why.strerror}."
    original = getattr(why, "orig", None)
    if original is None:
        return str(why)
    first = (str(original).strip() or type(original).__name__).splitlines()[0]
    if type(why).__name__ == "OperationalError":
        return f"The database cannot be used: {first}. `practice-audit doctor` looks where it fails."
    return f"The database refused: {first}. `practice-audit doctor` looks for what is wrong."


def _of_setting(problem: dict[str, Any]) -> str:
    said = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return said
    name = str(problem["loc"][0])
    return f"{name if name.isupper() else f'PRACTICE_AUDIT_{name.upper()}'}: {said}."
