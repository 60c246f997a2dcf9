"""Files of which one end is written here while a thread reads the other, or the other way round."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Literal

Mode = Literal["rb", "wb"]


@contextmanager
def into(work: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """A file to write into, while `work` reads it in a thread. Raises the error of `work` where that came first."""
    source, target = os.pipe()
    with _joined(target, "wb", *_start(work, source, "rb")) as writing_end:
        yield writing_end


@contextmanager
def out_of(work: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """A file to read from, while `work` writes it in a thread. Raises the error of `work` where that came first.

    Whoever has read enough need not read to the end.
    """
    source, target = os.pipe()
    with _joined(source, "rb", *_start(work, target, "wb")) as reading_end:
        yield reading_end


@contextmanager
def _joined(end: int, mode: Mode, thread: threading.Thread, failures: list[BaseException]) -> Iterator[BinaryIO]:
    try:
        with os.fdopen(end, mode) as file:
            try:
                yield file
            except BaseException as error:
                if failures:
                    raise failures[0] from error
                raise
    finally:
        thread.join()
    if failures and not isinstance(failures[0], BrokenPipeError):
        raise failures[0]


def _start(work: Callable[[BinaryIO], object], end: int, mode: Mode) -> tuple[threading.Thread, list[BaseException]]:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(end, mode) as file:
                try:
                    work(file)
                except BaseException as error:  # noqa: BLE001 (raised again where the block ends)
                    failures.append(error)  # before the pipe closes, which the other side takes for its end
        except BrokenPipeError:  # of what was still to be written when nobody read any more
            pass

    thread = threading.Thread(target=run, name="backup-pipe")
    thread.start()
    return thread, failures
