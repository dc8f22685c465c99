"""Each benchmark still measures what it says, on little work. How long anything takes is no test's business."""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

# What makes them short, by module: less of everything, and as many rounds as ever.
LITTLE: Mapping[str, Mapping[str, float | tuple[int, ...]]] = {
    "alerts": {"ALERTS": 2, "DURING_OUTAGE": 1, "OUTAGE_SECONDS": 1.0, "STAFF": 5},
    "imports": {"ROWS": 500, "MANY_ROWS": 1_000},
    "opening": {"SIZES": (1,)},
    "outbox": {"NOTICES": 20},
    "api": {"COUNCILS": 1, "REQUESTS": 16, "SINGLE": 4},
    "reports": {"FILES": 1, "DOMAINS": 1, "LINES": 1},
    "sweep": {"DUE": 20, "SIZES": (40,), "FEW": 10, "PEOPLE": 10},
    "working_days": {"QUESTIONS": 20, "FEWER": 10, "REPEATED": 1},
}
# A line of each that says ours, beside what.
SAID = {
    "alerts": ("request to SMTP hand-over", "return of the server to SMTP hand-over"),
    "imports": ("import, all new", "COPY, bare table"),
    "opening": ("open a cycle", "the SQL writes alone"),
    "outbox": ("outbox", "bare smtplib loop"),
    "api": ("ours", "the usual stack"),
    "reports": ("PDF, a process each", "typst alone"),
    "sweep": ("sweep", "one SQL statement a batch", "0 twice, 0 lost"),
    "working_days": ("ours", "table lookup"),
}


# On the tests' own server; the others show that a benchmark can start one for itself, which takes several seconds.
ON_THE_TESTS_SERVER = {"alerts", "opening", "outbox", "api", "sweep"}


@pytest.mark.parametrize("name", LITTLE)
def test_a_benchmark_measures_ours_beside_its_peers(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    if name == "working_days":
        pytest.importorskip("numpy", reason="the peers are installed by ./run bench alone")
    benchmark = importlib.import_module(f"benchmarks.{name}")
    for constant, less in LITTLE[name].items():
        monkeypatch.setattr(benchmark, constant, less)
    if name in ON_THE_TESTS_SERVER:
        monkeypatch.setattr(benchmark, "database", lent(request.getfixturevalue("new_database")))

    benchmark.main()

    told = capsys.readouterr().out
    assert all(word in told for word in SAID[name]), told


def lent(engine: Engine) -> object:
    """The one database of a benchmark, as it asks for it."""

    @contextmanager
    def database() -> Iterator[Engine]:
        yield engine

    return database
