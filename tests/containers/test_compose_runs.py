"""The image is built and every service of docker-compose.yml is started as that file says; the product then works.

Started one by one, because without systemd nothing here watches health. They share one network without a way out, so
the test needs no port of this machine.
"""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.containers.images import BUILDER, ROOT, RUNNER, is_there, postgres_image, product_image, python_base, ran

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BUILDER is None or RUNNER is None, reason="needs buildah and podman (Debian's packages)"),
    pytest.mark.skipif(os.getuid() != 0, reason="needs root, to build without an engine"),
]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
PYTHON = "python:3.13-slim"
UID = "10001:10001"
# Below what this machine allows, whatever the runner's own defaults are.
LIMITS = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """From a service of the compose file to its image, built here or standing in."""
    folder = tmp_path_factory.mktemp("images")
    tag = "localhost/practice-audit:test"
    python_base(PYTHON, folder)
    product_image(tag, PYTHON)
    postgres = COMPOSE["services"]["db"]["image"]
    postgres_image(postgres, PYTHON, folder)
    return lambda service: postgres if service == "db" else tag


class Compose:
    """Runs services as the file describes them, under names of this test's own."""

    def __init__(self, folder: Path, image_of: Callable[[str], str]) -> None:
        self.mark = f"practice-audit-{uuid.uuid4().hex[:8]}"
        self.image_of = image_of
        self.secret = folder / "database_password"
        self.secret.write_text("a password of this test", encoding="utf-8")
        self.secret.chmod(0o444)
        self.hosts = folder / "hosts"
        self.hosts.write_text("127.0.0.1 localhost db\n", encoding="utf-8")
        self.hosts.chmod(0o444)
        self.started: list[str] = []

    def name(self, service: str) -> str:
        return f"{self.mark}-{service}"

    def run(self, service: str, *, wait: bool = False) -> str:
        described = COMPOSE["services"][service]
        network = f"container:{self.name('db')}" if service != "db" else "none"
        words = [
            "--name",
            self.name(service),
            "--network",
            network,
            "--user",
            UID,
            "--read-only",
            "--read-only-tmpfs=false",
        ]
        words += ["--no-hosts", "--volume", f"{self.hosts}:/etc/hosts:ro"]
        words += [f"--cap-drop={right.lower()}" for right in described["cap_drop"]]
        words += [f"--security-opt={option.replace(':true', '')}" for option in described["security_opt"]]
        words += [word for path in described["tmpfs"] for word in ("--tmpfs", f"{path}:mode=1777")]
        words += [word for name, value in self._environment(described) for word in ("--env", f"{name}={value}")]
        words += [word for volume in described["volumes"] for word in ("--volume", f"{self.mark}-{volume}:U")]
        words += ["--volume", f"{self.secret}:/run/secrets/database_password:ro", *LIMITS]
        self.started.append(self.name(service))
        return ran("run", *([] if wait else ["--detach"]), *words, self.image_of(service), *described["command"])

    def _environment(self, described: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for name, value in described["environment"].items():
            yield name, value.partition(":-")[2].rstrip("}") if value.startswith("${") else value

    def inside(self, service: str, code: str) -> str:
        """What a line of Python prints in the container of a service."""
        return ran("exec", self.name(service), "python", "-c", code)

    def end(self) -> None:
        for name in reversed(self.started):
            ran("rm", "--force", "--time", "10", name)
        for volume in ("database", "data"):
            ran("volume", "rm", "--force", f"{self.mark}-{volume}")


@pytest.fixture
def compose(tmp_path: Path, images: Callable[[str], str]) -> Iterator[Compose]:
    compose = Compose(tmp_path, images)
    try:
        yield compose
    finally:
        compose.end()


def within(seconds: float, ask: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.5)


def answers(compose: Compose, path: str) -> int:
    code = (
        "import urllib.request as r, urllib.error as e\n"
        f"try: print(r.urlopen('http://127.0.0.1:8000{path}', timeout=5).status)\n"
        "except e.HTTPError as answer: print(answer.code)\n"
        "except OSError: print(0)"
    )
    return int(compose.inside("api", code))


def healthy(compose: Compose) -> bool:
    check = COMPOSE["services"]["db"]["healthcheck"]["test"][1:]
    try:
        ran("exec", compose.name("db"), *check)
    except AssertionError:
        return False
    return True


def test_the_services_of_the_compose_file_start_and_serve(compose: Compose) -> None:
    compose.run("db")
    within(60, lambda: healthy(compose))
    compose.run("migrate", wait=True)
    compose.run("api")
    compose.run("scheduler")

    within(60, lambda: answers(compose, "/readyz") == 200)
    assert answers(compose, "/v1/audits") == 401
    written = compose.inside("api", "import pathlib; pathlib.Path('/data/x').write_text('x'); print('ok')")
    assert written == "ok"
    with pytest.raises(AssertionError, match="Read-only file system"):
        compose.inside("api", "open('/app/x', 'w')")
    who = json.loads(ran("inspect", compose.name("api")))[0]
    assert who["Config"]["User"] == UID
    assert who["EffectiveCaps"] in (None, [])


def test_a_service_that_is_told_to_stop_ends_well_within_its_time(compose: Compose) -> None:
    compose.run("db")
    within(60, lambda: healthy(compose))
    compose.run("migrate", wait=True)
    compose.run("api")
    compose.run("scheduler")
    within(60, lambda: answers(compose, "/readyz") == 200)

    began = time.monotonic()
    ran("stop", "--time", "20", compose.name("scheduler"), compose.name("api"))

    assert time.monotonic() - began < 2 * 15
    states = [json.loads(ran("inspect", compose.name(door)))[0]["State"] for door in ("api", "scheduler")]
    assert [state["ExitCode"] for state in states] == [0, 0]


def test_the_image_has_a_health_check_and_no_embedded_database(images: Callable[[str], str]) -> None:
    assert is_there(images("api"))
    described = json.loads(ran("inspect", "--type", "image", images("api")))[0]
    assert "healthz" in json.dumps(described["HealthCheck"] if "HealthCheck" in described else described["Healthcheck"])
    listed = ran(
        "run", "--rm", "--network", "none", *LIMITS, "--entrypoint", "python", images("api"), "-m", "pip", "list"
    )
    assert "pixeltable" not in listed
