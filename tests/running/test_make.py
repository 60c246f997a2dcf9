"""What `make` does to a checkout: it never loses data, and mends a virtual environment that was left half made."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
# A Python without ensurepip, as Debian's is without python3-venv: it leaves the folder and fails.
WITHOUT_VENV = """#!/bin/sh
case "$*" in
  "-m venv "*) mkdir -p .venv/bin && printf '#!/bin/sh\\nexit 1\\n' >.venv/bin/python && chmod +x .venv/bin/python; exit 1;;
esac
"""
# One that makes an environment in which pip answers, and notes what it is asked to install.
WITH_VENV = """#!/bin/sh
case "$*" in
  "-m venv "*) mkdir -p .venv/bin && printf '#!/bin/sh\\necho "$@" >>.venv/asked\\n' >.venv/bin/python && chmod +x .venv/bin/python;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    """A folder with the Makefile, data, and two Pythons that stand for the machine's."""
    shutil.copy(BASE_DIR / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-embedded.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "var" / "media").mkdir(parents=True)
    (tmp_path / "var" / "media" / "anh.jpg").write_text("a picture")
    for name, text in (("without-venv", WITHOUT_VENV), ("with-venv", WITH_VENV)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(checkout: Path, *arguments: str, answer: str = "", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        input=answer,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_clean_leaves_the_data(checkout):
    (checkout / ".venv").mkdir()

    process = make(checkout, "clean")

    assert process.returncode == 0
    assert not (checkout / ".venv").exists()
    assert (checkout / "var" / "media" / "anh.jpg").read_text() == "a picture"


@pytest.mark.parametrize("answer", ["", "y\n", "yes\n"])
def test_data_is_erased_only_by_who_writes_the_word(checkout, answer):
    process = make(checkout, "erase-data", answer=answer)

    assert process.returncode != 0
    assert "Nothing was erased" in process.stdout
    assert (checkout / "var" / "media" / "anh.jpg").exists()


def test_data_is_erased_when_the_word_is_written(checkout):
    assert make(checkout, "erase-data", answer="erase\n").returncode == 0
    assert not (checkout / "var").exists()


def test_a_python_without_venv_leaves_nothing_behind_and_says_what_to_install(checkout):
    process = make(checkout, ".venv/run.stamp", "PYTHON=./without-venv")

    assert process.returncode != 0
    assert "apt-get install python3-venv" in process.stdout
    assert not (checkout / ".venv").exists()


def test_a_half_made_environment_is_made_anew(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (checkout / ".venv" / "bin" / "python").chmod(0o755)

    process = make(checkout, ".venv/run.stamp", "PYTHON=./with-venv")

    assert process.returncode == 0, process.stderr
    assert "-r requirements.txt" in (checkout / ".venv" / "asked").read_text()


@pytest.mark.parametrize(("environment", "is_installed"), [({}, True), ({"DATABASE_URL": "postgres://db/cong"}, False)])
def test_the_embedded_postgresql_is_installed_only_where_no_server_is_named(checkout, environment, is_installed):
    make(checkout, ".venv/run.stamp", "PYTHON=./with-venv", **environment)

    assert ("requirements-embedded.txt" in (checkout / ".venv" / "asked").read_text()) is is_installed
