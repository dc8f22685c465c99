"""Sends nothing: writes each letter as an .eml file that any mail program opens. The default, and needs no network."""

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from integrations.mail.messages import UnusableAddress, UnusableLetter, message_of
from integrations.whole_files import write_whole
from usecases.ports import Letter, MailUnreachable, Outcome, Refused, Sent


class FileMail:
    """Files in a folder, one a letter. The same letter again replaces its own file, so that each is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[uuid.UUID, Outcome]]:
        """Raises MailUnreachable when the folder can't be written to, for instance because the disk is full."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for letter in letters:
                yield letter.id, self._send(letter)
        except OSError as problem:
            raise MailUnreachable(f"{self._folder} can't be written to: {problem.strerror}") from problem

    def _send(self, letter: Letter) -> Outcome:
        try:
            content = message_of(letter)
        except UnusableLetter as problem:
            return Refused(str(problem), concerns_address=isinstance(problem, UnusableAddress))
        write_whole(self._folder / name_of(letter), content)
        return Sent()


def name_of(letter: Letter) -> str:
    """The message's id and nothing that anybody chose, so that a name can't collide or lead out of the folder."""
    return f"{letter.id}.eml"
