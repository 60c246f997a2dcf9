from collections.abc import Iterator

import pytest

from tests.polls.server import Server, running_server


@pytest.fixture(scope="session")
def server(server_folder) -> Iterator[Server]:
    """For what only a real server shows."""
    with running_server(server_folder / "polls") as server:
        yield server
