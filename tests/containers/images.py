"""Images for the tests: built with the container tools of this machine, on stand-ins where a base cannot be pulled."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from db.embedded.accounts import account_for
from db.embedded.binaries import LIBRARIES, TREE, programs_for

ROOT = Path(__file__).parents[2]
BUILDER, RUNNER = shutil.which("buildah"), shutil.which("podman")
_SECONDS_TO_PULL = 120
_SECONDS_TO_BUILD = 900
# What tells pip and TLS on this machine where to look; a build inside needs the same.
_OF_THIS_MACHINE = ("/etc/pip.conf", "/etc/ssl/certs", "/usr/share/ca-certificates")
_PYTHON = ("python3", "python3-venv", "python3-pip", "ca-certificates")


def built(*words: str, seconds: int = _SECONDS_TO_BUILD) -> str:
    """The output of a command of the builder; fails the test with what it said."""
    return _run([str(BUILDER), *words], seconds)


def ran(*words: str, seconds: int = 120) -> str:
    """The output of a command of the runner."""
    return _run([str(RUNNER), *words], seconds)


def _run(command: list[str], seconds: int) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def is_there(image: str) -> bool:
    """Whether the image is on this machine, or can be pulled."""
    assert BUILDER is not None
    if subprocess.run([BUILDER, "inspect", "--type", "image", image], capture_output=True, check=False).returncode == 0:
        return True
    pull = [BUILDER, "pull", "--quiet", f"docker.io/library/{image}"]
    try:
        return subprocess.run(pull, capture_output=True, timeout=_SECONDS_TO_PULL, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def python_base(image: str, folder: Path) -> None:
    """The base of the Dockerfile, or Debian with its own Python under the same name."""
    if is_there(image):
        return
    if shutil.which("debootstrap") is None:
        pytest.skip(f"{image} cannot be pulled, and without debootstrap there is nothing to make a stand-in with")
    tree = folder / "debian"
    _run(["debootstrap", "--variant=minbase", f"--include={','.join(_PYTHON)}", "stable", str(tree)], _SECONDS_TO_BUILD)
    (tree / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
    with (folder / "debian.tar").open("wb") as packed:
        subprocess.run(["tar", "-C", str(tree), "-c", "."], stdout=packed, check=True)
    path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    ran("import", "--change", path, str(folder / "debian.tar"), image, seconds=300)


def postgres_image(image: str, python: str, folder: Path) -> None:
    """The database's image, or the embedded build of PostgreSQL with a start like that of the real one."""
    if is_there(image):
        return
    context = folder / "postgres"
    programs = programs_for(account_for(folder))
    for part in (TREE, LIBRARIES):
        shutil.copytree(programs.parents[2] / part, context / part, symlinks=True)
    (context / "start").write_text(_START_OF_POSTGRES, encoding="utf-8")
    (context / "start").chmod(0o755)
    (context / "Dockerfile").write_text(f"FROM {python}\n{_POSTGRES}", encoding="utf-8")
    built("bud", "--format", "docker", "--isolation", "chroot", "--tag", image, str(context))


_POSTGRES = f"""
COPY . /opt/postgres
RUN chmod -R a+rX /opt/postgres && install -d -m 1777 /var/lib/postgresql /var/run/postgresql
ENV PATH=/opt/postgres/{TREE}/bin:$PATH PGDATA=/var/lib/postgresql/18/docker
ENTRYPOINT ["/opt/postgres/start"]
"""
_START_OF_POSTGRES = """#!/bin/sh
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
    initdb -D "$PGDATA" -U "$POSTGRES_USER" --auth=scram-sha-256 --pwfile="$POSTGRES_PASSWORD_FILE" --encoding=UTF8 \
        --locale-provider=builtin --locale=C.UTF-8 --no-instructions
    pg_ctl -D "$PGDATA" -w -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start
    PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" createdb -h /var/run/postgresql -U "$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl -D "$PGDATA" -w stop
fi
exec "$@" -D "$PGDATA" -c unix_socket_directories=/var/run/postgresql
"""


def product_image(tag: str, python: str) -> None:
    """The image of the Dockerfile, built from what git knows of this checkout."""
    mounts = [
        word
        for path in _OF_THIS_MACHINE
        if Path(path).exists()
        for word in ("--volume", f"{os.path.realpath(path)}:{path}:ro")
    ]
    build = ["bud", "--format", "docker", "--isolation", "chroot", "--network", "host", *mounts]
    built(*build, "--build-arg", f"PYTHON={python}", "--tag", tag, str(ROOT))
