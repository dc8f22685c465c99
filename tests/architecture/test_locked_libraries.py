"""What is installed is what was locked, and the locks say nothing about where it comes from."""

import re
import tomllib
from functools import cache
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_files import ROOT

RUNTIME, DEV, BENCH = "requirements.txt", "requirements-dev.txt", "requirements-bench.txt"


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def locked(lock: str) -> dict[str, set[str]]:
    """Name to the versions locked; several where they differ by platform or Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", [RUNTIME, DEV, BENCH])
def test_locks_hold_no_addresses(lock: str) -> None:
    assert re.findall(r"://|^-i|^--(?:extra-)?index-url|^--find-links", (ROOT / lock).read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("lock", [RUNTIME, DEV, BENCH])
def test_every_locked_library_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(("lock", "groups"), [(RUNTIME, ()), (DEV, ("dev",)), (BENCH, ("dev", "bench"))])
def test_locks_lie_within_the_ranges_of_pyproject(lock: str, groups: tuple[str, ...]) -> None:
    wanted = [*project()["project"]["dependencies"]]
    for extra in project()["project"]["optional-dependencies"].values():
        wanted += extra  # `./run` and the image install each of them
    for group in groups:
        wanted += project()["dependency-groups"][group]
    for requirement in map(Requirement, wanted):
        versions = locked(lock).get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in {lock}: run ./run lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement} in {lock}: {versions}"


@pytest.mark.parametrize(("narrow", "wide"), [(RUNTIME, DEV), (DEV, BENCH)])
def test_what_runs_is_what_was_tested(narrow: str, wide: str) -> None:
    assert {name: versions for name, versions in locked(narrow).items() if locked(wide).get(name) != versions} == {}
