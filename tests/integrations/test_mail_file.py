"""Letters as files: whole or not there, one a letter, never outside the folder."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.mail.file import FileMail
from integrations.mail.messages import message_of
from tests.integrations.letters import a_letter
from usecases.ports import MailUnreachable, Refused, Sent


def test_each_letter_becomes_one_file_that_mail_programs_open(tmp_path: Path) -> None:
    letters = [a_letter(), a_letter()]

    outcomes = list(FileMail(tmp_path / "mail").send(letters))

    assert outcomes == [(letter.id, Sent()) for letter in letters]
    assert {file.name: file.read_bytes() for file in (tmp_path / "mail").iterdir()} == {
        f"{letter.id}.eml": message_of(letter) for letter in letters
    }


def test_the_same_letter_again_is_still_one_file(tmp_path: Path) -> None:
    letter = a_letter()
    mail = FileMail(tmp_path)

    list(mail.send([letter]))
    list(mail.send([letter]))

    assert [file.name for file in tmp_path.iterdir()] == [f"{letter.id}.eml"]


def test_no_address_subject_or_message_id_chooses_a_file_name(tmp_path: Path) -> None:
    letter = replace(a_letter("..@council.example", subject="../../etc/passwd"), message_id="<../../x@y>")

    list(FileMail(tmp_path / "mail").send([letter]))

    assert [file.relative_to(tmp_path) for file in tmp_path.rglob("*.eml")] == [Path("mail") / f"{letter.id}.eml"]


def test_only_the_owner_may_read_the_letters(tmp_path: Path) -> None:
    list(FileMail(tmp_path).send([a_letter()]))

    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_an_unusable_address_is_refused_and_the_next_letter_goes(tmp_path: Path) -> None:
    bad, good = a_letter("nobody"), a_letter()

    outcomes: dict[uuid.UUID, object] = dict(FileMail(tmp_path).send([bad, good]))

    assert outcomes == {bad.id: Refused("'nobody' is not an e-mail address.", concerns_address=True), good.id: Sent()}


def test_a_folder_that_cannot_be_written_to_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")

    with pytest.raises(MailUnreachable, match="can't be written to"):
        list(FileMail(tmp_path / "mail").send([a_letter()]))
