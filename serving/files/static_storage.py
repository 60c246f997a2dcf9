"""Collected static files: one style sheet in place of its parts, hashed names, compressed."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# The style sheet of every public page. As a source it only imports its parts, which works as it
# is while developing; collected, it holds them, because a browser asks for imports one round later.
BUNDLE = "css/site.css"
_IMPORT = re.compile(r'^@import "([\w.-]+)";\n', re.MULTILINE)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Django's manifest storage with WhiteNoise's compression, and BUNDLE made whole before both."""

    # A module that another imports has a hashed name too.
    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 (Django's signature)
        if BUNDLE in paths and not dry_run:
            folder = BUNDLE.rpartition("/")[0]
            whole = _IMPORT.sub(lambda part: _source(paths, f"{folder}/{part[1]}"), _source(paths, BUNDLE))
            # Django hashes what `paths` names: from here on, the collected file.
            self.delete(BUNDLE)
            self.save(BUNDLE, BytesIO(whole.encode()))
            paths = paths | {BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        """Compress what is asked for: hashed names, and the editor's, whose loader knows no hashes."""
        hashed = set(self.hashed_files.values())
        named = {name for name in paths if name in hashed or name.startswith("ckeditor/")}
        compressed: Iterator[tuple[str, str]] = super().compress_files(named)
        return compressed


def _source(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
    return text
