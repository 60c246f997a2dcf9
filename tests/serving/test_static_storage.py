"""Collecting static files."""

import json

import brotli
from django.core.management import call_command

from serving.files.collected import collect_static_files


def test_the_style_sheet_of_public_pages_is_one_file_compressed_and_under_a_hashed_name(settings, tmp_path):
    sources = tmp_path / "sources" / "css"
    sources.mkdir(parents=True)
    (sources / "site.css").write_text('/* All. */\n@import "tokens.css";\n@import "news.css";\n')
    (sources / "tokens.css").write_text("@layer reset, features;\n" + ":root { color: red }\n" * 50)
    (sources / "news.css").write_text("a { background: url(../img/drum.svg) }\n")
    (tmp_path / "sources" / "img").mkdir()
    (tmp_path / "sources" / "img" / "drum.svg").write_text("<svg/>")
    settings.STATICFILES_DIRS = [sources.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "serving.files.static_storage.StaticStorage"}}

    call_command("collectstatic", interactive=False, verbosity=0)
    first = style_sheet(settings.STATIC_ROOT)
    (sources / "news.css").write_text("a { color: blue }\n")
    call_command("collectstatic", interactive=False, verbosity=0)
    second = style_sheet(settings.STATIC_ROOT)

    assert "@import" not in first
    assert first.startswith("/* All. */\n@layer reset, features;\n")
    assert 'a { background: url("../img/drum.' in first
    assert second.endswith("a { color: blue }\n"), "a changed part makes a new sheet"


def style_sheet(root):
    name = json.loads((root / "staticfiles.json").read_text())["paths"]["css/site.css"]
    assert name != "css/site.css"
    content = (root / name).read_text()
    assert brotli.decompress((root / f"{name}.br").read_bytes()).decode() == content
    return content


def test_what_another_storage_collected_is_collected_anew(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    assert collect_static_files()
    assert not collect_static_files()

    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "serving.files.static_storage.StaticStorage"}}

    assert collect_static_files()
    assert (tmp_path / "static" / "staticfiles.json").exists()
