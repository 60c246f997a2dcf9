from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from library import documents
from library.intake.office_files import MAIN_PARTS
from library.models import Document
from news.models import Article, Attachment
from news.newsroom.uses import articles_using
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_editor, make_user, make_writer
from tests.news.test_admin import form_data
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db

DOCUMENT_RIGHTS = ("view_document", "add_document", "change_document", "delete_document")


def pdf(content: str = "một", name: str = "Kế hoạch 12.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 " + content.encode())


MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def office(kind: str, main: str = "", types: str = "", **parts: str) -> SimpleUploadedFile:
    """An office file with the part `main`, more content types, and more parts ("__" is "/", "_" is ".")."""
    main = main or MAIN[kind]
    names = {name.replace("__", "/").replace("_", "."): text for name, text in parts.items()}
    content_types = f'<Override PartName="/{main}" ContentType="{MAIN_PARTS[kind]}"/>{types}'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types>{content_types}</Types>')
        for name, text in ({main: "<x/>"} | names).items():
            archive.writestr(name, text)
    return SimpleUploadedFile(f"a.{kind}", out.getvalue())


def relation(kind: str, target: str) -> str:
    return f'<Relationships><Relationship Type="{RELATION}{kind}" TargetMode="External" Target="{target}"/></Relationships>'


def override(name: str, content_type: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{content_type}"/>'


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f'<w:document xmlns:w="w">{begin}{runs}{end}</w:document>'


DDE_LINK = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
WORD_MACROS = "application/vnd.ms-office.vbaProject"


def attach(article, document, **changes) -> Attachment:
    return Attachment.objects.create(article=article, document=document, **{"title": document.title} | changes)


def with_upload(upload, **changes) -> dict:
    row = {"attachments-TOTAL_FORMS": "1", "attachments-0-position": "0", "attachments-0-upload": upload}
    return form_data(**changes) | row


def test_a_document_is_called_like_its_file_and_recognised_by_content():
    first = documents.store_document(pdf(), first_commune(), None)
    second = documents.store_document(pdf(name="khac.pdf"), first_commune(), None)

    assert first == second
    assert (first.title, first.kind) == ("Kế hoạch 12", "PDF")
    assert Document.objects.everywhere().count() == 1


@pytest.mark.parametrize(
    "upload",
    [
        office("docx", word__vbaProject_bin="x"),
        office("docx", types=override("word/anh.bin", WORD_MACROS), word__anh_bin="x"),
        office("docx", types=f'<Default Extension="dat" ContentType="{WORD_MACROS}"/>', word__anh_dat="x"),
        office("xlsx", types=override("xl/a.xml", "application/vnd.ms-excel.macrosheet+xml"), xl__a_xml="<x/>"),
        office("docx", word__document_xml=field(" DDEAUTO c:\\\\windows\\\\cmd.exe ")),
        office("docx", word__document_xml=field(" D", "DE", "AUTO cmd ")),
        office("docx", word__header1_xml='<w:hdr xmlns:w="w"><w:fldSimple w:instr="DDE cmd x"/></w:hdr>'),
        office("xlsx", xl__externalLinks__externalLink1_xml=DDE_LINK),
        office("xlsx", xl__worksheets__sheet1_xml="<sheet><c><f>cmd|'/c calc'!A0</f></c></sheet>"),
        office("docx", word___rels__settings_xml_rels=relation("attachedTemplate", "https://x.vn/t.dotm")),
        office("docx", word___rels__settings_xml_rels=relation("attachedTemplate", "file:///\\\\10.0.0.1\\t.dotm")),
        office("docx", word___rels__document_xml_rels=relation("oleObject", "mhtml:http://x.vn/a!x")),
        office("docx", word___rels__document_xml_rels=relation("image", "\\\\10.0.0.1\\a.png")),
        office("docx", word__document_xml='<!DOCTYPE x [<!ENTITY a "b">]><x>&amp;a;</x>'),
        office("docx", word__document_xml="<x"),
        SimpleUploadedFile("a.xlsx", office("docx").read()),
        SimpleUploadedFile("a.docx", office("docx").read()[:-40]),
        SimpleUploadedFile("a.pdf", b"<html>"),
        SimpleUploadedFile("a.pdf", b" " * 1024 + b"%PDF-1.7"),
    ],
)
def test_what_is_no_document_or_carries_macros_is_refused(upload):
    with pytest.raises(ValidationError):
        documents.store_document(upload, first_commune(), None)

    assert not Document.objects.everywhere().exists()


@pytest.mark.parametrize(
    "upload",
    [
        office("docx"),
        office("xlsx"),
        office("docx", "word/document2.xml"),  # as Word Online writes it
        office("docx", word__document_xml=field(' HYPERLINK "https://dde.vn" ')),
        office("docx", word___rels__document_xml_rels=relation("hyperlink", "https://xa.gov.vn/a")),
        office("docx", word___rels__settings_xml_rels=relation("attachedTemplate", "file:///C:\\Mau\\congvan.dotx")),
        office("xlsx", xl__externalLinks___rels__a_xml_rels=relation("externalLinkPath", "file:///D:\\thu-chi.xlsx")),
        office("xlsx", xl__worksheets__sheet1_xml='<sheet><c><f>CONCATENATE(A1,"|!")</f></c></sheet>'),
        SimpleUploadedFile("a.pdf", b"\r\n@PJL JOB\r\n%PDF-1.4 ..."),
    ],
)
def test_what_only_shows_its_content_enters_the_library(upload):
    assert documents.store_document(upload, first_commune(), None).kind in {"DOCX", "XLSX", "PDF"}


def test_replacing_a_file_reaches_every_article_and_every_link(client, django_capture_on_commit_callbacks):
    document = documents.store_document(pdf(), first_commune(), None)
    carrying = make_article()
    attach(carrying, document)
    linking = make_article(body=f'<p><a href="{document.file.url}">Kế hoạch</a></p>')
    old_name, old_url = document.file.name, document.file.url

    with django_capture_on_commit_callbacks(execute=True):
        documents.replace_document(document, pdf("hai"))

    linking.refresh_from_db()
    assert document.file.url != old_url
    assert document.file.url in client.get(carrying.get_absolute_url()).content.decode()
    assert document.file.url in linking.body and old_url not in linking.body
    assert not default_storage.exists(old_name)
    assert set(articles_using(document)) == {carrying, linking}


def test_a_document_cannot_be_replaced_by_another_of_the_library():
    first, _second = (
        documents.store_document(pdf("một"), first_commune(), None),
        documents.store_document(pdf("hai"), first_commune(), None),
    )

    with pytest.raises(ValidationError):
        documents.replace_document(first, pdf("hai"))

    assert default_storage.exists(first.file.name)


def test_an_attached_file_enters_the_library_and_the_article_names_it(client):
    author = make_writer()

    client_of(author).post(
        reverse("admin:news_article_add"), with_upload(pdf(), category=make_category().pk, _continue="1")
    )

    attachment = Attachment.objects.get()
    assert attachment.title == attachment.document.title == "Kế hoạch 12"
    assert attachment.document.uploaded_by == author


def test_a_document_of_the_library_is_attached_without_a_new_upload():
    document = documents.store_document(pdf(), first_commune(), None)
    data = form_data(category=make_category().pk) | {
        "attachments-TOTAL_FORMS": "1",
        "attachments-0-document": document.pk,
        "attachments-0-title": "Kế hoạch đầy đủ",
        "attachments-0-position": "0",
    }

    client_of(make_writer()).post(reverse("admin:news_article_add"), data)

    assert Attachment.objects.get().document == document
    assert Attachment.objects.get().title == "Kế hoạch đầy đủ"


def test_an_attached_upload_survives_an_error_in_another_field():
    response = client_of(make_writer()).post(
        reverse("admin:news_article_add"), with_upload(pdf(), title="", category=make_category().pk)
    )

    document = Document.objects.everywhere().get()
    assert not Article.objects.everywhere().exists()
    assert f'<option value="{document.pk}" selected>' in response.content.decode()


def test_an_attached_upload_survives_a_conflict():
    author, editor = make_writer(), make_editor()
    article = make_article(status="draft", author=author)
    address = reverse("admin:news_article_change", args=[article.pk])
    client_of(author).post(address, form_data(category=article.category_id, title="Bản của tác giả"))
    client = client_of(editor)

    conflict = client.post(address, with_upload(pdf(), category=article.category_id, title="Bản của biên tập"))
    kept = dict(conflict.context["kept"])
    client.post(address, kept | {"base_version": conflict.context["article"].version, "_continue": "1"})

    article.refresh_from_db()
    assert conflict.status_code == 409
    assert article.title == "Bản của biên tập"
    assert article.attachments.get().document == Document.objects.everywhere().get()


def test_the_library_lists_searches_and_shows_where_a_document_is_used(django_assert_max_num_queries):
    found = documents.store_document(pdf("một"), first_commune(), None, title="Kế hoạch phòng chống bão")
    documents.store_document(pdf("hai"), first_commune(), None, title="Dự toán")
    article = make_article(title="Bài kèm kế hoạch")
    attach(article, found)
    client = client_of(make_user(*DOCUMENT_RIGHTS))

    with django_assert_max_num_queries(13):
        listing = client.get(reverse("admin:library_document_changelist"), {"q": "phong chong bao"}).content.decode()
    page = client.get(reverse("admin:library_document_change", args=[found.pk])).content.decode()

    assert found.title in listing and "Dự toán" not in listing
    assert article.title in page


def test_the_library_takes_and_replaces_a_file_on_its_pages():
    client = client_of(make_user(*DOCUMENT_RIGHTS))

    client.post(reverse("admin:library_document_add"), {"title": "Biểu mẫu", "tags": "mẫu", "upload": pdf("một")})
    document = Document.objects.everywhere().get()
    old = document.file.name
    client.post(
        reverse("admin:library_document_change", args=[document.pk]), {"title": "Biểu mẫu 2", "upload": pdf("hai")}
    )

    document.refresh_from_db()
    assert document.title == "Biểu mẫu 2"
    assert document.file.name != old


def test_a_new_document_needs_a_file():
    response = client_of(make_user(*DOCUMENT_RIGHTS)).post(reverse("admin:library_document_add"), {"title": "Trống"})

    assert list(response.context["adminform"].form.errors) == ["upload"]


def test_a_used_document_cannot_be_deleted():
    document = documents.store_document(pdf(), first_commune(), None)
    attach(make_article(), document)
    address = reverse("admin:library_document_delete", args=[document.pk])

    client_of(make_user(*DOCUMENT_RIGHTS)).post(address, {"reason": "Cũ"})

    assert Document.objects.everywhere().filter(pk=document.pk).exists()


@pytest.mark.parametrize(("make", "status"), [(make_writer, 200), (make_editor, 200), (make_user, 403)])
def test_whoever_writes_may_look_for_documents(make, status):
    client = client_of(make())

    assert client.get(reverse("admin:library_document_changelist")).status_code == status


def test_documents_are_picked_from_the_newest_on():
    stored = [
        documents.store_document(pdf(name, f"{name}.pdf"), first_commune(), None) for name in ("Một", "Hai", "Ba")
    ]
    stored[0].save()  # moves the row to the end of the table
    picked = {"app_label": "news", "model_name": "attachment", "field_name": "document"}

    found = client_of(make_user("view_document")).get(reverse("admin:autocomplete"), picked).json()["results"]

    assert [row["text"] for row in found] == ["Ba (PDF)", "Hai (PDF)", "Một (PDF)"]


def test_an_upload_is_recognised_only_by_those_who_may_see_the_library():
    theirs = documents.store_document(pdf(), first_commune(), make_writer(), title="Kế hoạch mật")
    stranger = make_user("add_document")

    own = documents.store_document(pdf(), first_commune(), stranger)
    again = documents.store_document(pdf(), first_commune(), stranger)

    assert own == again != theirs
    assert own.title == "Kế hoạch 12"
    assert documents.store_document(pdf(), first_commune(), make_writer()) == theirs


def test_adding_what_is_there_changes_nothing_and_says_so():
    present = documents.store_document(pdf(), first_commune(), make_writer(), title="Kế hoạch")

    response = client_of(make_user(*DOCUMENT_RIGHTS)).post(
        reverse("admin:library_document_add"), {"title": "Khác", "upload": pdf()}
    )

    present.refresh_from_db()
    assert list(response.context["adminform"].form.errors) == ["upload"]
    assert present.title == "Kế hoạch"
