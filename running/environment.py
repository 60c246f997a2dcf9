"""Typed values from the environment, strict: a wrong value stops the start with one clear line."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

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


def read_file(path: Path) -> None:
    """Take the variables of a `.env` file that the environment does not already set."""
    load_dotenv(path)
