"""What kinds of articles there are, and what each of them must have."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from news.status import Status

# Pages stand at most so deep: /gioi-thieu/co-cau-to-chuc/van-phong/
MOST_LEVELS = 3


class Kind(models.TextChoices):
    ARTICLE = "article", _("news article")
    NOTICE = "notice", _("notice")
    PAGE = "page", _("page")


class Language(models.TextChoices):
    VIETNAMESE = "vi", "Tiếng Việt"
    ENGLISH = "en", "English"


# News are what lists, feeds, sitemaps and reports show; a page is found in the tree of its section.
NEWS = (Kind.ARTICLE, Kind.NOTICE)

# The admin in which each kind is written (the beginning of the names of its addresses), and the template in
# which a draft of it is looked at.
ADMINS = {Kind.ARTICLE: "news_article", Kind.NOTICE: "news_article", Kind.PAGE: "pages_page"}
TEMPLATES = {
    Kind.ARTICLE: "news/article_detail.html",
    Kind.NOTICE: "news/article_detail.html",
    Kind.PAGE: "pages/page_detail.html",
}

_IS_PAGE = Q(kind=Kind.PAGE)
# Said as the managers say it (news/models/article_queryset.py), or the index of the paths is not used.
IN_TRASH = Q(status=Status.DRAFT, trashed__isnull=False)

CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(kind__in=Kind.values), name="news_article_kind_known", violation_error_message=_("Unknown kind.")
    ),
    models.CheckConstraint(
        condition=(_IS_PAGE & Q(category__isnull=True) & ~Q(path=""))
        | (~_IS_PAGE & Q(category__isnull=False, path="", parent__isnull=True, translation_of__isnull=True)),
        name="news_article_place_of_its_kind",
        violation_error_message=_("An article stands in a category, a page under another page or at the top."),
    ),
    models.UniqueConstraint(
        fields=["commune", "path"],
        condition=_IS_PAGE & ~IN_TRASH,
        name="news_article_page_path_unique",
        violation_error_message=_("Another page already has this address."),
    ),
    models.CheckConstraint(
        condition=~_IS_PAGE | Q(path__regex=rf"^[^/]+(/[^/]+){{0,{MOST_LEVELS - 1}}}$"),
        name="news_article_page_depth",
        violation_error_message=_("Pages stand at most three levels deep."),
    ),
    models.CheckConstraint(
        condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
        name="news_article_page_not_under_itself",
        violation_error_message=_("A page cannot stand under itself."),
    ),
    models.CheckConstraint(
        condition=Q(language__in=Language.values) & (_IS_PAGE | Q(language=Language.VIETNAMESE)),
        name="news_article_language_of_its_kind",
        violation_error_message=_("Only pages may be in another language."),
    ),
    models.UniqueConstraint(
        fields=["commune", "translation_of"],
        condition=Q(translation_of__isnull=False) & ~IN_TRASH,
        name="news_article_translation_unique",
        violation_error_message=_("Another page is already the translation of this one."),
    ),
    models.CheckConstraint(
        condition=Q(deadline_on__isnull=True) | Q(kind=Kind.NOTICE),
        name="news_article_deadline_of_notice",
        violation_error_message=_("Only a notice has a deadline."),
    ),
    models.CheckConstraint(
        condition=Q(deadline_on__isnull=True)
        | Q(published_at__isnull=True)
        | Q(published_at__date__lte=F("deadline_on")),
        name="news_article_deadline_after_publication",
        violation_error_message=_("The deadline must not lie before the publication."),
    ),
)
