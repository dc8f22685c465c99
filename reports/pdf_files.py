"""Making PDF files with typst, an optional extra (`pdf`), in a process of its own (`pdf_process.py`)."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reports import pdf_process
from reports.pdf_characters import FONTS

_PROGRAM = pdf_process.__file__
_SECONDS = 20  # a service that stops has to stop sooner than most would wait
# A child gets no secret of ours: Windows finds its own libraries by the first.
_ENVIRONMENT = ("SYSTEMROOT", "PATH")


class NoPdf(RuntimeError):
    """A PDF could not be made; the sentence says why, and the way out."""


class PdfNotInstalled(NoPdf):
    """The library that makes PDF files is not there; the sentence names the extra that brings it."""


class PdfRefused(NoPdf):
    """Typst refused the document, such as one with a character that no font has."""


def can_make_pdf() -> bool:
    """Whether the extra `pdf` is installed."""
    return find_spec("typst") is not None


def made_pdf(templates: Sequence[Path], page: dict[str, Any], made_at: datetime) -> bytes:
    """The file: `page` in these templates, one after the other, dated `made_at`.

    Raises PdfNotInstalled, PdfRefused, or NoPdf for too long.
    """
    if not can_make_pdf():
        raise PdfNotInstalled(
            "PDF files need the library typst, which this installation was set up without: whoever runs it installs "
            "the extra `pdf` of pyproject.toml. The report as HTML is there, and a browser prints it."
        )
    asked = {
        "template": "\n".join(template.read_text(encoding="utf-8") for template in templates),
        "page": page,
        "fonts": str(FONTS),
        "made_at": made_at.astimezone(UTC).replace(microsecond=0).isoformat(),  # typst takes whole seconds
        "seconds": _SECONDS,
    }
    done = _run(json.dumps(asked).encode())
    if done.returncode == pdf_process.REFUSED:
        raise PdfRefused(f"typst refused the document: {done.stderr.decode(errors='replace')[-500:]}")
    if done.returncode != 0:
        raise NoPdf(
            f"The process that makes the PDF ended with {done.returncode}: read the report as HTML, or ask again later."
        )
    return done.stdout


def _run(asked: bytes) -> "subprocess.CompletedProcess[bytes]":
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        return subprocess.run(
            [sys.executable, "-I", _PROGRAM],
            input=asked,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPdf(
            f"The PDF was not made within {_SECONDS} seconds: read the report as HTML, or ask again in a moment."
        ) from None
