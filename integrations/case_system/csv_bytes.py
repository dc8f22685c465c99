"""What a file is made of before it is read as CSV: its hash, its encoding, and whether it is text at all."""

import codecs
import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

from integrations.case_system.extract_mappings import Encoding
from usecases.extract_ports import BrokenExtract

_PIECE = 1 << 20
_END_OF_ARCHIVE = 1 << 16
_CODECS = {Encoding.UTF_8: "utf-8-sig", Encoding.UTF_16: "utf-16", Encoding.WINDOWS_1252: "cp1252"}
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AS_CSV = "open it and save it as CSV (UTF-8)"
_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", _AS_CSV),
    b"%PDF": ("a PDF", "export the list as CSV"),
    b"\x1f\x8b": ("a gzip archive", "unpack it and send what is inside"),
    b"7z\xbc\xaf": ("a 7-Zip archive", "unpack it and send what is inside"),
    b"PAR1": ("a Parquet file", "export the list as CSV"),
    b"SQLite": ("a database", "export the list as CSV"),
    b"\xff\xfe\x00\x00": ("UTF-32 text", "export it as CSV (UTF-8)"),
    b"\x00\x00\xfe\xff": ("UTF-32 text", "export it as CSV (UTF-8)"),
}
_OTHER_TEXTS = {
    "<!doctype html": "a web page",
    "<html": "a web page, which some report tools call .xls",
    "<?xml": "XML",
    "{": "JSON",
    "[{": "JSON",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """The hash of the bytes, the encoding that reads them, and whether the last line has its end."""

    sha256: str
    encoding: Encoding
    ends_within_line: bool

    @property
    def codec(self) -> str:
        """Python's word for the encoding; a mark at the beginning is no part of the text."""
        return _CODECS[self.encoding]


def examine(content: BinaryIO, stated: Encoding = Encoding.DETECTED) -> Examined:
    """Read the file once from its beginning and leave it there again.

    UTF-16 by its mark; else UTF-8 if every byte of the file fits it; else Windows-1252, as older Windows programs write
    it: one encoding for the whole file, never one for each row. Raises BrokenExtract when it is no text.
    """
    content.seek(0)
    first = content.read(_PIECE)
    _refuse_other_files(first, content)
    encoding = Encoding.UTF_16 if stated is Encoding.DETECTED and first.startswith(_UTF_16_MARKS) else stated
    examined = _Examination(encoding)
    piece = first
    while piece:
        examined.take(piece)
        piece = content.read(_PIECE)
    content.seek(0)
    return examined.result()


class _Examination:
    """Takes piece after piece; memory holds one."""

    def __init__(self, encoding: Encoding) -> None:
        self.digest = hashlib.sha256()
        self.encoding = encoding
        tried = Encoding.UTF_8 if encoding is Encoding.DETECTED else encoding
        self.decoder = codecs.getincrementaldecoder(_CODECS[tried])()
        self.fits = True
        self.last = b""

    def take(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.last = (self.last + piece)[-2:]
        if self.encoding is not Encoding.UTF_16 and b"\0" in piece:
            raise BrokenExtract(_why_nul(piece), rule="C1")
        self.fits = self.fits and self._continues(piece)

    def result(self) -> Examined:
        self.fits = self.fits and self._continues(b"", final=True)
        return Examined(self.digest.hexdigest(), self._settled(), b"\n" not in self.last and b"\r" not in self.last)

    def _settled(self) -> Encoding:
        if self.encoding is Encoding.DETECTED:
            return Encoding.UTF_8 if self.fits else Encoding.WINDOWS_1252
        if not self.fits:
            raise BrokenExtract(
                f"The file is not {self.encoding} text throughout: it was cut off, or is in another encoding. "
                "Nothing was loaded: export it again.",
                rule="C1",
            )
        return self.encoding

    def _continues(self, piece: bytes, *, final: bool = False) -> bool:
        try:
            text = self.decoder.decode(piece, final)
        except UnicodeDecodeError:
            return False
        if self.encoding is Encoding.UTF_16 and "\0" in text:
            raise BrokenExtract(_NUL, rule="C1")
        return True


_NUL = "The file holds NUL bytes, so it is no text: export it as CSV (UTF-8)."


def _why_nul(piece: bytes) -> str:
    """Every other byte NUL is UTF-16 that lost its mark."""
    if piece[1::2].count(0) > len(piece) // 4 or piece[::2].count(0) > len(piece) // 4:
        return f"{_NUL} It looks like UTF-16 without its mark at the beginning: write the mark, or use UTF-8."
    return _NUL


def _refuse_other_files(first: bytes, content: BinaryIO) -> None:
    if not first.strip():
        raise BrokenExtract("The file is empty: export it again, with its header line.", rule="C1")
    if first.startswith(b"PK\x03\x04"):
        raise _not_csv(*_what_is_zipped(first, content))
    for mark, (name, way_out) in _OTHER_FILES.items():
        if first.startswith(mark):
            raise _not_csv(name, way_out)
    beginning = first[:40].removeprefix(codecs.BOM_UTF8).lstrip().lower().decode("latin-1")
    for beginning_of_other, name in _OTHER_TEXTS.items():
        if beginning.startswith(beginning_of_other):
            raise _not_csv(name, "export the list as CSV")


def _what_is_zipped(first: bytes, content: BinaryIO) -> tuple[str, str]:
    """A workbook that was renamed is the commonest wrong file of all.

    Told by the names at both ends of the archive: nothing is unpacked, however large it would become.
    """
    content.seek(-min(_END_OF_ARCHIVE, content.seek(0, io.SEEK_END)), io.SEEK_END)
    ends = first + content.read()
    if b"xl/w" in ends:
        return "an Excel workbook, whatever its name ends in", _AS_CSV
    if b"opendocument" in first[:200] or b"content.xml" in ends:
        return "an OpenDocument file", _AS_CSV
    return "a zip archive", "unpack it and send what is inside"


def _not_csv(name: str, way_out: str) -> BrokenExtract:
    return BrokenExtract(f"The file is {name}, not CSV. Nothing was loaded: {way_out}.", rule="C1")
