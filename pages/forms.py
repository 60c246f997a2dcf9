"""The form in which pages are written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from news import rights
from news.models import Language
from news.newsroom.forms import ArticleForm
from pages.models import Page


class PageForm(ArticleForm):
    """Writes a page: an article without category and signature, with a place in the tree."""

    class Meta(ArticleForm.Meta):
        model = Page
        fields = (
            *("title", "summary", "body", "cover", "cover_alt", "cover_caption", "cover_credit"),
            *("parent", "slug", "position", "language", "translation_of"),
            *("published_at", "expires_at", "review_on"),
        )
        labels: ClassVar[dict[str, Any]] = {"slug": _("address")}
        help_texts: ClassVar[dict[str, Any]] = {
            **ArticleForm.Meta.help_texts,
            "slug": _("The last part of its address. Left empty, it is made from the title. The old address leads on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "parent" in self.fields and self.commune is not None:
            pages = Page.objects.of(self.commune).only("title", "path", "position", "category_id", "language")
            tree = pages.in_order()
            own = self.instance.saved_path() if self.instance.pk else ""
            above = [page for page in tree if page.level < 3 and not f"{page.path}/".startswith(f"{own or '?'}/")]
            self.fields["parent"].choices = [("", _("– at the top –")), *((p.pk, _indented(p)) for p in above)]
            vietnamese = [page for page in tree if page.language == Language.VIETNAMESE and page.pk != self.instance.pk]
            self.fields["translation_of"].choices = [("", "–"), *((p.pk, _indented(p)) for p in vietnamese)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not rights.may_in(self.user, rights.CHANGE if self.instance.pk else rights.WRITE, None):
            raise ValidationError(_("Your group works in certain categories only; pages stand in none."))
        return cleaned


def _indented(page: Page) -> str:
    return "\u2003" * (page.level - 1) + page.title
