"""The library's readme does what it says."""

import doctest
from pathlib import Path

README = Path(__file__).parents[2] / "rules" / "README.md"


def test_every_example_of_the_readme_runs_as_written() -> None:
    found = doctest.testfile(str(README), module_relative=False, optionflags=doctest.ELLIPSIS)

    assert found.attempted > 25
    assert found.failed == 0
