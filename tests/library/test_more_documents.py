"""Kinds of documents that an administrator may allow: recognised by content, harmless, downloaded and not opened."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from wsgiref.headers import Headers

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communes.hosts import table
from communes.models import SiteIdentity
from library import effort
from library.documents import store_document
from library.intake import archives, office_files, rtf
from library.intake import compound as compound_files
from library.models import Document
from serving.files.upload_policy import UPLOAD_POLICY, protect
from tests.communes.factories import first_commune
from tests.library.test_documents import DOCUMENT_RIGHTS, office, override, pdf
from tests.news.factories import make_user
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db

SECTOR = 512
NOTHING = 0xFFFFFFFF


def compound(**streams: bytes | None) -> bytes:
    """A compound file ([MS-CFB]) with these streams in its root; None makes a storage. "__" is a space, "_1" the byte 1."""
    names = [name.replace("__", " ").replace("_1", "\x01") for name in streams]
    contents = [None if body is None else body.ljust(4096, b"\0") for body in streams.values()]
    directory_sectors = -(-(len(names) + 1) // 4)
    fat = [0xFFFFFFFD, *range(2, 1 + directory_sectors), 0xFFFFFFFE]
    body, entries = b"", []
    for number, (name, content) in enumerate(zip(names, contents, strict=True), start=1):
        start, size = (len(fat), len(content)) if content else (0, 0)
        if content:
            count = -(-len(content) // SECTOR)
            fat += [*range(start + 1, start + count), 0xFFFFFFFE]
            body += content.ljust(count * SECTOR, b"\0")
        right = number + 1 if number < len(names) else NOTHING
        entries.append(entry(name, 2 if content else 1, right, NOTHING, start, size))
    directory = entry("Root Entry", 5, NOTHING, 1, 0xFFFFFFFE, 0) + b"".join(entries)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    head = head.ljust(SECTOR, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(SECTOR, b"\xff")
    return head + table + directory.ljust(directory_sectors * SECTOR, b"\0") + body


def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    head = coded.ljust(64, b"\0") + struct.pack("<HBBIII", len(coded) + 2, kind, 1, NOTHING, right, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def odt(content: bytes = b"<x/>", **members: bytes) -> bytes:
    return packed(mimetype=b"application/vnd.oasis.opendocument.text", content_xml=content, **members)


def linked(name: str) -> bytes:
    """An archive with a symbolic link of this name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, b"/etc")
    return out.getvalue()


def twice(name: str, one: bytes, other: bytes) -> bytes:
    """An ODT with two parts of one name."""
    out = io.BytesIO(odt(one))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, other)
    return out.getvalue()


def in_header(content: bytes, *values: tuple[int, str, int]) -> bytes:
    """A compound file whose header says something else at some places: (byte, format, value)."""
    changed = bytearray(content)
    for place, shape, value in values:
        struct.pack_into(shape, changed, place, value)
    return bytes(changed)


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


PPTX = office("pptx", "ppt/presentation.xml").read()
BOUND = struct.pack("<HHIBB", 0x85, 6, 0, 0, 0)
HARMLESS = [
    ("a.doc", compound(WordDocument=b"\xec\xa5 DDE \x13 HYPERLINK")),
    ("a.xls", compound(Workbook=BOUND)),
    ("a.ppt", compound(PowerPoint__Document=struct.pack("<HHIIII", 0, 0x400, 12, 1, 0, 2))),
    ("a.pptx", PPTX),
    ("a.odt", odt()),
    ("a.rtf", rb"{\rtf1 Xin ch\u224?o {\field{\*\fldinst HYPERLINK x}}}"),
    ("a.zip", packed(mau_docx=office("docx").read(), bang_csv=b"a,b", anh__1_png=b"\x89PNG\r\n\x1a\n...")),
]
WORD = compound(WordDocument=b"x")
WIDE = b"<x>" + b" " * 1_300 + b"</x>"
SCRIPTED = b'<o:x xmlns:o="o"><o:event-listener/></o:x>'
HARMFUL = [
    ("a.doc", compound(WordDocument=b"x", Macros=None), "macro"),
    ("a.doc", compound(WordDocument="\x13 DDEAUTO cmd".encode("utf-16-le")), "liên kết"),
    ("a.doc", compound(WordDocument=b"x", _1Ole10Native=b"MZ"), "tệp khác"),
    ("a.doc", compound(Workbook=b"x"), ".doc"),
    ("a.doc", rb"{\rtf1 x}", ".doc"),
    ("a.doc", compound(WordDocument=b"x")[:700], "hỏng"),
    ("a.xls", compound(Workbook=struct.pack("<HHIBB", 0x85, 6, 0, 0, 1)), "macro"),
    ("a.xls", compound(Workbook=struct.pack("<HH", 0x1AE, 9) + b"\x01\0\x07\0\0cmd\x03"), "liên kết"),
    ("a.ppt", compound(PowerPoint__Document=struct.pack("<HHIIII", 0, 0x400, 12, 1, 1, 2)), "macro"),
    (
        "a.pptx",
        office("pptx", "ppt/presentation.xml", override("a.bin", "application/vnd.ms-office.vbaProject")).read(),
        "macro",
    ),
    ("a.odt", odt(Basic__script_xml=b"<x/>"), "macro"),
    ("a.odt", odt(b'<o:x xmlns:o="o"><o:dde-source/></o:x>'), "liên kết"),
    ("a.odt", packed(content_xml=b"<x/>"), ".odt"),
    ("a.rtf", rb"{\rtf1 {\object\objemb{\*\objdata 4d5a}}}", "đối tượng"),
    ("a.rtf", rb"{\rtf1 {\field{\*\fldinst D\'44{\b E}AUTO cmd}}}", "liên kết"),
    ("a.zip", packed(cai_exe=b"MZ"), "cai.exe"),
    ("a.zip", packed(mau_docx=office("docx", word__vbaProject_bin="x").read()), "mau.docx"),
    ("a.zip", packed(anh_png=b"MZ"), "anh.png"),
    ("a.zip", packed(trong_zip=packed(a_txt=b"x")), "trong.zip"),
    ("a.zip", linked("a.txt"), "ngoài"),
    ("a.zip", packed(**{"C:\\mau_txt": b"x"}), "ngoài"),
    ("a.zip", packed(to_txt=bytes(2_001)), "30 MB"),
    ("a.zip", packed(a_odt=odt(WIDE), b_odt=odt(WIDE)), "200 MB"),
    ("a.odt", twice("CONTENT.xml", SCRIPTED, b"<x/>"), "hỏng"),
    ("a.odt", odt(b'<d:image xmlns:d="d" xmlns:l="l" l:href="file://192.0.2.1/anh/a.png"/>'), "liên kết"),
    ("a.odt", odt(b"<x>" + b"<a/>" * 101 + b"</x>"), "quá lớn"),
    ("a.docx", office("docx", word__styles_xml="<x>" + "<a/>" * 101 + "</x>").read(), "quá lớn"),
    ("a.rtf", b"{\\rtf1 " + b"{}" * 2_001, "hỏng"),
    ("a.xls", compound(Workbook=bytes(4 * 2_001)), "hỏng"),
    # Tables of sectors that lead back to themselves, longer than any file.
    ("a.doc", in_header(WORD, (44, "<I", 2**31), (68, "<I", 0), (72, "<I", (2**31 - 109 + 126) // 127)), "hỏng"),
    ("a.doc", in_header(WORD, (64, "<I", 2**31)), "hỏng"),
    ("a.doc", in_header(WORD, (SECTOR + 4 * 3, "<I", 2), (SECTOR * 2 + 128 + 120, "<I", 2**31)), "hỏng"),
    ("a.exe", b"MZ", "ZIP"),
]


@pytest.fixture
def commune():
    commune = first_commune()
    SiteIdentity.objects.update_or_create(commune=commune, defaults={"name": "Cổng", "takes_more_documents": True})
    table.forget()  # as the form of the identity does
    return type(commune).objects.get(pk=commune.pk)


def test_kinds_are_recognised_by_content_and_only_what_shows_itself_is_taken(commune, monkeypatch):
    for module, name, bound in (
        (archives, "MOST_BYTES", 2_400),
        (archives, "LARGEST", 2_000),
        (office_files, "MOST_ELEMENTS", 100),
        (effort, "MOST_STEPS", 2_500),
        (rtf, "MOST_TOKENS", 2_000),
        (compound_files, "MOST_RECORDS", 2_000),
    ):
        monkeypatch.setattr(module, name, bound)
    for name, content in HARMLESS:
        assert store_document(file(name, content), commune, None).kind == name[2:].upper()
    stored = Document.objects.everywhere().count()
    for name, content, reason in HARMFUL:
        with pytest.raises(ValidationError) as refusal:
            store_document(file(name, content), commune, None)
        assert reason in refusal.value.messages[0], (name, refusal.value.messages)

    assert stored == Document.objects.everywhere().count() == len(HARMLESS)


ELEMENTS = "<x>" + "<a/>" * 500 + "</x>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("docx", word__styles_xml=ELEMENTS).read()),
        ("a.odt", odt(ELEMENTS.encode())),
        ("a.rtf", rb"{\rtf1 " + b"{}" * 300 + b"}"),
        ("a.xls", compound(Workbook=bytes(4 * 900))),
        ("a.ppt", compound(PowerPoint__Document=bytes(8 * 500))),
    ],
)
def test_an_archive_of_documents_each_of_which_is_small_enough_has_a_bound_together(
    commune, monkeypatch, name, content
):
    monkeypatch.setattr(effort, "MOST_STEPS", 1_500)
    kind = name[2:]
    many = packed(**{f"{letter}_{kind}": content for letter in "abcd"})

    store_document(file(name, content), commune, None)
    with pytest.raises(ValidationError) as refusal:
        store_document(file("a.zip", many), commune, None)

    assert "chia nhỏ tệp nén" in refusal.value.messages[0]


def test_without_the_administrators_word_nothing_but_pdf_docx_and_xlsx_is_taken():
    for name, content in HARMLESS:
        with pytest.raises(ValidationError, match="PDF, DOCX và XLSX"):
            store_document(file(name, content), first_commune(), None)


def test_the_editor_is_told_what_serves_citizens_better_and_the_file_is_a_download(commune):
    client = client_of(make_user(*DOCUMENT_RIGHTS))
    address = reverse("admin:library_document_add")

    answers = [
        client.post(address, {"title": "Mẫu đơn", "upload": upload}, follow=True).text
        for upload in (file("mau.rtf", rb"{\rtf1 x}"), pdf())
    ]

    headers = Headers()
    protect(headers, "/media/xa/tep/mau-1.rtf")
    assert ["phục vụ người dân tốt hơn" in answer for answer in answers] == [True, False]
    assert "PowerPoint" in client.get(address).text
    assert headers["Content-Disposition"] == 'attachment; filename="mau-1.rtf"'
    assert headers["Content-Security-Policy"] == UPLOAD_POLICY and "sandbox" in UPLOAD_POLICY
