"""What a file is made of before it is read as CSV: its hash, its encoding, and whether it is text at all."""

import codecs
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from usecases.extract_ports import BrokenExtract

UTF_8 = "utf-8-sig"  # with or without a mark at the beginning
WINDOWS_1252 = "cp1252"

_PIECE = 1 << 20
_OTHER_FILES = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text (Excel calls it Unicode text)",
    b"\xfe\xff": "UTF-16 text (Excel calls it Unicode text)",
    b"\x1f\x8b": "a gzip archive",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """The hash of the bytes, and the encoding that reads them."""

    sha256: str
    encoding: str


def examine(content: BinaryIO) -> Examined:
    """Read the file once from its beginning and leave it there again.

    UTF-8 if every byte of the file fits it; else Windows-1252, as older Windows programs write it: one encoding for the
    whole file, never one for each row. Raises BrokenExtract when it is no text.
    """
    content.seek(0)
    piece = content.read(_PIECE)
    _refuse_other_files(piece)
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf_8 = True
    while piece:
        if b"\0" in piece:
            raise BrokenExtract("The file holds NUL bytes, so it is no text: export it as CSV (UTF-8).", rule="C1")
        digest.update(piece)
        is_utf_8 = is_utf_8 and _continues(decoder, piece)
        piece = content.read(_PIECE)
    is_utf_8 = is_utf_8 and _continues(decoder, b"", final=True)
    content.seek(0)
    return Examined(digest.hexdigest(), UTF_8 if is_utf_8 else WINDOWS_1252)


def _refuse_other_files(first: bytes) -> None:
    if not first.strip():
        raise BrokenExtract("The file is empty: export it again, with its header line.", rule="C1")
    for mark, name in _OTHER_FILES.items():
        if first.startswith(mark):
            raise BrokenExtract(f"The file is {name}, not CSV: export or save it as CSV (UTF-8).", rule="C1")


def _continues(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
