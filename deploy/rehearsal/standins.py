"""What a machine has and an empty folder has not: a service manager, a user, a certificate authority.

Each is a small program that comes first in PATH. All else that the operators' page runs (git, make, pip, PostgreSQL's
programs, nginx, the portal) is the real thing.
"""

from __future__ import annotations

from pathlib import Path

# $ROOT is the folder that stands for the machine; $ADMIN the user who is PostgreSQL's superuser there.
PROGRAMS = {
    # The packages must be there already; only root could install them.
    "apt-get": """
shift
for package in "$@"; do
  case "$package" in -*|certbot) continue;; esac
  dpkg-query -W "$package" >/dev/null || dpkg-query -W "$package-15" >/dev/null || { echo "apt-get install $package"; exit 1; }
done
""",
    # Whoever runs the rehearsal is the user.
    "useradd": "true",
    "sudo": """
[ "$1" = -u ] && [ "$2" = postgres ] && shift 2
PGUSER=$ADMIN exec "$@"
""",
    # The real one, without the owners that only root can give.
    "install": """
kept=()
while [ $# -gt 0 ]; do
  case "$1" in -o|-g) shift 2;; *) kept+=("$1"); shift;; esac
done
exec /usr/bin/install "${kept[@]}"
""",
    "systemd-run": """
while [ $# -gt 0 ]; do
  case "$1" in
    --property=EnvironmentFile=*) set -a; . "${1#*=*=}"; set +a;;
    --setenv=*) export "${1#--setenv=}";;
    --working-directory=*) cd "${1#*=}";;
    --*) ;;
    *) break;;
  esac
  shift
done
exec "$@"
""",
    # Starts what the unit's ExecStart says, with its environment. nginx has a unit of its own.
    "systemctl": """
trap '' HUP   # what is started outlives the terminal
[ "$1" = enable ] && shift   # then --now, which starts
verb=$1 name=${2-}
pid=$ROOT/run/$name.pid
alive() { [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
stop() { if alive; then kill "$(cat "$pid")"; for _ in $(seq 300); do alive || break; sleep 0.1; done; fi; rm -f "$pid"; }
start() {
  if [ "$name" = nginx ]; then
    setsid nginx -c "$ROOT/etc/nginx/nginx.conf" -g 'daemon off;' >>"$ROOT/nginx.log" 2>&1 & echo $! >"$pid"; return
  fi
  unit=$ROOT/etc/systemd/system/$name.service
  set -a; . "$(sed -n 's/^EnvironmentFile=//p' "$unit")"; eval "$(sed -n 's/^Environment=//p' "$unit")"; set +a
  cd "$(sed -n 's/^WorkingDirectory=//p' "$unit")"
  setsid $(sed -n 's/^ExecStart=//p' "$unit") >>"$ROOT/$name.log" 2>&1 & echo $! >"$pid"
}
case "$verb" in
  daemon-reload) ;;
  start|--now) start;;
  stop) stop;;
  restart) stop; start;;
  reload) kill -HUP "$(cat "$pid")";;
  *) echo "systemctl $*: not rehearsed"; exit 1;;
esac
""",
    # Signs itself what an authority would sign.
    "certbot": """
while [ $# -gt 0 ]; do [ "$1" = -d ] && name=$2; shift; done
folder=$ROOT/etc/letsencrypt/live/$name
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$name" \
  -addext "subjectAltName=DNS:$name" -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
""",
    # The page tests the configuration that Debian's nginx reads.
    "nginx": """
[ "$*" = -t ] && set -- -t -c "$ROOT/etc/nginx/nginx.conf"
exec /usr/sbin/nginx "$@"
""",
}


def write(folder: Path, manage: str) -> None:
    """Write the programs, and `manage` for what the page lets it stand for."""
    folder.mkdir()
    for name, text in (PROGRAMS | {"manage": f'cd "$ROOT/opt/cong"\nexec {manage} "$@"'}).items():
        program = folder / name
        program.write_text(f"#!/bin/bash\nset -eu\n{text.strip()}\n", encoding="utf-8")
        program.chmod(0o755)
