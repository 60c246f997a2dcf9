"""Encrypting an archive while it is written, for keys whose private half need not be on this machine.

age (https://age-encryption.org) by the `pyrage` package: keys such as age1…, and SSH's. OpenPGP by
the `gpg` program, for who has such keys already.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from running.backup import pipes

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
            with pipes.into(lambda plain: pyrage.encrypt_io(plain, target, recipients)) as plain:
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
def reading(source: BinaryIO, name: str, identity: Path | None) -> Iterator[BinaryIO]:
    """The plain archive in `source`, whose name says how it is encrypted; for age with the private key in `identity`."""
    if name.endswith(OPENPGP):
        with pipes.out_of(lambda plain: _decrypt_with_gpg(source, plain, name)) as plain:
            yield plain
    elif name.endswith(AGE):
        if identity is None:
            raise BackupKeyError(f"{name} is encrypted: name the file of the private key (--identity)")
        identities = _identities(identity)
        try:
            with pipes.out_of(lambda plain: pyrage.decrypt_io(source, plain, identities)) as plain:
                yield plain
        except pyrage.DecryptError as error:
            raise BackupKeyError(f"The backup cannot be decrypted: {error}") from error
    else:
        yield source


def _decrypt_with_gpg(source: BinaryIO, plain: BinaryIO, name: str) -> None:
    # Both ends are files of the system: gpg reads and writes them itself.
    if subprocess.run([_gpg(), "--batch", "--decrypt"], stdin=source, stdout=plain, check=False).returncode:
        raise BackupKeyError(f"gpg cannot decrypt {name}")


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
