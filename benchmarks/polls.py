"""Acknowledged votes a second, and whether every one of them is there afterwards.

`python -m benchmarks.polls` prepares a data folder of its own, serves it and prints the row.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import servers
from benchmarks.answers import capture
from benchmarks.load import CONNECTIONS, WRK_THREADS, Request, Result, drive, find_wrk, row_of
from benchmarks.servers import Server

SCRIPT = Path(__file__).with_name("polls.lua")
VOTES = int(os.environ.get("VOTES", "6000"))
SECONDS = int(os.environ.get("SECONDS", "2"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
LONGEST = 120  # seconds
# TEST-NET-like room for invented voters: each an area of its own, so that none is asked for a proof.
FIRST_VOTER = IPv4Address("100.64.0.1")


def measure_votes(portal: Server, bare: Server, minimal: Server) -> dict[str, float]:
    """Acknowledged votes a second, each recounted afterwards, beside the others in the same rounds.

    Needs Django set up on the portal's data and key, a portal that trusts 127.0.0.1 as a proxy, and a
    bare application that answers `/vote`.
    """
    ours, theirs, djangos, inserts = [], [], [], []
    cast(portal, VOTES // ROUNDS)
    for _ in range(ROUNDS):
        ours.append(cast(portal, VOTES // ROUNDS))
        theirs.append(drive(bare, Request("/vote", "POST", body="q1=1"), SECONDS))
        djangos.append(drive(minimal, Request("/"), SECONDS))
        inserts.append(bare_inserts_per_second())
    shares = [one.per_second / insert for one, insert in zip(ours, inserts, strict=True)]
    return row_of(ours, theirs, djangos) | {"ratio_to_bare_insert": round(statistics.median(shares), 3)}


def one_vote() -> Request:
    """A vote of somebody in a poll of its own, for the bare application to answer alike."""
    poll = _make_poll()
    (line,) = _votes(poll, 1)
    voter, cookie, body = line.split("\t")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
        "X-Forwarded-For": voter,
        "Sec-Fetch-Site": "same-origin",
    }
    return Request(f"/binh-chon/{poll.pk}/", "POST", headers, body)


def cast(portal: Server, votes: int) -> Result:
    """Cast `votes` ballots and recount them.

    Raises RuntimeError when a vote was refused or the numbers differ afterwards.
    """
    from polls.auditing.audit import audit

    address, before = portal.address, portal.cpu_seconds()
    poll = _make_poll()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes"
        file.write_text("\n".join(_votes(poll, votes)) + "\n", encoding="ascii")
        command = [find_wrk(), "-t", str(WRK_THREADS), "-c", str(CONNECTIONS), "-d", f"{LONGEST}s", "-s", str(SCRIPT)]
        arguments = [address, "--", f"/binh-chon/{poll.pk}/", str(file), str(WRK_THREADS)]
        process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)
        _wait_for_ballots(poll, votes)
        process.send_signal(signal.SIGINT)  # it would run on for the whole time it was given
        output, _ = process.communicate(timeout=30)
    cpu_seconds = portal.cpu_seconds() - before
    found = json.loads(output.strip().splitlines()[-1])
    if found["refused"] or found["accepted"] != votes:
        raise RuntimeError(f"{found['accepted']} of {votes} votes were acknowledged, refused:{found['statuses']}")
    report = audit(poll)
    with urllib.request.urlopen(f"{address}/binh-chon/{poll.pk}/ket-qua.json") as response:
        published = json.load(response)["people"]
    counts = {report.events, sum(report.by_status.values()), published, votes}
    if not report.is_clean or len(counts) != 1:
        raise RuntimeError(f"Numbers differ after the run: {counts} {report.findings}")
    return Result(votes / found["seconds"], found["p50_us"] / 1000, found["p99_us"] / 1000, 1000 * cpu_seconds / votes)


def _wait_for_ballots(poll, votes: int) -> None:
    """Until all are there, and a moment more for the answers to arrive."""
    deadline = time.monotonic() + LONGEST
    while poll.ballots.count() < votes and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(0.5)


def bare_inserts_per_second(seconds: float = 2.0) -> float:
    """Rows a second of a loop that inserts a row and commits, on one connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_insert (id bigserial PRIMARY KEY, choice bigint, at timestamptz)"
        )
        count, started = 0, time.monotonic()
        while time.monotonic() - started < seconds:
            cursor.execute("INSERT INTO bench_insert (choice, at) VALUES (%s, now())", [count])
            count += 1
        taken = time.monotonic() - started
        cursor.execute("DROP TABLE bench_insert")
    return count / taken


def _make_poll():
    from communes.models import Commune
    from polls.models import Choice, Poll, Question

    poll = Poll.objects.create(commune=Commune.objects.earliest("pk"), title=f"Đo tốc độ {secrets.token_hex(4)}")
    Question.objects.create(poll=poll)
    Choice.objects.bulk_create(Choice(poll=poll, label=label, position=n) for n, label in enumerate("ABCDE", 1))
    return poll


def _votes(poll, count: int) -> list[str]:
    """What `count` browsers would send after a minute on the ballot page."""
    from dataclasses import replace

    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string

    from polls.casting import identity
    from polls.casting.challenge import Challenge

    question = poll.questions.get()
    choices = list(poll.choices.all())
    lines = []
    for number in range(count):
        token = identity.new_token()
        challenge = Challenge.issue(poll, identity.voter_hash(poll, token))
        secret = _get_new_csrf_string()
        body = {
            "csrfmiddlewaretoken": secret,
            "challenge": replace(challenge, issued_at=challenge.issued_at - 60).sign(),
            "website": "",
            f"q{question.pk}": choices[number % len(choices)].pk,
        }
        cookie = f"{identity.COOKIE}={identity.signed(token)}; {settings.CSRF_COOKIE_NAME}={secret}"
        lines.append(f"{FIRST_VOTER + 256 * number}\t{cookie}\t{urlencode(body)}")
    return lines


def main() -> None:
    from benchmarks.cases import prepare

    var = servers.BASE_DIR / "var" / "bench-polls"
    with contextlib.ExitStack() as stack:
        stack.enter_context(prepare(var, 20))
        portal = stack.enter_context(servers.portal(var, TRUSTED_PROXIES="127.0.0.1"))
        minimal = stack.enter_context(servers.application("benchmarks.minimal:application"))
        answers = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        capture(portal, "vote", one_vote(), answers)
        bare = stack.enter_context(servers.application("benchmarks.bare:application", RESPONSES=str(answers)))
        row = measure_votes(portal, bare, minimal)
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
