"""The form in which pages are written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from news import rights
from news.kinds import MOST_LEVELS
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
        help_texts: ClassVar[dict[str, Any]] = {
            **ArticleForm.Meta.help_texts,
            "slug": _("The last part of its address. Left empty, it is made from the title. The old address leads on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "parent" in self.fields and self.commune is not None:
            tree = Page.objects.of(self.commune).only("title", "path", "position", "category_id", "language").in_order()
            own = self.instance.saved_path() if self.instance.pk else "/"
            above = [page for page in tree if page.level < MOST_LEVELS and not _is_within(page, own)]
            self._offer("parent", above, _("– at the top –"))
            vietnamese = [page for page in tree if page.language == Language.VIETNAMESE and page.path != own]
            self._offer("translation_of", vietnamese, "–")

    def _offer(self, name: str, pages: list[Page], nothing: Any) -> None:
        """Let a field choose one of `pages`, shown as the tree they stand in."""
        field = self.fields[name]
        field.queryset = Page.objects.of(self.commune).filter(pk__in=[page.pk for page in pages])
        field.choices = [("", nothing), *((page.pk, "\u2003" * (page.level - 1) + page.title) for page in pages)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and not rights.may_in(self.user, rights.WRITE, None):
            raise ValidationError(_("Your group works in certain categories only; pages stand in none."))
        return cleaned


def _is_within(page: Page, path: str) -> bool:
    return f"{page.path}/".startswith(f"{path}/")
