"""A client of clamd, the daemon of ClamAV, for the two commands that are needed of its protocol (clamd(8)).

Written here because the packages for it rest: `clamd` since 2014, `pyClamd` since 2017.
"""

from __future__ import annotations

import socket
import struct
from typing import IO

CHUNK = 64 * 1024  # bytes
LONGEST_ANSWER = 4096  # bytes
PATIENCE = 30.0  # seconds: as long as clamd may take for a large archive


class AwayError(Exception):
    """The scanner does not answer, or answers that it could not look at the file."""


def scan(address: str, file: IO[bytes], patience: float = PATIENCE) -> str:
    """The name of the malware that the scanner at `address` finds in `file`, read from its start; empty when it finds none.

    `address` is `unix:/run/clamav/clamd.ctl` or `tcp:host:port`. Raises AwayError.
    """
    file.seek(0)
    try:
        with _connected(address, patience) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except (OSError, ValueError) as error:
        raise AwayError(str(error)) from error
    finally:
        file.seek(0)
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise AwayError(answer or "no answer")  # for example: INSTREAM size limit exceeded. ERROR


def version(address: str, patience: float) -> str:
    """What the scanner at `address` calls itself and its signatures. Raises AwayError."""
    try:
        with _connected(address, patience) as connection:
            connection.sendall(b"zVERSION\0")
            answer = _answer(connection)
    except (OSError, ValueError) as error:
        raise AwayError(str(error)) from error
    if not answer:
        raise AwayError("no answer")
    return answer


def _connected(address: str, patience: float) -> socket.socket:
    kind, _, place = address.partition(":")
    if kind == "tcp":
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), patience)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(patience)
    try:
        connection.connect(place)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    """What comes back until the zero byte that ends it."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
