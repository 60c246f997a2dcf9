"""The main process ends when it is told to, however often."""

import subprocess
import sys
import threading
from pathlib import Path

from serving.server import Interrupt
from tests.waiting import LONG

BASE_DIR = Path(__file__).resolve().parents[2]
# Signals that arrive while the event is being set, thousands of times.
STORM = """
import signal, time
from serving.server import Interrupt

interrupt = Interrupt()
signal.signal(signal.SIGALRM, lambda *_: interrupt.set())
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
end = time.monotonic() + 2
while time.monotonic() < end:
    interrupt.set()
    interrupt.clear()
signal.setitimer(signal.ITIMER_REAL, 0)
print("alive")
"""


def test_a_signal_that_comes_while_another_is_handled_does_not_hang():
    process = subprocess.run(
        [sys.executable, "-c", STORM],
        cwd=BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )

    assert process.stdout == "alive\n"


def test_stays_set_until_it_is_cleared():
    interrupt, passed = Interrupt(), []
    interrupt.set()
    interrupt.wait()
    interrupt.wait()
    interrupt.clear()

    waiting = threading.Thread(target=lambda: passed.append(interrupt.wait()))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    interrupt.set()
    waiting.join(LONG)
    assert not waiting.is_alive()
