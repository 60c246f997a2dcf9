"""Old addresses that still work, and addresses people looked for in vain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from communes.rows import CommuneKey, CommuneQuerySet
from news.links.old_addresses import key_of, normal_form, query_of
from textfields import LineField
from vietnamese import one_line


class RedirectQuerySet(CommuneQuerySet["Redirect"]):
    def leading_from(self, address: str) -> Redirect | None:
        """The redirect of `address`, a path with or without query, in whatever spelling; None for no old address.

        One for the very query goes before one for the path, and one spelt the same before another.
        """
        wanted = [normal_form(address)]
        if "?" in wanted[0]:
            wanted.append(wanted[0].partition("?")[0])
        keys = [key_of(form) for form in wanted]
        found = [
            (keys.index(redirect.old_key), normal_form(redirect.old_path) not in wanted, redirect.pk, redirect)
            for redirect in self.filter(old_key__in=keys)
            if not redirect.leads_back_to(address)
        ]
        return min(found)[-1] if found else None

    def lead(self, commune: Commune | int, old_path: str, new_path: str) -> None:
        """In `commune`, send `old_path` to `new_path` from now on, and what led to `old_path` with it."""
        self.lead_all(commune, [(old_path, new_path)])

    def lead_all(self, commune: Commune | int, pairs: Iterable[tuple[str, str]]) -> None:
        """Do as `lead` for each of `pairs` in turn, in five queries whatever their number.

        A chain of redirects takes one hop: whoever leads to its beginning leads to its end. A redirect
        that would close a circle goes.
        """
        mine, number = self.of(commune), getattr(commune, "pk", commune)
        pairs = [(one_line(old), one_line(new)) for old, new in pairs]
        old_keys, new_keys = {key_of(old) for old, _ in pairs}, {key_of(new) for _, new in pairs}
        with transaction.atomic():
            touched = mine.filter(Q(old_key__in=old_keys | new_keys) | Q(new_key__in=old_keys)).select_for_update()
            table = RedirectTable(touched.order_by("pk").values_list("old_path", "new_path"))
            before = dict(table.targets)
            for old, new in pairs:
                table.lead(old, new)
            mine.filter(old_path__in=before.keys() - table.targets.keys()).delete()
            self.bulk_create(
                [Redirect.between(number, old, new) for old, new in table.targets.items() if before.get(old) != new],
                batch_size=5000,
                update_conflicts=True,
                unique_fields=["commune", "old_path"],
                update_fields=["new_path", "old_key", "new_key"],
            )
            # Found again.
            MissingPage.objects.of(commune).filter(
                path__in={old for old, _ in pairs} | {normal_form(old) for old, _ in pairs}
            ).delete()

    def follow_move(self, commune: Commune | int, old_path: str, new_path: str) -> None:
        """A page of `commune` moved: its new address is alive, whatever once led away from there."""
        with transaction.atomic():
            self.of(commune).filter(old_key=key_of(new_path)).delete()
            self.lead(commune, old_path, new_path)


class RedirectTable:
    """Redirects in memory, found by either end."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self.targets: dict[str, str] = {}
        self._from: defaultdict[str, set[str]] = defaultdict(set)  # key of the old address: old addresses
        self._to: defaultdict[str, set[str]] = defaultdict(set)  # key of the new address: old addresses
        for old, new in rows:
            self._put(old, new)

    def lead(self, old: str, new: str) -> None:
        """Add a redirect and keep every chain at one hop."""
        key, target = key_of(old), key_of(new)
        if key != target:
            onward = next((after for after in sorted(self._from[target]) if self._leads_elsewhere(after, key)), None)
            if onward is not None:
                new = self.targets[onward]
                target = key_of(new)
            for behind in sorted(self._to[key]):
                if key_of(behind) == target:
                    self._drop(behind)
                elif behind != old:
                    self._put(behind, new)
        self._put(old, new)

    def _leads_elsewhere(self, old: str, key: str) -> bool:
        return key_of(self.targets[old]) not in {key, key_of(old)}

    def _put(self, old: str, new: str) -> None:
        self._drop(old)
        self.targets[old] = new
        self._from[key_of(old)].add(old)
        self._to[key_of(new)].add(old)

    def _drop(self, old: str) -> None:
        if old in self.targets:
            self._from[key_of(old)].discard(old)
            self._to[key_of(self.targets.pop(old))].discard(old)


class Redirect(models.Model):
    commune = CommuneKey()
    old_path = LineField(_("old address"), max_length=500, help_text=_("Begins with /, for example /tin-cu/123.html."))
    new_path = LineField(
        _("new address"), max_length=500, help_text=_("Begins with / for a page of this portal, or is a full address.")
    )
    # Shared by all spellings of an address: see news/links/old_addresses.py.
    old_key = LineField(max_length=32, editable=False)
    new_key = LineField(max_length=32, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, help_text=_("When the redirect was made."))

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["commune", "old_key"], name="news_redirect_old_key"),
            models.Index(fields=["commune", "new_key"], name="news_redirect_new_key"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "old_path"],
                name="news_redirect_old_path_unique",
                violation_error_message=_("This old address already leads somewhere."),
            ),
            models.CheckConstraint(
                condition=Q(old_path__startswith="/") & ~Q(old_path=F("new_path")) & ~Q(new_path=""),
                name="news_redirect_leads_elsewhere",
                violation_error_message=_("The old address begins with / and differs from the new one."),
            ),
            models.CheckConstraint(
                condition=Q(new_path__startswith="/")
                | Q(new_path__startswith="https://")
                | Q(new_path__startswith="http://"),
                name="news_redirect_new_path_is_address",
                violation_error_message=_("The new address begins with /, https:// or http://."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        self.old_key, self.new_key = key_of(one_line(self.old_path)), key_of(one_line(self.new_path))

    @classmethod
    def between(cls, commune_id: int, old_path: str, new_path: str) -> Redirect:
        """A redirect with its keys, unsaved."""
        redirect = cls(commune_id=commune_id, old_path=old_path, new_path=new_path)
        redirect.set_keys()
        return redirect

    def leads_back_to(self, address: str) -> bool:
        """Whether it would send a reader at `address` there again: "/a" leads to "/a/", but "/a/" nowhere."""
        path, _, query = address.partition("?")
        new_path, _, new_query = self.new_path.partition("?")
        return unquote(path) == unquote(new_path) and query_of(query) == query_of(new_query)


class MissingPage(models.Model):
    commune = CommuneKey()
    path = LineField(_("address"), max_length=500, help_text=_("What was asked for."))
    hits = models.PositiveIntegerField(_("times"), default=1, help_text=_("How often it was asked for."))
    referrer = LineField(
        _("linked from"), max_length=500, blank=True, help_text=_("The page that last led here, if the browser said.")
    )
    last_at = models.DateTimeField(_("last time"), auto_now=True, help_text=_("When it was last asked for."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("address not found")
        verbose_name_plural = _("addresses not found")
        ordering = ("-hits",)
        constraints = (models.UniqueConstraint(fields=["commune", "path"], name="news_missingpage_path_unique"),)

    def __str__(self) -> str:
        return self.path


class SearchMiss(models.Model):
    commune = CommuneKey()
    query = LineField(_("searched for"), max_length=120, help_text=_("As it was typed."))
    hits = models.PositiveIntegerField(_("times"), default=1, help_text=_("How often it was searched for."))
    last_at = models.DateTimeField(_("last time"), auto_now=True, help_text=_("When it was last searched for."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ("-hits",)
        constraints = (models.UniqueConstraint(fields=["commune", "query"], name="news_searchmiss_query_unique"),)

    def __str__(self) -> str:
        return self.query
