"""How the portal speaks to an S3-compatible store, wherever it does. Needs botocore, so it is imported only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def client_config(endpoint: str, **changes: Any) -> Config:
    """What a client of the store at `endpoint` (empty: Amazon's) is told; `changes` are its times and connections."""
    return Config(
        **changes,
        # Sums that other stores than Amazon's do not know.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # With an endpoint of one's own the bucket stands in the path: its name in the host needs a wildcard in DNS.
        s3={"addressing_style": "path" if endpoint else "auto"},
        signature_version="s3v4",
    )


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise the errors of a store as those that a disk raises: FileNotFoundError for what is not there, OSError else."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(str(error)) from error
        raise OSError(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error
