"""Start a whole cluster on this machine from an empty folder, and see what it promises hold.

    python -m deploy.cluster                     # every drill, once
    python -m deploy.cluster postmaster freeze   # these only
    python -m deploy.cluster --keep-running      # no drill: look around, end with Ctrl+C

Needs Debian's etcd-server, haproxy, pgbouncer, nginx and postgresql (15 or newer), and a portal that is
installed for development (`make test` does so). docs/cluster.md says what is measured and how.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.cluster.cluster import Cluster, ClusterError, prepare
from deploy.cluster.drills import DRILLS, Outcome, run
from deploy.cluster.engines import MissingError
from deploy.cluster.load import Load

HEAD = (
    "| what | votes, lost | saves, lost | views, lost | longest time without a vote | votes refused"
    " | cached reads, failed | slowest | never cached, failed | whole again after |"
)


def main() -> int:
    """Run the drills that are asked for; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m deploy.cluster", description=__doc__.partition("\n")[0])
    parser.add_argument("drills", nargs="*", metavar="DRILL", help=f"of {', '.join(DRILLS)}; default: all")
    parser.add_argument("--folder", type=Path, help="an empty folder that is kept; default: a temporary one")
    parser.add_argument("--port", type=int, default=8340, help="the first of 27 free ports")
    parser.add_argument("--keep-running", action="store_true", help="start the cluster and wait")
    options = parser.parse_args()
    if unknown := set(options.drills) - DRILLS.keys():
        parser.error(f"no such drill: {', '.join(sorted(unknown))}")
    # `kill` ends it as Ctrl+C does: nothing that was started may stay.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = options.folder or Path(tempfile.mkdtemp(prefix="cong-cluster-"))
    try:
        return _run(folder, options)
    except (MissingError, ClusterError) as error:
        _say(str(error))
        return 2
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, options: argparse.Namespace) -> int:
    began = time.monotonic()
    folder.chmod(0o755) if folder.exists() else None
    cluster = prepare(folder, options.port)
    try:
        cluster.start(_say)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        _say(f"{cluster.place.address}/ after {time.monotonic() - began:.0f} s, {size / 1e6:.0f} MB in {folder}")
        if options.keep_running:
            with contextlib.suppress(KeyboardInterrupt):
                time.sleep(float("inf"))
            return 0
        return _drill(cluster, options.drills or list(DRILLS))
    finally:
        cluster.stop()


def _drill(cluster: Cluster, names: list[str]) -> int:
    load = Load(cluster, accounts(cluster.place.folder / "var" / "demo-accounts.txt"))
    broken = []
    _say(HEAD + "\n|" + " --- |" * HEAD.count(" |"))
    for name in names:
        outcome = run(DRILLS[name], cluster, load)
        _say(row(outcome))
        broken += [f"{name}: {text}" for text in outcome.broken_promises()]
    _say("\n" + cluster.manage("poll_audit").strip())
    _say("\n".join(["", "Broken promises:", *broken]) if broken else "\nEvery promise held.")
    return int(bool(broken))


def row(outcome: Outcome) -> str:
    """The outcome as a line of the report's table."""
    cells = [
        outcome.drill.name,
        f"{outcome.votes}, {outcome.votes_lost}",
        f"{outcome.saves}, {outcome.saves_lost}",
        f"{outcome.views}, {outcome.views_lost}",
        f"{outcome.gap:.1f} s",
        f"{outcome.statuses['vote'].total() - outcome.statuses['vote'][303]}",
        f"{outcome.statuses['cached'].total()}, {outcome.failed('cached')}",
        f"{outcome.slowest_cached:.1f} s",
        f"{outcome.statuses['uncached'].total()}, {outcome.failed('uncached')}",
        f"{outcome.whole_after:.0f} s",
    ]
    return "| " + " | ".join(cells) + " |"


def accounts(path: Path) -> dict[str, str]:
    """Passwords of the demonstration's staff by user name."""
    return {line.split()[0]: line.split()[1] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
