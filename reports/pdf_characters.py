"""Text that the fonts of a PDF can show: PDF/UA allows no character without a letter form, and nothing is left out.

Which characters have one stands in fonts/characters.txt: those of Inter, and of the fonts that come with typst. Others
are named in square brackets; the page on screen shows them as they were written.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
_SCRIPTS = {"CJK": "Chinese characters"}
# A run of one's own words without a place to break would leave the page.
_LONGEST_WORD = 30
_LONG_WORDS = re.compile(rf"\w{{{_LONGEST_WORD},}}")
_BREAK_HERE = "\u200b"


@cache
def shown_characters() -> frozenset[str]:
    """Every character that the fonts have, with line break and tab."""
    ranges = [one.partition("-") for one in (FONTS / "characters.txt").read_text(encoding="ascii").split()]
    codes = (code for first, _, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(map(chr, codes)) | {"\n", "\t"}


def showable(value: Any, shown: frozenset[str]) -> Any:
    """The value with every text in it as the fonts can show it; lists and mappings are gone through."""
    if isinstance(value, str):
        return _broken(value if shown.issuperset(value) else _named(value, shown))
    if isinstance(value, dict):
        return {name: showable(inner, shown) for name, inner in value.items()}
    return [showable(inner, shown) for inner in value] if isinstance(value, list) else value


def is_shown_whole(value: Any, shown: frozenset[str]) -> bool:
    """Whether the fonts have every character of every text in the value."""
    if isinstance(value, str):
        return shown.issuperset(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(is_shown_whole(each, shown) for each in inner)


def _named(text: str, shown: frozenset[str]) -> str:
    composed = unicodedata.normalize("NFC", text)
    named = "".join(character if character in shown else _name(character) for character in composed)
    return re.sub(r"(\[text in [^\]]+\])(?:\s*\1)+", r"\1", named)


def _name(character: str) -> str:
    """ "[text in Bengali]" for a letter, "[grinning face]" for a sign, nothing for what only steers the others."""
    kind = unicodedata.category(character)
    if kind == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, ""):
        return ""
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    if kind[0] in "LM":
        script = name.split()[0]
        return f"[text in {_SCRIPTS.get(script, script.capitalize())}]"
    return " " if kind[0] == "Z" else f"[{name if name.startswith('U+') else name.lower()}]"


def _broken(text: str) -> str:
    return _LONG_WORDS.sub(lambda word: _BREAK_HERE.join(_pieces(word[0])), text)


def _pieces(word: str) -> list[str]:
    return [word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD)]
