"""Collecting static files only when something changed: compressing them takes seconds."""

import fcntl
import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.management import CommandError, call_command


def collect_static_files(begin: Callable[[], None] = lambda: None) -> bool:
    """Bring STATIC_ROOT up to date; returns whether there was anything to do. `begin` is called when there is.

    Two machines that share the folder take turns. Raises CommandError when it cannot be written.
    """
    fingerprint = _fingerprint()
    if _is_collected(fingerprint):
        return False
    try:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        with (settings.STATIC_ROOT / ".collecting").open("ab") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if _is_collected(fingerprint):
                return False
            begin()
            call_command("collectstatic", interactive=False, verbosity=0)
            (settings.STATIC_ROOT / ".fingerprint").write_text(fingerprint, encoding="ascii")
    except OSError as error:
        raise CommandError(f"Cannot collect static files in {settings.STATIC_ROOT}: {error.strerror}") from error
    return True


def _is_collected(fingerprint: str) -> bool:
    stamp = settings.STATIC_ROOT / ".fingerprint"
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint


def _fingerprint() -> str:
    """Of our own static files, of how they are collected, and of the versions that bring the others."""
    digest = hashlib.blake2b(digest_size=16)
    # Another storage writes other files: tests, which need no hashed names, must not pass for a portal.
    digest.update(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for source in ("requirements.txt", "portal/apps.py", "serving/files/static_storage.py"):
        digest.update((settings.BASE_DIR / source).read_bytes())
    for path in sorted(settings.BASE_DIR.joinpath("static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
