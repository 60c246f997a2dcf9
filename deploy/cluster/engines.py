"""The programs of the cluster and their settings: what stands in deploy/, with the names of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from deploy.cluster.services import Service

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parents[1]
HOST = "127.0.0.1"
DATABASES = 3
NODES = 2
# PostgreSQL and pgbouncer refuse to run as root.
USER = "postgres"
NEEDED = {
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "pgbouncer": "pgbouncer",
    "nginx": "nginx",
    "openssl": "openssl",
}


class MissingError(Exception):
    """A program that the cluster consists of is not installed. The message is for the operator."""


@dataclass(frozen=True)
class Place:
    """Where one cluster lives, its ports and its passwords."""

    folder: Path
    first_port: int
    password: str
    secret_key: str
    ballot_key: str
    factor_key: str
    binaries: Path = field(default_factory=lambda: newest_postgresql())

    def port(self, kind: str, number: int = 0) -> int:
        """The port of the n-th program of its kind."""
        kinds = ("nginx", "redirect", "etcd", "etcd_peer", "patroni", "postgresql", "haproxy", "pgbouncer", "portal")
        return self.first_port + 3 * kinds.index(kind) + number

    @property
    def address(self) -> str:
        """Where citizens reach the portal."""
        return f"https://localhost:{self.port('nginx')}"

    def database_url(self, kind: str, node: int) -> str:
        """The portal's database through a node's `pgbouncer`, or past it through its `haproxy`."""
        return f"postgres://cong:{self.password}@{HOST}:{self.port(kind, node)}/cong"


def require_programs() -> None:
    """Raise MissingError unless all programs are there."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if missing := [package for name, package in NEEDED.items() if not shutil.which(name, path=path)]:
        raise MissingError(f"apt-get install --no-install-recommends {' '.join(missing)}")


def newest_postgresql() -> Path:
    """The folder of the programs of the newest PostgreSQL that Debian's packages installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found or int(found[-1].parts[-3]) < 15:
        raise MissingError("apt-get install --no-install-recommends postgresql (15 or newer)")
    return found[-1].parent


def install_patroni(place: Place) -> None:
    """Bring the pinned Patroni into the cluster's folder."""
    command = [sys.executable, "-m", "pip", "--python", _python(), "--disable-pip-version-check", "install"]
    options = ["--quiet", "--require-hashes", "--target", place.folder / "patroni", "-r", HERE / "requirements.txt"]
    process = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if process.returncode:
        raise MissingError(f"Patroni cannot be installed: {process.stderr.strip()[-500:]}")


def _python() -> str:
    """The Python that everybody on the machine may run; that of a virtual environment may lie in root's folder."""
    return "/usr/bin/python3"


def etcd(place: Place, number: int) -> Service:
    """One member of the three that keep who leads."""
    client, peer = (f"http://{HOST}:{place.port(kind, number)}" for kind in ("etcd", "etcd_peer"))
    members = ",".join(f"e{n}=http://{HOST}:{place.port('etcd_peer', n)}" for n in range(DATABASES))
    options = {
        "name": f"e{number}",
        "data-dir": place.folder / "data" / f"e{number}",
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": members,
        "heartbeat-interval": 100,
        "election-timeout": 1000,
    }
    command = ["etcd", *(f"--{name}={value}" for name, value in options.items())]
    return Service(f"etcd{number}", command, place.folder, user=USER)


def patroni(place: Place, number: int) -> Service:
    """One PostgreSQL with the program that starts, follows and promotes it."""
    settings = place.folder / f"pg{number}.yaml"
    text = Template((HERE / "patroni.yaml").read_text(encoding="utf-8")).substitute(
        name=f"pg{number}",
        host=HOST,
        rest_port=place.port("patroni", number),
        postgresql_port=place.port("postgresql", number),
        etcd=", ".join(f"'{HOST}:{place.port('etcd', n)}'" for n in range(DATABASES)),
        binaries=place.binaries,
        folder=place.folder / "data",
        password=place.password,
    )
    settings.write_text(text, encoding="utf-8")
    return Service(
        f"patroni{number}",
        [_python(), "-m", "patroni", settings],
        place.folder,
        user=USER,
        environment={"PYTHONPATH": str(place.folder / "patroni"), "LC_ALL": "C.UTF-8"},
    )


def haproxy(place: Place, node: int) -> Service:
    """A node's way to the primary."""
    servers = "\n".join(
        f"    server pg{n} {HOST}:{place.port('postgresql', n)} check port {place.port('patroni', n)}"
        for n in range(DATABASES)
    )
    settings = place.folder / f"haproxy{node}.cfg"
    text = Template((HERE / "haproxy.cfg").read_text(encoding="utf-8"))
    settings.write_text(text.substitute(port=place.port("haproxy", node), servers=servers), encoding="utf-8")
    return Service(f"haproxy{node}", ["haproxy", "-db", "-f", settings], place.folder, user=USER)


def pgbouncer(place: Place, node: int) -> Service:
    """A node's pool, in front of its HAProxy."""
    users = place.folder / "userlist.txt"
    users.write_text(f'"cong" "{place.password}"\n', encoding="utf-8")
    text = changed(
        "pgbouncer.ini",
        {
            "host=127.0.0.1 port=5432": f"host={HOST} port={place.port('haproxy', node)}",
            "listen_port = 6432": f"listen_port = {place.port('pgbouncer', node)}\nunix_socket_dir =",
            "/etc/pgbouncer/userlist.txt": str(users),
        },
    )
    settings = place.folder / f"pgbouncer{node}.ini"
    settings.write_text(text, encoding="utf-8")
    return Service(f"pgbouncer{node}", ["pgbouncer", settings], place.folder, user=USER)


def portal(place: Place, node: int) -> Service:
    """A web node; both have one folder of media and static files."""
    command = [sys.executable, "manage.py", "serve"]
    environment = portal_environment(place, "pgbouncer", node) | {"PORT": str(place.port("portal", node))}
    return Service(f"portal{node}", command, place.folder, environment=environment, runs_in=BASE_DIR)


def portal_environment(place: Place, kind: str, node: int) -> dict[str, str]:
    """What a command of the portal needs; `kind` says which way it goes to the database."""
    return {
        "SECRET_KEY": place.secret_key,
        "BALLOT_KEY": place.ballot_key,
        "FACTOR_KEY": place.factor_key,
        "VAR_DIR": str(place.folder / "var"),
        "DATABASE_URL": place.database_url(kind, node),
        "DATABASE_POOLED": str(kind == "pgbouncer").lower(),
        "ALLOWED_HOSTS": "localhost",
        "CSRF_TRUSTED_ORIGINS": place.address,
        "HTTPS": "true",
        "TRUSTED_PROXIES": HOST,
    }


def nginx(place: Place) -> Service:
    """The front, with the example's cache, in which pages outlive everything behind it."""
    folder = place.folder
    _make_certificate(folder)
    port, redirect = place.port("nginx"), place.port("redirect")
    second = "server 127.0.0.1:8001 max_fails=1 fail_timeout=2s;"
    server = changed(
        "nginx/cong.conf",
        {
            "server 127.0.0.1:8000 max": f"server {HOST}:{place.port('portal', 0)} max",
            f"# {second}": second.replace("127.0.0.1:8001", f"{HOST}:{place.port('portal', 1)}"),
            "listen 80;": f"listen {HOST}:{redirect};",
            "    listen [::]:80;\n": "",
            "listen 443 ssl http2;": f"listen {HOST}:{port} ssl http2;",
            "    listen [::]:443 ssl http2;\n": "",
            "server_name xa.example;": "server_name localhost;",
            "/etc/letsencrypt/live/xa.example/fullchain.pem": str(folder / "tls.crt"),
            "/etc/letsencrypt/live/xa.example/privkey.pem": str(folder / "tls.key"),
            "/var/cache/nginx/cong": str(folder / "cache" / "pages"),
            "/var/log/nginx": str(folder / "cache"),
            "root /usr/share/cong;": f"root {BASE_DIR}/deploy/nginx;",
        },
    )
    temporary = "\n".join(
        f"  {name}_temp_path {folder}/cache/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"worker_processes 2;\npid {folder}/cache/nginx.pid;\nerror_log {folder}/cache/nginx-error.log warn;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{\n  access_log off;\n{temporary}\n{server}\n}}\n",
        encoding="utf-8",
    )
    return Service("nginx", ["nginx", "-g", "daemon off;", "-c", settings], folder, user=USER)


def changed(name: str, replacements: dict[str, str]) -> str:
    """A file of deploy/ with other words. Raises ValueError for words that are not in it."""
    text = (BASE_DIR / "deploy" / name).read_text(encoding="utf-8")
    for old, new in replacements.items():
        if old not in text:
            raise ValueError(f"deploy/{name} no longer says {old!r}")
        text = text.replace(old, new)
    return text


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "7", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "tls.key", "-out", folder / "tls.crt"),
        ],
        check=True,
        capture_output=True,
    )
    for name in ("tls.key", "userlist.txt"):
        if (folder / name).exists():
            (folder / name).chmod(0o644)
