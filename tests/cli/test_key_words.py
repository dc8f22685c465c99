"""Keys for machines at the command line: shown once, listed without their secrets, ended at once."""

import uuid

import pytest

from tests.cli.saying import say

MAY = ("--may", "caseload_imports:make", "--may", "caseload_imports:read")


@pytest.fixture(autouse=True)
def _database(at_the_database: str) -> str:
    return at_the_database


def test_key_is_shown_once_and_never_listed() -> None:
    made = say("create-key", "mosaic extract", *MAY, "--json").facts
    listed = say("list-keys", "--json")

    assert made["key"].startswith("pa_")
    assert made["permissions"] == ["caseload_imports:make", "caseload_imports:read"]
    assert [key["id"] for key in listed.facts["items"]] == [made["id"]]
    assert made["key"].rpartition("_")[2] not in listed.out


def test_what_is_no_permission_is_named_once_with_those_that_are() -> None:
    refused = say("create-key", "mosaic extract", "--may", "everything")

    assert refused.code == 1
    assert refused.err.startswith("practice-audit create-key: You cannot grant 'everything' to a key. You can grant: ")
    assert refused.err.count("caseload_imports:make") == 1


def test_who_made_it_is_the_account_at_the_command_line() -> None:
    say("create-key", "mosaic extract", *MAY)
    [key] = say("list-keys", "--json").facts["items"]
    assert key["made_by"].startswith("command line (")


def test_revoked_key_is_listed_only_when_asked_for() -> None:
    key_id = say("create-key", "mosaic extract", *MAY, "--json").facts["id"]
    assert say("revoke-key", key_id).out == "Revoked: the next request with it is refused.\n"
    assert say("list-keys", "--json").facts["items"] == []
    assert say("list-keys", "--ended", "--json").facts["items"][0]["revoked_at"]
    assert (say("revoke-key", key_id).code, say("revoke-key", uuid.uuid4()).code) == (1, 1)


def test_people_are_told_when_there_are_none() -> None:
    assert "There are none" in say("list-keys").out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("create-key", "x", "--may", "everything:do"), 1, "everything:do"),
        (("create-key", "x", *MAY, "--days", "9999"), 1, "days at the longest"),
        (("create-key", "x", *MAY, "--days", "0"), 2, "--days"),
        (("create-key", "x"), 2, "--may"),
        (("revoke-key", "x"), 2, "UUID"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], code: int, sentence: str) -> None:
    told = say(*words)
    assert told.code == code
    assert sentence in told.err
    assert told.out == ""


def test_two_keys_of_a_name_live_and_no_third() -> None:
    for _ in range(2):
        assert say("create-key", "mosaic extract", *MAY).code == 0
    assert "two live keys" in say("create-key", "mosaic extract", *MAY).err
