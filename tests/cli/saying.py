"""A word of the command line as somebody says it, in this process, and what it answered."""

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from cli.main import main


@dataclass(frozen=True)
class Said:
    """What a word came to."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        """The answer to `--json`."""
        return json.loads(self.out)

    @property
    def refused(self) -> dict[str, Any]:
        """The refusal in the answer to `--json`."""
        refused = self.facts["refused"]
        assert isinstance(refused, dict)
        return refused


def say(*words: object) -> Said:
    """`practice-audit` with these words."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    code = ended.value.code
    return Said(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())
