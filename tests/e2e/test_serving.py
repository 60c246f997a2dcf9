"""The served portal under bad luck: slow readers, a stopped database, a reload in full traffic."""

import contextlib
import http.client
import os
import pwd
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.studies import slow_bodies
from polls.casting.challenge import MINIMUM_AGE
from running import embedded_postgres
from serving.outages import PATIENCE
from serving.server import SILENCE
from tests.e2e.conftest import Portal, start_portal
from tests.offered import read_page
from tests.waiting import LONG, eventually

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def own_portal(server_folder):
    """A portal of this module alone, because its database is stopped under it."""
    with start_portal(server_folder / "serving") as portal:
        yield portal


def ask(address: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=LONG) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def ask_as_a_browser(address: str) -> int:
    """The status, asked for again when the connection was closed before an answer began.

    Browsers and proxies do so for GET (RFC 9110, section 9.2.2). A connection that still waits in the
    queue of a process that ends is closed by the kernel, unless net.ipv4.tcp_migrate_req is set.
    """
    try:
        return ask(address)[0]
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return ask(address)[0]
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionResetError):
            return ask(address)[0]
        raise


def pg_ctl(var: Path, *arguments: str) -> None:
    """Stop or start the portal's PostgreSQL behind its back, as an accident would."""
    program = embedded_postgres._installation() / "bin" / "pg_ctl"
    user = pwd.getpwnam(embedded_postgres.SERVER_USER).pw_uid if os.geteuid() == 0 else None
    subprocess.run(
        [str(program), *arguments, "-w", "-D", str(var / "postgres" / "data")],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def stopped_database(portal: Portal) -> Iterator[None]:
    """Its PostgreSQL has crashed; the portal starts it again when the block ends."""
    with embedded_postgres.kept_down(portal.var / "postgres" / "data"):
        pg_ctl(portal.var, "stop", "-m", "immediate")
        yield


SLOW = {
    "headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": b"POST /quan-tri/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nusername=",
    "reader": b"GET /media/tep/lon-1f.pdf HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


def connect(portal: Portal, first_bytes: bytes) -> socket.socket:
    """A client that says this much, and reads nothing of itself."""
    host, port = portal.address.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(LONG)
    client.connect((host, int(port)))
    client.sendall(first_bytes)
    return client


@pytest.mark.parametrize("kind", SLOW)
def test_two_hundred_slow_clients_do_not_starve_others(own_portal: Portal, kind: str):
    document = own_portal.var / "media" / "tep" / "lon-1f.pdf"
    document.parent.mkdir(exist_ok=True)
    document.write_bytes(b"%PDF-" + bytes(20_000_000))
    document.with_name("nho-1f.pdf").write_bytes(b"%PDF-" + bytes(500_000))
    idlers = [connect(own_portal, SLOW[kind]) for _ in range(200)]
    try:
        time.sleep(1)
        # None is left hanging: whoever goes on is answered with 403 for its missing token, or was sent away.
        if kind == "body":
            for idler in idlers:
                with contextlib.suppress(OSError):
                    idler.sendall(b"a" * 491)
            assert {idler.recv(12) for idler in idlers} <= {b"HTTP/1.1 403", b"HTTP/1.1 429", b"HTTP/1.1 503"}
        # In memory, rendered for this request, from the disk.
        addresses = ["/so-do-trang/", f"/tim-kiem/?q={kind}", "/healthz", "/media/tep/nho-1f.pdf"]

        answers = [ask(own_portal.address + address)[0] for address in addresses for _ in range(5)]

        assert answers == [200] * 20
    finally:
        for idler in idlers:
            idler.close()


def post(address: str, data: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    request = urllib.request.Request(address, data=data)
    try:
        with urllib.request.urlopen(request, timeout=LONG) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.mark.parametrize("kind", slow_bodies.KINDS.values(), ids=slow_bodies.KINDS)
def test_slow_bodies_cost_people_on_other_networks_nothing(own_portal: Portal, kind: slow_bodies.Kind):
    with slow_bodies.SlowClients(own_portal.port, kind) as slow:
        answers, _ = slow_bodies.ask_as_others(own_portal.port, 8)

    # The sign-in without a token; nobody is refused for want of a place.
    assert set(answers) == {403}
    assert answers.total() > 20
    assert slow.cut > 0


def test_a_body_nobody_expects_is_refused_by_its_header(own_portal: Portal):
    stated = connect(own_portal, b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 62000000\r\n\r\n")
    whole, _, page = post(own_portal.address + "/", bytes(62_000_000))
    method, headers, _ = post(own_portal.address + "/", b"a=1")

    assert stated.recv(12) == b"HTTP/1.1 413"
    stated.close()
    assert whole == 413
    assert "Dữ liệu quá lớn" in page.decode()
    assert (method, headers["Allow"]) == (405, "GET, HEAD")


def test_a_connection_that_says_nothing_is_closed(own_portal: Portal):
    silent, spoken = connect(own_portal, b""), connect(own_portal, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert spoken.recv(12) == b"HTTP/1.1 200"

    for client in (silent, spoken):
        client.settimeout(SILENCE + LONG)
        while client.recv(4096):
            pass  # until the portal closes
        client.close()


def test_a_second_request_is_a_hit_and_an_unchanged_page_is_304(own_portal: Portal):
    # Two processes have a cache each: ask until both have the page.
    answers = [ask(own_portal.address + "/") for _ in range(12)]

    status, headers, _ = answers[-1]
    assert status == 200
    assert any("hit" in answer[1]["Cache-Status"] for answer in answers)
    assert ask(own_portal.address + "/", **{"If-None-Match": headers["ETag"]})[0] == 304


def test_a_stopped_database_leaves_cached_pages_and_recovery_needs_no_restart(own_portal: Portal):
    for _ in range(12):
        ask(own_portal.address + "/")
    with stopped_database(own_portal):
        time.sleep(5)  # every copy is older than its freshness by now

        status, headers, body = ask(own_portal.address + "/")

        assert status == 200
        assert "stale-if-error" in headers["Cache-Status"]
        assert "Tin mới nhất" in body.decode()
        for path in ("/kinh-te/?trang=2", "/binh-chon/1/", "/quan-tri/"):
            unknown_status, unknown_headers, unknown_body = ask(
                own_portal.address + path, Cookie="sessionid=" + 32 * "x"
            )
            assert (unknown_status, unknown_headers["Retry-After"]) == (503, "10")
            assert "tạm thời" in unknown_body.decode()
        assert "Traceback" not in (own_portal.var / "server.txt").read_text()
        assert ask(own_portal.address + "/healthz")[0] == 503
        assert ask(own_portal.address + "/healthz/live")[0] == 200

    eventually(lambda: ask(own_portal.address + "/healthz")[0] == 200)
    eventually(lambda: "stale" not in (ask(own_portal.address + "/")[1]["Cache-Status"] or ""))


def test_a_restart_of_the_database_costs_no_reader_and_no_voter_an_error(own_portal: Portal):
    for _ in range(6):
        voter = Voter(own_portal)
        with ThreadPoolExecutor(8) as threads, embedded_postgres.kept_down(own_portal.var / "postgres" / "data"):
            pg_ctl(own_portal.var, "stop", "-m", "fast")
            began = time.monotonic()
            # Never in the cache: they need the database.
            readers = [
                threads.submit(ask, f"{own_portal.address}/tim-kiem/?q=khoi-dong-lai-{began}-{number}")
                for number in range(6)
            ]
            vote = threads.submit(voter.vote)
            pg_ctl(own_portal.var, "start", "-l", "/dev/null", "-o", own_portal.postgres_options)
            back_after = time.monotonic() - began
        statuses = [answer.result()[0] for answer in readers]
        eventually(lambda: ask(own_portal.address + "/healthz")[0] == 200)
        if back_after < PATIENCE - 1:
            break  # else the machine was busy with something else
    assert back_after < PATIENCE - 1
    assert statuses == [200] * 6
    assert vote.result() == (200, True)
    log = (own_portal.var / "server.txt").read_text()
    assert "database is unreachable" in log
    eventually(lambda: "database is back" in (own_portal.var / "server.txt").read_text())


class Voter:
    """Somebody with the ballot of the portal's poll on the screen, long enough to have read it."""

    def __init__(self, portal: Portal) -> None:
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        address = portal.address + re.search(r'data-ballot="([^"]+)"', portal.get("/"))[1]
        with self._browser.open(address, timeout=LONG) as response:
            page = response.read().decode()
        self._form = next(form for form in read_page(page, address).forms if form.method == "post")
        self._answers = dict(re.findall(r'type="radio" name="(\w+)" value="(\d+)"', page))
        self._address, self._origin = self._form.action, portal.address
        time.sleep(MINIMUM_AGE + 0.5)

    def vote(self) -> tuple[int, bool]:
        """The status in the end, and whether it is that of the page a counted vote leads to."""
        data = urlencode(self._form.filled(**self._answers), doseq=True).encode()
        request = urllib.request.Request(self._address, data=data, headers={"Origin": self._origin})
        try:
            with self._browser.open(request, timeout=LONG) as response:
                return response.status, "phieu=" in response.url
        except urllib.error.HTTPError as error:
            return error.code, False


def test_an_outage_under_load_leaves_few_lines_in_the_log(own_portal: Portal):
    log = own_portal.var / "server.txt"
    before = len(log.read_text().splitlines())
    answers: Counter[int] = Counter()
    end = time.monotonic() + 30

    def visit(number: int) -> None:
        while time.monotonic() < end:
            for path in (f"/tim-kiem/?q={number}-{answers.total()}", "/quan-tri/", "/thong-ke-truy-cap/so-lieu.json"):
                answers[ask(own_portal.address + path)[0]] += 1
            answers[post(own_portal.address + "/nhip/", b'{"kind": "view", "path": "/"}')[0]] += 1

    with stopped_database(own_portal), ThreadPoolExecutor(8) as threads:
        list(threads.map(visit, range(8)))
    eventually(lambda: ask(own_portal.address + "/healthz")[0] == 200)
    lines = log.read_text().splitlines()[before:]

    assert answers[503] > 100
    assert set(answers) <= {200, 403, 503}
    assert len(lines) < 20, "\n".join(lines)


def test_a_reload_in_full_traffic_fails_no_request(own_portal: Portal):
    failures: list[str] = []
    count = 0
    stop = threading.Event()

    def visit() -> None:
        nonlocal count
        while not stop.is_set():
            try:
                status = ask_as_a_browser(own_portal.address + "/so-do-trang/")
            except OSError as error:
                failures.append(str(error))
            else:
                count += 1
                if status != 200:
                    failures.append(str(status))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    time.sleep(1)
    os.kill(own_portal.pid, signal.SIGHUP)
    time.sleep(14)
    stop.set()
    for visitor in visitors:
        visitor.join()

    assert count > 100
    assert failures == []
