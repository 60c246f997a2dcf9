"""The unsaved text of a form as the page that citizens would read. Nothing of it is stored."""

from __future__ import annotations

from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from library.models import Document, Picture
from news import rights
from news.kinds import NEWS, TEMPLATES, Language
from news.models import Article, Category, Kind, Tag
from news.newsroom.forms import ArticleForm
from news.newsroom.requests import workable_article
from richtext import cleaned, has_video
from vietnamese import one_line, paragraphs

LINES = ("title", "byline", "source", "cover_alt", "cover_caption", "cover_credit")
MOST_ROWS = 200  # documents under an article
MOST_DIGITS = 18  # of a number that a row can have
LONGEST_CHANNEL = 60  # characters


@require_POST
@never_cache
def article_preview(request: HttpRequest) -> HttpResponse:
    """The article that the form holds, in a frame as wide as a phone or a desk; with `?khung` the framed page alone.

    `_article` is its number, without which it is a new one, and `_kind` what that becomes. 403 and 404 as in the form.
    """
    article = _article(request)
    _fill_in(article, request.POST)
    context = {
        "article": article,
        "is_preview": True,
        "is_framed": True,
        "has_video": has_video(article.body),
        "page_key": "preview",
    }
    page = render_to_string(TEMPLATES[Kind(article.kind)], context, request)
    if "khung" in request.GET:
        return HttpResponse(page)
    context = admin.site.each_context(request) | {
        "title": _("Preview the page"),
        "subtitle": article.title,
        "is_popup": True,
        "page": page,
        "channel": request.POST.get("_preview", "")[:LONGEST_CHANNEL],
    }
    return render(request, "admin/news/article/preview.html", context)


def _article(request: HttpRequest) -> Article:
    """The article of the form as it is stored, or a new one. The person may write in it."""
    number = request.POST.get("_article", "")
    if number:
        among = Article.every_kind.of(request.commune).select_related("category", "cover").with_details()
        return workable_article(request, number, among=among, may=rights.may_edit)
    if not request.user.has_perm(rights.WRITE):
        raise PermissionDenied
    kind = Kind.PAGE if request.POST.get("_kind") == Kind.PAGE else Kind.ARTICLE
    return Article(commune=request.commune, kind=kind, author=request.user)


def _fill_in(article: Article, data: QueryDict) -> None:
    """Put what the form holds into `article`, as saving would clean it. What cannot be read is left out."""
    for name in LINES:
        setattr(article, name, one_line(data.get(name, "")))
    article.title = article.title or _("(no title yet)")
    article.summary = paragraphs(data.get("summary", ""))
    article.body = cleaned(data.get("body", ""))
    article.cover = Picture.objects.of(article.commune_id).filter(pk__in=_numbers(data, "cover")).first()
    if article.cover:
        for axis in ("focal_x", "focal_y"):
            for place in _numbers(data, f"cover_{axis}"):
                setattr(article.cover, axis, min(place, 100))
    article.tag_list = list(
        Tag.objects.of(article.commune_id)
        .filter(pk__in=_numbers(data, "tags"))
        .order_by("-is_story", "name")
        .values("name", "slug", "is_story")
    )
    article.document_list = _documents(article, data)
    if article.is_page:
        article.language = data["language"] if data.get("language") in Language.values else article.language
        return
    chosen = Category.objects.of(article.commune_id).filter(pk__in=_numbers(data, "category")).first()
    if chosen or not article.category_id:
        article.category = chosen or Category(name=_("(no category yet)"), slug="-")
    if data.get("kind") in NEWS:
        article.kind = data["kind"]
        article.deadline_on = _date(data.get("deadline_on", "")) if article.is_notice else None


def _documents(article: Article, data: QueryDict) -> list[dict[str, object]]:
    """What stands under the text, in the shape of `with_details`; a file that was not sent yet is missing."""
    rows = [f"attachments-{index}" for index in range(MOST_ROWS)]
    kept = [row for row in rows if f"{row}-document" in data and f"{row}-DELETE" not in data]
    numbers = {row: number for row in kept for number in _numbers(data, f"{row}-document")}
    found = Document.objects.of(article.commune_id).in_bulk(numbers.values())
    return [
        {
            "title": one_line(data.get(f"{row}-title", "")) or found[number].title,
            "file": found[number].file.name,
            "size": found[number].size,
        }
        for row, number in numbers.items()
        if number in found
    ]


def _numbers(data: QueryDict, name: str) -> list[int]:
    """The keys that a field holds, as far as they are some."""
    values = data.getlist(name)
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS]


def _date(text: str) -> date | None:
    try:
        return ArticleForm.base_fields["deadline_on"].clean(text)
    except ValidationError:
        return None
