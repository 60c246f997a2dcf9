"""The checks of the self-test page: what an operator would look at one after another, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.keys import factor_key_is_set
from accounts.roles import new_permissions
from library.intake import clamd
from operation import backups, health
from polls.auditing.keys import ballot_key_is_set
from upkeep.checks import Check, Finding, Verdict
from upkeep.spans import in_words
from vietnamese import format_file_size, format_number

LEAST_FREE = 2 * 1024**3  # bytes
# A night's backup may take some hours; a check is made once a week.
OLDEST_BACKUP = timedelta(hours=36)
OLDEST_CHECK = timedelta(days=10)
SOON = timedelta(days=21)
PATIENCE = 2.0  # seconds for another machine to answer


def versions() -> Finding:
    """What runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    return Finding(Verdict.GOOD, f"Cổng {settings.VERSION}, PostgreSQL {server}")


def database() -> Finding:
    """Whether it takes writes, and every migration is applied."""
    state = health.state()
    if state["database"] != "ok":
        return Finding(
            Verdict.BAD,
            _("The database: %(state)s.") % {"state": state["database"]},
            _("Look at the log of PostgreSQL and at the space on its disk."),
        )
    if state["pending_migrations"]:
        return Finding(
            Verdict.BAD,
            _("%(count)s migrations are not applied.") % {"count": format_number(state["pending_migrations"])},
            _("Run manage.py upgrade on the server."),
        )
    return Finding(Verdict.GOOD, _("It answers, takes writes, and every migration is applied."))


def query_limit() -> Finding:
    """Whether a query that hangs is ended."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        limit = cursor.fetchone()[0]
    if limit == "0":
        return Finding(
            Verdict.NOTICE,
            _("A query may take for ever: one that hangs holds a thread of the portal."),
            _("Give pgbouncer's database a connect_query, as deploy/pgbouncer.ini shows."),
        )
    return Finding(Verdict.GOOD, _("A query is ended after %(limit)s.") % {"limit": limit})


def mail() -> Finding:
    """Whether the mail server takes a connection and the password."""
    if not settings.EMAIL_HOST:
        return Finding(
            Verdict.NOTICE,
            _("No mail server is named, so nobody is told of articles that wait."),
            _("Set EMAIL_HOST and the variables beside it, then restart the portal."),
        )
    try:
        with get_connection(timeout=PATIENCE):
            pass
    except OSError as error:
        return Finding(
            Verdict.BAD,
            _("%(host)s does not take the portal's mails: %(error)s") % {"host": settings.EMAIL_HOST, "error": error},
            _(
                "Compare EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_USE_SSL, user and password with your mail provider."
            ),
        )
    return Finding(Verdict.GOOD, _("%(host)s answers and knows the portal.") % {"host": settings.EMAIL_HOST})


def uploads() -> Finding:
    """Whether the store of the media files answers, where it is another machine."""
    if not settings.MEDIA_S3_BUCKET:
        return Finding(Verdict.GOOD, _("They are kept on this machine."))
    try:
        default_storage.exists("kiem-tra")
    except OSError as error:
        return Finding(
            Verdict.BAD,
            _("The store %(bucket)s does not answer: %(error)s") % {"bucket": settings.MEDIA_S3_BUCKET, "error": error},
            _("Compare the variables that begin with MEDIA_S3 with your store, and look whether it is running."),
        )
    return Finding(Verdict.GOOD, _("The store %(bucket)s answers.") % {"bucket": settings.MEDIA_S3_BUCKET})


def disk() -> Finding:
    """Room for uploads, and for the embedded database."""
    usage = shutil.disk_usage(_existing(Path(settings.MEDIA_ROOT)))
    text = _("%(free)s of %(total)s are free where uploads are kept.") % {
        "free": format_file_size(usage.free),
        "total": format_file_size(usage.total),
    }
    if usage.free < LEAST_FREE:
        return Finding(Verdict.BAD, text, _("Make room before uploads and, on the same disk, the database stop."))
    return Finding(Verdict.GOOD, text)


def backup() -> Finding:
    """How old the last backup is, and whether it was ever restored."""
    place = backups.place(patience=PATIENCE, attempts=1)
    try:
        found, check = place.backups(), place.last_check()
    except OSError as error:
        return Finding(
            Verdict.BAD,
            _("The backups in %(place)s cannot be looked at: %(error)s") % {"place": place, "error": error},
            _("Look whether the disk or the store is there, and at the variables that begin with BACKUP."),
        )
    if not found:
        return Finding(
            Verdict.BAD,
            _("There is no backup in %(folder)s.") % {"folder": place},
            _("Set BACKUP_TO and BACKUP_KEY, or run manage.py backup every night by other means."),
        )
    now = timezone.now()
    age = now - found[0].made_at
    text = _("The last backup is %(age)s old and has %(size)s.") % {
        "age": in_words(age),
        "size": format_file_size(found[0].size),
    }
    if age > OLDEST_BACKUP:
        return Finding(Verdict.BAD, text, _("Read why the task “backup” below failed, or run manage.py backup."))
    if not settings.BACKUP_KEYS:
        return Finding(Verdict.NOTICE, text, _("It is not encrypted: set BACKUP_KEY to the public half of an age key."))
    if check is None or now - check.checked_at > OLDEST_CHECK:
        return Finding(
            Verdict.NOTICE,
            text + " " + _("No backup has been restored for a test of late."),
            _("Run manage.py backup_check --identity FILE where the private key is, once a week."),
        )
    if check.error:
        return Finding(
            Verdict.BAD,
            text + " " + _("%(name)s could not be restored: %(error)s") % {"name": check.name, "error": check.error},
            _("Make a new backup and check it; until one succeeds there is nothing to fall back on."),
        )
    checked = _("%(name)s was restored for a test %(age)s ago and was equal.") % {
        "name": check.name,
        "age": in_words(now - check.checked_at),
    }
    return Finding(Verdict.GOOD, f"{text} {checked}")


def certificate() -> Finding:
    """Until when the certificate of the public address is good."""
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme != "https":
        return Finding(
            Verdict.NOTICE,
            _("The portal is reached without TLS, at %(address)s.") % {"address": settings.PUBLIC_URL},
            _("Put nginx with a certificate in front, as deploy/nginx/cong.conf shows, and set HTTPS=true."),
        )
    host = address.hostname or ""
    try:
        with (
            socket.create_connection((host, address.port or 443), PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            ends = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError) as error:
        return Finding(
            Verdict.BAD,
            _("The certificate of %(host)s cannot be read: %(error)s") % {"host": host, "error": error},
            _("Open the portal's address in a browser and look at its certificate; renew it."),
        )
    left = datetime.fromtimestamp(ends, UTC) - timezone.now()
    text = _("The certificate of %(host)s is good for another %(span)s.") % {"host": host, "span": in_words(left)}
    if left < SOON:
        return Finding(Verdict.BAD, text, _("It should have been renewed by itself: look at certbot's timer and log."))
    return Finding(Verdict.GOOD, text)


def proxies() -> Finding:
    """Whether the portal knows who stands in front of it."""
    if not settings.TRUSTED_PROXIES:
        return Finding(
            Verdict.NOTICE,
            _("No proxy is trusted: every visitor who comes through one has its address."),
            _("Set TRUSTED_PROXIES to the addresses of nginx or the balancer, if there is one."),
        )
    names = ", ".join(str(network) for network in settings.TRUSTED_PROXIES)
    return Finding(Verdict.GOOD, _("Visitors' addresses are believed from %(proxies)s.") % {"proxies": names})


def malware_scanner() -> Finding:
    """Whether uploads are looked at for malware."""
    if not settings.MALWARE_SCANNER:
        return Finding(
            Verdict.NOTICE,
            _("No malware scanner looks at uploaded pictures and documents."),
            _("Install clamav-daemon and set MALWARE_SCANNER, if your rules ask for one."),
        )
    try:
        name = clamd.version(settings.MALWARE_SCANNER, PATIENCE)
    except clamd.AwayError as error:
        return Finding(
            Verdict.BAD,
            _("The malware scanner at %(address)s does not answer: %(error)s")
            % {"address": settings.MALWARE_SCANNER, "error": error},
            _("Start clamav-daemon, and let the portal's account use its socket.")
            if settings.MALWARE_SCANNER_AWAY == "refuse"
            else _("Start clamav-daemon; until then files are stored unlooked at."),
        )
    return Finding(Verdict.GOOD, _("%(name)s looks at every upload.") % {"name": name})


def rights() -> Finding:
    """Whether the groups have the permissions of new features."""
    missing = new_permissions()
    if missing:
        return Finding(
            Verdict.NOTICE,
            _("These groups lack permissions of new features: %(groups)s.") % {"groups": ", ".join(missing)},
            _("Run manage.py create_roles --new on the server."),
        )
    return Finding(Verdict.GOOD, _("The groups have the permissions of every feature."))


def keys() -> Finding:
    """Whether ballots have a key of their own."""
    if ballot_key_is_set():
        return Finding(
            Verdict.NOTICE,
            _("Ballots are tied to SECRET_KEY: a new one would let everybody vote again."),
            _("Set BALLOT_KEY, and keep a copy of it apart from the backups."),
        )
    return Finding(Verdict.GOOD, _("Ballots have a key of their own."))


def factor_key() -> Finding:
    """Whether second factors have a key of their own."""
    if factor_key_is_set():
        return Finding(
            Verdict.NOTICE,
            _("Second factors are stored under SECRET_KEY: a new one would lose them all."),
            _("Set FACTOR_KEY, and keep a copy of it apart from the backups."),
        )
    return Finding(Verdict.GOOD, _("Second factors are stored under a key of their own."))


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


CHECKS = [
    Check(gettext_lazy("Versions"), versions),
    Check(gettext_lazy("Database"), database),
    Check(gettext_lazy("Limit of queries"), query_limit),
    Check(gettext_lazy("Backup"), backup),
    Check(gettext_lazy("Uploads"), uploads),
    Check(gettext_lazy("Disk"), disk),
    Check(gettext_lazy("Mail"), mail),
    Check(gettext_lazy("Certificate"), certificate),
    Check(gettext_lazy("Proxies"), proxies),
    Check(gettext_lazy("Malware scanner"), malware_scanner),
    Check(gettext_lazy("Rights of the groups"), rights),
    Check(gettext_lazy("Key of the ballots"), keys),
    Check(gettext_lazy("Key of the second factors"), factor_key),
]
