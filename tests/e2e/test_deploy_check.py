"""The look from outside, at a portal as it is served."""

import subprocess
import sys

import pytest

from tests.e2e.conftest import BASE_DIR, Portal

pytestmark = pytest.mark.e2e


def look(address: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "deploy/check.py", address], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )


def test_all_is_good_but_that_there_is_no_tls(portal: Portal):
    process = look(portal.address)

    wrong = [line for line in process.stdout.splitlines() if line.startswith("WRONG")]
    assert process.returncode == 1
    assert len(wrong) == 1, process.stdout
    assert "not https" in wrong[0]
    assert "people online are counted: 200" in process.stdout


def test_a_portal_that_does_not_answer_is_said_without_a_traceback():
    process = look("http://127.0.0.1:9")

    assert process.returncode == 1
    assert "Connection refused" in process.stdout
    assert process.stderr == ""
