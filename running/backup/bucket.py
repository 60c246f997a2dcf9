"""Backups in an S3-compatible store, sent while they are made and read while they come."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig

from objectstore import client_config, disk_errors
from running.backup import pipes
from running.backup.place import BEGINNING, S3, Place

# An upload of unknown length has 10,000 parts at most, each of which is held in memory: 640 GB.
PART = 64 * 1024 * 1024  # bytes


def transfer_in_parts_of(size: int) -> TransferConfig:
    """One part after the other, so that one is in memory."""
    return TransferConfig(multipart_threshold=size, multipart_chunksize=size, use_threads=False)


TRANSFER = transfer_in_parts_of(PART)


def connect(endpoint: str, region: str, access_key: str, secret_key: str, *, patience: float, attempts: int) -> Any:
    """A client of the store; what is empty is left to the machine, the endpoint to Amazon. `patience` in seconds."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        config=client_config(
            endpoint,
            connect_timeout=min(patience, 5),
            read_timeout=patience,
            retries={"total_max_attempts": attempts, "mode": "standard"},
        ),
    )


class Bucket(Place):
    """The objects below an address such as s3://bucket or s3://bucket/folder."""

    def __init__(self, address: str, client: Any) -> None:
        self.address = address.rstrip("/")
        self._bucket, _, folder = self.address.removeprefix(S3).partition("/")
        self._prefix = f"{folder}/" if folder else ""
        self._client = client

    def __str__(self) -> str:
        return self.address

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """See Place. An upload that is broken off leaves no object."""
        source = _Unfinished()

        def upload(content: BinaryIO) -> None:
            source.content = content
            with disk_errors(), contextlib.suppress(UnfinishedError):
                self._client.upload_fileobj(source, self._bucket, self._prefix + name, Config=TRANSFER)

        with pipes.into(upload) as target:
            yield target
            source.is_whole = True

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """See Place."""
        with disk_errors():
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)

        def download(target: BinaryIO) -> None:
            with disk_errors(), found["Body"] as body:
                shutil.copyfileobj(body, target)

        with pipes.out_of(download) as content:
            yield content

    def _files(self) -> Iterator[tuple[str, int]]:
        with disk_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + BEGINNING
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield f"{S3}{self._bucket}/{found['Key']}", found["Size"]

    def _remove(self, name: str) -> None:
        with disk_errors():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def _write(self, name: str, content: bytes) -> None:
        with disk_errors():
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=content)

    def _read(self, name: str) -> bytes:
        with disk_errors():
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
        return content


class UnfinishedError(Exception):
    """The archive ended before it was whole: what was sent of it is thrown away."""


class _Unfinished:
    """What is uploaded: its end counts only once `is_whole` was set, before the pipe was closed."""

    content: BinaryIO

    def __init__(self) -> None:
        self.is_whole = False

    def read(self, size: int = -1) -> bytes:
        chunk = self.content.read(size)
        if (size < 0 or len(chunk) < size) and not self.is_whole:
            raise UnfinishedError
        return chunk
