"""Encrypting an archive while it is written, for keys whose private half need not be on this machine.

age (https://age-encryption.org) by the `pyrage` package: keys such as age1…, and SSH's. OpenPGP by
the `gpg` program, for who has such keys already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

AGE, OPENPGP = ".age", ".gpg"


class BackupKeyError(Exception):
    """A key cannot be used. The message is for the operator."""


def suffix_of(keys: Sequence[str]) -> str:
    """What the name of an archive for these keys ends with; nothing when there are none."""
    if not keys:
        return ""
    return AGE if all(_is_age(key) for key in keys) else OPENPGP


@contextmanager
def writing(target: BinaryIO, keys: Sequence[str]) -> Iterator[BinaryIO]:
    """A file to write into; what comes out at `target` is encrypted for all of `keys`, or plain without any."""
    match suffix_of(keys):
        case "":
            yield target
        case ".age":
            recipients = [_recipient(key) for key in keys]
            with _through(lambda plain: pyrage.encrypt_io(plain, target, recipients)) as plain:
                yield plain
        case _:
            chosen = [part for key in keys for part in ("--recipient", key)]
            command = [_gpg(), "--batch", "--yes", "--trust-model", "always", *chosen, "--encrypt"]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=target, stderr=subprocess.PIPE) as process:
                assert process.stdin is not None and process.stderr is not None
                try:
                    yield process.stdin  # type: ignore[misc]  # it is a BinaryIO
                finally:
                    process.stdin.close()
                said = process.stderr.read().decode(errors="replace").strip()
            if process.returncode:
                raise BackupKeyError(f"gpg cannot encrypt: {said.splitlines()[-1] if said else 'no output'}")


@contextmanager
def reading(path: Path, identity: Path | None) -> Iterator[BinaryIO]:
    """The plain archive of a file, opened with the private key in `identity` where it is encrypted for age."""
    if path.suffix == OPENPGP:
        with subprocess.Popen([_gpg(), "--batch", "--decrypt", path], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield process.stdout  # type: ignore[misc]  # it is a BinaryIO
        if process.returncode:
            raise BackupKeyError(f"gpg cannot decrypt {path.name}")
    elif path.suffix == AGE:
        if identity is None:
            raise BackupKeyError(f"{path.name} is encrypted: name the file of the private key (--identity)")
        identities = _identities(identity)
        with path.open("rb") as source, _from(lambda plain: pyrage.decrypt_io(source, plain, identities)) as plain:
            yield plain
    else:
        with path.open("rb") as source:
            yield source


def _is_age(key: str) -> bool:
    return key.startswith(("age1", "ssh-"))


def _recipient(key: str) -> object:
    try:
        return pyrage.ssh.Recipient.from_str(key) if key.startswith("ssh-") else pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise BackupKeyError(f"BACKUP_KEY: {key[:20]}… is no age key: {error}") from error


def _identities(path: Path) -> list[object]:
    try:
        text = path.read_text(encoding="ascii")
        if "PRIVATE KEY-----" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return [pyrage.x25519.Identity.from_str(line) for line in lines]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BackupKeyError(f"{path} holds no private key of age: {error}") from error


def _gpg() -> str:
    if path := shutil.which("gpg"):
        return path
    raise BackupKeyError("gpg is needed for OpenPGP keys and is not installed; age keys need nothing")


@contextmanager
def _through(work: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """A file to write into, while `work` reads it in a thread."""
    source, target = os.pipe()
    failures: list[BaseException] = []

    def run() -> None:
        with os.fdopen(source, "rb") as reading_end:
            try:
                work(reading_end)
            except BaseException as error:  # noqa: BLE001 (raised again where the block ends)
                failures.append(error)

    thread = threading.Thread(target=run, name="backup-encryption")
    thread.start()
    try:
        with os.fdopen(target, "wb") as writing_end:
            yield writing_end
    except BrokenPipeError:
        pass
    finally:
        thread.join()
    if failures:
        raise failures[0]


@contextmanager
def _from(work: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """A file to read from, while `work` writes it in a thread."""
    source, target = os.pipe()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(target, "wb") as writing_end:
                work(writing_end)
        except BrokenPipeError:
            pass
        except BaseException as error:  # noqa: BLE001 (raised again where the block ends)
            failures.append(error)

    thread = threading.Thread(target=run, name="backup-decryption")
    thread.start()
    try:
        with os.fdopen(source, "rb") as reading_end:
            yield reading_end
    finally:
        thread.join()
        if failures and isinstance(failures[0], pyrage.DecryptError):
            raise BackupKeyError(f"The backup cannot be decrypted: {failures[0]}") from failures[0]
    if failures:
        raise failures[0]
