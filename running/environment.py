"""Typed values from the environment, strict: a wrong value stops the start with one clear line."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

# A name, one with all names below it (.xa.example), any (*), or an address of version 6 in brackets.
HOST = re.compile(r"\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `NAME_FILE` points to (container secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path}: {error.strerror}") from error
    return os.environ.get(name, default).strip()


def boolean(name: str, *, default: bool) -> bool:
    """true or false; raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return BOOLEANS[value.lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name}={value!r}: use true or false") from None


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    """A whole number from `minimum` to `maximum`; raises ImproperlyConfigured otherwise."""
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number from {minimum} to {maximum}")
    return int(value)


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list without its blanks."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def choice(name: str, default: str, values: Sequence[str]) -> str:
    """One of `values`, in whatever case it is written; raises ImproperlyConfigured for anything else."""
    value = (text(name) or default).upper()
    if value not in values:
        raise ImproperlyConfigured(f"{name}={value!r}: use one of {', '.join(values)}")
    return value


def hosts(name: str, default: str) -> list[str]:
    """Host names and addresses as Django's ALLOWED_HOSTS takes them; raises ImproperlyConfigured for others."""
    found = items(name, default)
    if wrong := [host for host in found if not HOST.fullmatch(host)]:
        raise ImproperlyConfigured(f"{name}: {wrong[0]!r} is no host name; write xa.example, without https:// and port")
    if not found:
        raise ImproperlyConfigured(f"{name} names no host; write at least one, such as xa.example")
    return found


def origin(name: str, default: str) -> str:
    """An origin such as https://xa.example, without its last slash; raises ImproperlyConfigured for anything else."""
    return _checked_origin(name, text(name) or default)


def origins(name: str) -> list[str]:
    """A comma-separated list of origins; raises ImproperlyConfigured for anything else."""
    return [_checked_origin(name, item) for item in items(name)]


def _checked_origin(name: str, value: str) -> str:
    value = value.rstrip("/")
    try:
        parts = urlsplit(value)
        is_origin = parts.scheme in ("http", "https") and parts.netloc and value == f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        is_origin = False
    if not is_origin:
        raise ImproperlyConfigured(f"{name}: {value!r} is no address such as https://xa.example")
    return value


def read_file(path: Path) -> None:
    """Take the variables of a `.env` file that the environment does not already set."""
    load_dotenv(path)
