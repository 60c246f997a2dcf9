"""What the tests of the demonstration share."""

import pytest

from demo.painter import art

SMALL = (320, 180)


@pytest.fixture(autouse=True)
def small_covers(monkeypatch):
    """Covers are drawn small: nine in ten seconds of loading went into pixels that nobody here looks at."""
    draw = art.draw
    monkeypatch.setattr(art, "draw", lambda motif, seed, size=SMALL: draw(motif, seed, size))
