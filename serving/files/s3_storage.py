"""Media files in an S3-compatible store, for several machines without a folder that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from objectstore import client_config, disk_errors

Result = TypeVar("Result")

# As WhiteNoise says it of files on the disk: names carry a hash, so what they name never changes.
CACHE_CONTROL = "max-age=315360000, public, immutable"
# What is larger goes through a temporary file, not through memory.
LARGEST_IN_MEMORY = 5 * 1024 * 1024  # bytes
CLIENT = {
    # Nobody waits for a store that is away longer than for a page.
    "connect_timeout": 2,  # seconds
    "read_timeout": 10,
    "retries": {"max_attempts": 2, "mode": "standard"},
    "max_pool_connections": 32,
}


class MediaStorage(S3Storage):
    """Objects under the names that files would have, at the addresses that files would have.

    A store that is away or refuses raises OSError, as a disk does; an object that is not there FileNotFoundError.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "bucket_name": settings.MEDIA_S3_BUCKET,
            "endpoint_url": settings.MEDIA_S3_ENDPOINT or None,
            "region_name": settings.MEDIA_S3_REGION or None,
            "access_key": settings.MEDIA_S3_ACCESS_KEY or None,
            "secret_key": settings.MEDIA_S3_SECRET_KEY or None,
            "file_overwrite": False,
            "default_acl": None,
            "max_memory_size": LARGEST_IN_MEMORY,
            "object_parameters": {"CacheControl": CACHE_CONTROL},
            "client_config": client_config(settings.MEDIA_S3_ENDPOINT, **CLIENT),
        }

    @cached_property
    def client(self) -> Any:
        """For all threads: making one takes a tenth of a second. Unlike boto3's resources it may be shared."""
        return self.connection.meta.client

    def url(self, name: str, *args: Any, **options: Any) -> str:
        """The portal's own address: pages may load nothing from other servers."""
        return settings.MEDIA_URL + filepath_to_uri(name)

    def _save(self, name: str, content: Any) -> str:
        return _as_a_disk(super()._save, name, content)

    def _open(self, name: str, mode: str = "rb") -> Any:
        return _as_a_disk(super()._open, name, mode)

    def exists(self, name: str) -> bool:
        return _as_a_disk(super().exists, name)

    def delete(self, name: str) -> None:
        _as_a_disk(super().delete, name)

    def size(self, name: str) -> int:
        return _as_a_disk(super().size, name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return _as_a_disk(super().listdir, path)

    def walk(self, folder: str = "") -> Iterator[tuple[str, datetime]]:
        """Name and time of every object below a folder; a thousand of them with one question."""
        with disk_errors():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=f"{folder}/" if folder else ""
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield found["Key"], found["LastModified"]

    def get_modified_time(self, name: str) -> datetime:
        return _as_a_disk(super().get_modified_time, name)


def _as_a_disk(work: Callable[..., Result], *arguments: Any) -> Result:
    with disk_errors():
        return work(*arguments)
