"""The policy register: every value of an edition with its rule, clause and source, to read and to search."""

from collections.abc import Iterable, Iterator

from rules.policy.shape import Entry, Policy
from rules.policy.sources import Source

_SOURCE_WORDS = {Source.TEXT: "the text", Source.LOCAL_DECISION: "our decision"}


def entries_about(policy: Policy, words: str) -> list[Entry]:
    """The entries that speak of these words: in the value, the name, the rule or clause, or the reading.

    "5 working days" finds no "15 working days": the words must stand as words.
    """
    wanted = f" {_folded(words)} "
    return [entry for entry in policy.entries if wanted in f" {_folded(' '.join(_told(entry)))} "]


def as_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """The entries for a terminal, one paragraph each."""
    for entry in entries:
        yield f"{entry.path} = {entry.value}"
        yield f"    rule {entry.rule}, clause {entry.clause}, source: {_SOURCE_WORDS[entry.source]}"
        if entry.reading:
            yield f"    {entry.reading}"


def as_markdown(policy: Policy) -> str:
    """The whole register as the page `docs/policy-register.md`."""
    decided = sum(entry.source is Source.LOCAL_DECISION for entry in policy.entries)
    return "\n".join(
        [
            "# Policy register",
            "",
            (
                f"{policy.edition.title} (edition `{policy.edition.id}`, version {policy.edition.version}, in force "
                f"from {policy.edition.applies_from:%-d %B %Y}). Made by `./run policy-register`; "
                "do not edit by hand."
            ),
            "",
            (
                f"{len(policy.entries)} values: {len(policy.entries) - decided} stated by the council's text, "
                f"{decided} decided by us and waiting for the owner's sign-off."
            ),
            "",
            "| value | rule | clause | source | how we read the text |",
            "|---|---|---|---|---|",
            *(_markdown_row(entry) for entry in policy.entries),
            "",
        ]
    )


def _markdown_row(entry: Entry) -> str:
    return (
        f"| `{entry.path}` = {_cell(entry.value)} | {entry.rule} | {_cell(entry.clause)} "
        f"| {_SOURCE_WORDS[entry.source]} | {_cell(entry.reading or '')} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _told(entry: Entry) -> tuple[str, ...]:
    name = entry.path.partition(".")[2]
    return (entry.value, entry.path, name, name.replace("_", " "), entry.rule, entry.clause, entry.reading or "")


def _folded(text: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "._%" else " " for letter in text.casefold())
    return " ".join(word.strip(".") for word in kept.split())
