"""Collecting static files only when something changed: compressing them takes seconds."""

import hashlib

from django.conf import settings
from django.core.management import call_command


def collect_static_files() -> bool:
    """Bring STATIC_ROOT up to date; returns whether there was anything to do."""
    stamp = settings.STATIC_ROOT / ".fingerprint"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")
    return True


def _fingerprint() -> str:
    """Of our own static files of how they are collected, and of the versions that bring the others."""
    digest = hashlib.blake2b(digest_size=16)
    for source in ("requirements.txt", "portal/apps.py", "serving/files/static_storage.py"):
        digest.update((settings.BASE_DIR / source).read_bytes())
    for path in sorted(settings.BASE_DIR.joinpath("static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
