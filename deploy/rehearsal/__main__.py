"""Follow docs/operators.md on an empty folder: install, TLS, backup, restore, upgrade, the way back.

    python -m deploy.rehearsal        # `make rehearsal`; two to seven minutes

The commands come out of the page itself: every block that begins with ```sh and a name is run as it stands there. Paths
such as /etc/cong lie below the folder, ports and a few programs are stood in for (standins.py). Run by root, it goes on
as another user. Ends with code 1 at the first command that fails, or where a check finds something else than the page says.
"""

from __future__ import annotations

import argparse
import os
import pty
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.cluster.engines import newest_postgresql
from deploy.rehearsal import standins

BASE_DIR = Path(__file__).resolve().parents[2]
PAGE = BASE_DIR / "docs" / "operators.md"
BLOCK = re.compile(r"^```sh (?P<name>[\w ]+)\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)
ORDER = ["install", "first start", "tls", "backup", "proof", "restore", "upgrade", "roll back"]
# Where a machine keeps things; below the folder here.
MACHINE = re.compile(r"(?<![\w.$])/(opt/cong|etc/|var/|usr/share/cong|run/postgresql)")
PASSWORD = "mot-hai-ba-Bon-nam-Sau"
# What `createsuperuser` asks for, one after the other.
ANSWERS = ("truongcong", "t@xa.example", PASSWORD, PASSWORD)
HOST = "xa.example"


class RehearsalError(Exception):
    """The page and the portal do not agree. The message says where."""


def blocks(page: str) -> dict[str, str]:
    """The commands of the page by the name of their block."""
    return {match["name"]: match["commands"] for match in BLOCK.finditer(page)}


class Rehearsal:
    """A folder that stands for a machine."""

    def __init__(self, root: Path, first_port: int) -> None:
        self.root = root
        self.ports = {"PORT": first_port, "TLS": first_port + 1, "HTTP": first_port + 2}
        self.blocks = blocks(PAGE.read_text(encoding="utf-8"))
        self.binaries = newest_postgresql()
        self.environment = {
            "ROOT": str(root),
            "ADMIN": "postgres",
            "HOME": str(root),
            "LANG": "C.UTF-8",
            "PATH": f"{root}/bin:{self.binaries}:/usr/local/bin:/usr/bin:/bin:/usr/sbin",
            "PGHOST": str(root / "run" / "postgresql"),
            # The clone belongs to whoever started the rehearsal.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }

    # --- The machine ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """A running PostgreSQL, as Debian's package leaves one, and nginx's own file."""
        for name in (
            "opt",
            "etc/systemd/system",
            "etc/nginx/conf.d",
            "run/postgresql",
            "var/lib",
            "var/log/nginx",
            "tmp",
        ):
            (self.root / name).mkdir(parents=True)
        data = self.root / "var" / "lib" / "postgresql"
        self._run(
            [self.binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        )
        options = f"-c listen_addresses= -c unix_socket_directories={self.environment['PGHOST']}"
        self._run(
            [self.binaries / "pg_ctl", "-D", data, "-w", "-l", self.root / "postgresql.log", "-o", options, "start"]
        )
        temporary = "".join(
            f" {kind}_temp_path tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.root / "etc" / "nginx" / "nginx.conf").write_text(
            f"pid {self.root}/tmp/nginx.pid;\nerror_log {self.root}/nginx.log;\nevents {{}}\n"
            f"http {{access_log off;{temporary.replace('tmp/', f'{self.root}/tmp/')}\ninclude {self.root}/etc/nginx/conf.d/*.conf;\n}}\n"
        )
        first = re.search(r"systemd-run.*?manage\.py", self.blocks["first start"], re.DOTALL)
        if first is None:
            raise RehearsalError("The page no longer says what `manage` stands for")
        standins.write(self.root / "bin", self._here(first[0]))

    def close(self) -> None:
        """Stop what runs, as far as it does."""
        for service in ("nginx", "cong"):
            subprocess.run([self.root / "bin" / "systemctl", "stop", service], env=self.environment, check=False)
        data = self.root / "var" / "lib" / "postgresql"
        subprocess.run([self.binaries / "pg_ctl", "-D", data, "-m", "fast", "stop"], env=self.environment, check=False)

    def _here(self, text: str) -> str:
        """What the page or a file says of the machine, for the folder."""
        return MACHINE.sub(lambda match: f"{self.root}/{match[1]}", text)

    def _run(self, command: list[str | Path]) -> str:
        process = subprocess.run(
            command, env=self.environment, cwd=self.root, capture_output=True, text=True, check=False
        )
        if process.returncode:
            raise RehearsalError(f"{command}: {process.stdout}{process.stderr}")
        return process.stdout

    # --- The page ------------------------------------------------------------------------------

    def follow(self, name: str, **words: str) -> str:
        """Run a block of the page with `words` in the place of what it leaves to the reader; what it prints."""
        commands = self._here(self.blocks[name])
        for word, meant in words.items():
            if word not in commands:
                raise RehearsalError(f"The block {name!r} no longer says {word!r}")
            commands = commands.replace(word, meant)
        folder = self.root / "opt" / "cong"
        say(f"\n== {name}\n{self.blocks[name].strip()}")
        began = time.monotonic()
        code, output = typed(
            ["bash", "-euo", "pipefail", "-c", commands], folder if folder.exists() else self.root, self.environment
        )
        if code:
            raise RehearsalError(f"The block {name!r} ended with {code}:\n{output[-2000:]}")
        say(f"-- {time.monotonic() - began:.0f} s")
        return output

    def fill_in(self, **values: str) -> None:
        """Write values into /etc/cong/cong.env, as the operator does by hand."""
        path = self.root / "etc" / "cong" / "cong.env"
        text = self._here(path.read_text(encoding="utf-8"))
        for name, value in values.items():
            line = f"{name}={value}"
            text, count = re.subn(rf"^{name}=.*$", line, text, flags=re.MULTILINE)
            text += "" if count else f"{line}\n"
        path.write_text(text, encoding="utf-8")

    def manage(self, *arguments: str) -> str:
        """A command of the portal beside the page."""
        return self._run([self.root / "bin" / "manage", *arguments])

    def systemctl(self, verb: str) -> None:
        """What the page does in words only."""
        self._run([self.root / "bin" / "systemctl", verb, "cong"])

    def counts(self) -> dict[str, str]:
        """Rows that must be the same after a restore, and whether the polls' logs agree."""
        tables = ("news_article", "polls_ballot", "polls_event", "library_picture", "accounts_user", "news_revision")
        found = {
            table: self._run(["psql", "-U", "postgres", "-Atc", f"SELECT count(*) FROM {table}", "cong"]).strip()
            for table in tables
        }
        return found | {"polls": self.manage("poll_audit")}

    def expect_portal(self, what: str) -> None:
        """The portal answers, itself and behind nginx where that runs."""
        deadline = time.monotonic() + 120
        address = f"http://127.0.0.1:{self.ports['PORT']}/healthz/ready"
        while subprocess.run(["curl", "--silent", "--fail", "--output", "/dev/null", address], check=False).returncode:
            if time.monotonic() > deadline:
                raise RehearsalError(f"{what}: the portal is not ready; {self.root}/cong.log")
            time.sleep(0.5)
        say(f"   {what}: ready")


def typed(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command as at a terminal, with ANSWERS to its questions; its code and what it printed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, environment)
    output, answers = "", iter(ANSWERS)
    while True:
        try:
            output += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            break
        if output.endswith(": ") and (answer := next(answers, None)):
            time.sleep(0.2)  # a password's prompt forgets what was typed before it
            os.write(terminal, f"{answer}\n".encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rehearse(machine: Rehearsal, repository: Path, old: str, new: str) -> None:
    """The whole page, from the installation of `old` over its end in a fire to `new` and back."""
    key = machine.root / "key.txt"
    printed = machine.follow("install", **{"ADDRESS-OF-THIS-REPOSITORY": f"--branch {old} {repository}"})
    names = re.findall(r"# (\w+_KEY)$", machine.blocks["install"], re.MULTILINE)
    secrets = [line.strip() for line in re.findall(r"^[\w-]{60,}\s*$", printed, re.MULTILINE)][-len(names) :]
    machine.fill_in(**dict(zip(names, secrets, strict=True)), PORT=str(machine.ports["PORT"]))
    unit = machine.root / "opt" / "cong" / "deploy" / "systemd" / "cong.service"
    unit.write_text(machine._here(unit.read_text(encoding="utf-8")), encoding="utf-8")
    machine.follow("first start")
    machine.expect_portal("installed")

    nginx = machine.root / "opt" / "cong" / "deploy" / "nginx" / "cong.conf"
    text = machine._here(nginx.read_text(encoding="utf-8"))
    for listened, port in (("80", "HTTP"), ("443 ssl http2", "TLS")):
        text = text.replace(f"    listen [::]:{listened};\n", "").replace(
            f"listen {listened};", f"listen 127.0.0.1:{machine.ports[port]}{listened.lstrip('0123456789')};"
        )
    nginx.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{machine.ports['PORT']}"), encoding="utf-8")
    machine.follow("tls")
    check_tls(machine)

    # Something to lose. The demonstration writes a month of visits, which the clock of a portal that serves counts too.
    machine.systemctl("stop")
    machine.manage("load_demo")
    key.write_text(
        machine._run(
            [
                machine.root / "opt/cong/.venv/bin/python",
                "-c",
                "import pyrage; i = pyrage.x25519.Identity.generate(); print(f'# public key: {i.to_public()}'); print(i)",
            ]
        )
    )
    machine.fill_in(BACKUP_KEY=key.read_text().split()[3])
    machine.systemctl("start")
    machine.expect_portal("filled")
    shutil.copy(key, machine.root / "etc" / "cong" / "key.txt")
    before = machine.counts()
    machine.follow("backup")
    machine.follow("proof")

    burn(machine)
    newest = max((machine.root / "var" / "backups" / "cong").glob("cong-*.tar.age"))
    machine.follow("restore", **{"cong-….tar.age": newest.name})
    machine.expect_portal("restored")
    expect_equal("after the restore", before, machine.counts())

    machine._run(["git", "-C", machine.root / "opt" / "cong", "checkout", "--quiet", "--", "."])
    machine.follow("upgrade", vNEW=new)
    machine.expect_portal("upgraded")
    expect_equal("after the upgrade", before, machine.counts())
    machine.follow("roll back", vOLD=old)
    machine.expect_portal("rolled back")
    expect_equal("after the way back", before, machine.counts())


def check_tls(machine: Rehearsal) -> None:
    """nginx leads to TLS, and shows the portal there."""
    curl = [
        "curl",
        "--silent",
        "--insecure",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code} %{redirect_url}",
        "--retry",
        "5",
        "--retry-connrefused",
    ]
    for scheme, port, expected in (("http", "HTTP", f"308 https://{HOST}/"), ("https", "TLS", "200 ")):
        number = machine.ports[port]
        found = machine._run([*curl, "--resolve", f"{HOST}:{number}:127.0.0.1", f"{scheme}://{HOST}:{number}/"])
        if found != expected:
            raise RehearsalError(f"{scheme} of nginx answers {found!r} instead of {expected!r}")
        say(f"   {scheme}: {found}")


def burn(machine: Rehearsal) -> None:
    """What a fire leaves: the backups, the keys, and a new machine with an empty database and an empty VAR_DIR."""
    machine.systemctl("stop")
    install = machine._here(machine.blocks["install"])
    machine._run(["dropdb", "-U", "postgres", "cong"])
    shutil.rmtree(machine.root / "var" / "lib" / "cong")
    for line in re.findall(r"^(?:sudo -u postgres createdb|install -d .*var/lib/cong).*$", install, re.MULTILINE):
        machine._run(["bash", "-euc", line])
    say("\n== fire: the database and the uploads are gone")


def expect_equal(when: str, before: dict[str, str], after: dict[str, str]) -> None:
    if before != after:
        raise RehearsalError(f"{when}: {after} instead of {before}")
    say(
        f"   {when}: {', '.join(f'{name} {count}' for name, count in after.items() if name != 'polls')}; the polls' logs agree"
    )


def clone(folder: Path, old: str) -> None:
    """The repository that the page clones, with the earlier and the present version as tags."""

    def git(*command: str) -> None:
        subprocess.run(["git", *command], check=True, cwd=folder, capture_output=True)

    subprocess.run(["git", "clone", "--quiet", "--bare", "--no-hardlinks", BASE_DIR, folder], check=True)
    git("tag", "vNEW-rehearsed", subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=BASE_DIR, text=True).strip())
    git("tag", "vOLD-rehearsed", old)


def earlier_version() -> str:
    """The last release, or before there is one the last commit that locked its packages and lacks a migration."""

    def git(*command: str) -> list[str]:
        return subprocess.run(
            ["git", *command], cwd=BASE_DIR, capture_output=True, text=True, check=False
        ).stdout.split()

    for release in git("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD^"):
        return release
    for commit in git("log", "--first-parent", "--format=%H", "--", "requirements.txt"):
        if git("diff", "--name-only", "--diff-filter=A", commit, "HEAD", "--", "*/migrations/0*.py"):
            return commit
    raise RehearsalError("There is no earlier version to upgrade from: name one by --from")


def become(user: str, folder: Path) -> None:
    """Give root's rights away for good."""
    entry = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, entry.pw_uid, entry.pw_gid)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.rehearsal")
    parser.add_argument("--from", dest="old", help="the version that is installed first; default: the last release")
    parser.add_argument("--port", type=int, default=8370, help="the first of three free ports")
    parser.add_argument("--user", default="nobody", help="who goes on, if root started it")
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cong-rehearsal-"))
    folder.chmod(0o755)
    clone(folder / "repository.git", options.old or earlier_version())
    if os.geteuid() == 0:
        become(options.user, folder)
    machine = Rehearsal(folder / "machine", options.port)
    began = time.monotonic()
    try:
        machine.prepare()
        rehearse(machine, folder / "repository.git", "vOLD-rehearsed", "vNEW-rehearsed")
    except RehearsalError as error:
        say(f"\n{error}")
        return 1
    finally:
        machine.close()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"\nThe page was followed from the beginning to the end in {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
