"""Where articles stand and who works there: categories, tags, groups, old addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communes.admin import MembershipFormSet, keep_related
from communes.rowadmin import CommuneChoices, CommuneForm, CommuneRowAdmin, OneRowAdmin, RowForm
from formrows import list_formset
from news.links.redirect_import import redirect_import
from news.models import (
    Article,
    Category,
    GroupScope,
    MissingPage,
    NewsroomRules,
    PersonScope,
    Redirect,
    SearchMiss,
    Tag,
)
from news.newsroom.categorychoice import CategoriesChoice, CategoryChoice
from news.newsroom.steps import handling
from trail.recording import Kind, record


def lead_to(commune_id: int, old_slug: str, new_slug: str) -> None:
    """Let the addresses of a category lead to those it has now, or to those of another."""
    for page in ("news:category_list", "news:category_feed", "news:category_atom_feed"):
        Redirect.objects.follow_move(commune_id, reverse(page, args=[old_slug]), reverse(page, args=[new_slug]))


class CategoryForm(CommuneForm):
    """Of two people who would make two levels at once, the second one's form is refused: it waits for the first."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if parent := cleaned.get("parent"):
            family = Category.objects.of(self.instance.commune_id).filter(pk__in=[parent.pk, self.instance.pk])
            list(family.select_for_update(no_key=True).order_by("pk").values_list("pk"))  # Category.clean looks next
        return cleaned


class EmptyCategoryForm(forms.Form):
    """Asks where the articles of a category go that is to be deleted."""

    target = CategoryChoice(
        Category.objects.none(),
        label=_("Move them to"),
        help_text=_("Their old addresses lead to the new ones, that of the category to the category chosen here."),
    )

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = Category.objects.of(category.commune_id).exclude(pk=category.pk).in_tree()


@admin.register(Category)
class CategoryAdmin(CommuneRowAdmin):
    form = CategoryForm
    list_display = ("full_name", "slug", "position", "is_in_menu")
    list_editable = ("position", "is_in_menu")
    search_fields = ("name",)
    fields = ("name", "slug", "parent", "description", "position", "is_in_menu")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).in_tree()

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return Category.objects.everywhere().in_tree().query.order_by

    @admin.display(description=Category._meta.get_field("name").verbose_name, ordering="name")
    def full_name(self, category: Category) -> str:
        return category.full_name

    def get_form(self, request: HttpRequest, obj: Category | None = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "parent" in form.base_fields:
            tops = form.base_fields["parent"].queryset.filter(parent__isnull=True)
            form.base_fields["parent"].queryset = tops.exclude(pk=obj.pk) if obj else tops
        return form

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[RowForm]:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=list_formset(request), **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Of a category with articles, ask where they go, move them and delete it: one step."""
        category = self.get_object(request, unquote(object_id))
        count = Article.with_trashed.of(request.commune).filter(category=category).count() if category else 0
        if not count or not self.has_delete_permission(request, category):
            return super().delete_view(request, object_id, extra_context)
        form = EmptyCategoryForm(request.POST if "target" in request.POST else None, category=category)
        if form.is_valid():
            target, name = form.cleaned_data["target"], str(category)
            with transaction.atomic():
                self.log_deletions(request, [category])
                record(Kind.DELETE, request, about=category, after={"articles moved to": str(target)})
                count = handling.empty_category(category, request.user, target)
                lead_to(request.commune.pk, category.slug, target.slug)
            text = ngettext(
                "%(count)d article was moved to “%(target)s”; the category “%(name)s” was deleted.",
                "%(count)d articles were moved to “%(target)s”; the category “%(name)s” was deleted.",
                count,
            )
            self.message_user(request, text % {"count": count, "target": target, "name": name}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:news_category_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Delete the category"),
            "subtitle": str(category),
            "category": category,
            "count": count,
            "trashed_count": Article.with_trashed.of(request.commune)
            .filter(category=category, trashed__isnull=False)
            .count(),
            "form": form,
            "opts": self.opts,
        }
        return render(request, "admin/news/category/delete.html", context)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:  # noqa: FBT001
        old_slug = form.initial.get("slug") if change else None
        super().save_model(request, obj, form, change)
        if old_slug and old_slug != obj.slug:
            lead_to(obj.commune_id, old_slug, obj.slug)


@admin.register(Tag)
class TagAdmin(CommuneRowAdmin):
    list_display = ("name", "slug", "is_story")
    list_filter = ("is_story",)
    search_fields = ("name",)
    fields = ("name", "description", "is_story", "lead", "slug")
    actions = ("merge",)

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:  # noqa: FBT001
        old_slug = form.initial.get("slug") if change else None
        super().save_model(request, obj, form, change)
        if old_slug and old_slug != obj.slug:
            Redirect.objects.follow_move(
                obj.commune_id, reverse("news:tag_list", args=[old_slug]), obj.get_absolute_url()
            )

    @admin.action(description=_("Merge the chosen tags…"), permissions=["change"])
    def merge(self, request: HttpRequest, tags: QuerySet[Tag]) -> HttpResponse | None:
        """Ask which name stays, then give it the articles of the others."""
        if len(tags) < 2:
            self.message_user(request, gettext("Choose at least two tags."), messages.WARNING)
            return None
        kept = next((tag for tag in tags if str(tag.pk) == request.POST.get("kept")), None)
        if kept is not None:
            tags.merge_into(kept)
            self.message_user(request, gettext("One tag is left: %(tag)s.") % {"tag": kept}, messages.SUCCESS)
            return None
        context = self.admin_site.each_context(request) | {
            "title": gettext("Which name stays?"),
            "opts": self.opts,
            "tags": tags.annotate(article_count=Count("articles")).order_by("-article_count", "name"),
        }
        return render(request, "admin/news/tag/merge.html", context)


def in_tree(field: Any) -> Any:
    """A field that offers categories, with those under others below them."""
    field.queryset = field.queryset.in_tree()
    return field


@admin.register(GroupScope)
class GroupScopeAdmin(CommuneRowAdmin):
    records_changes = True
    list_display = ("group", "places")
    filter_horizontal = ("categories",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return in_tree(super().formfield_for_manytomany(db_field, request, form_class=CategoriesChoice, **kwargs))

    @admin.display(description=GroupScope._meta.get_field("categories").verbose_name)
    def places(self, scope: GroupScope) -> str:
        return ", ".join(category.full_name for category in scope.categories.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("group").prefetch_related("categories__parent")


class PersonScopeFormSet(MembershipFormSet):
    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"].queryset = PersonScope.objects.of(self.commune)  # Django asks for all there are
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = gettext("In all categories of the groups again")


class PersonScopeInline(CommuneChoices, admin.StackedInline):
    """Stands in the form of a person: where they work, in the commune one works for."""

    model = PersonScope
    form = CommuneForm
    formset = PersonScopeFormSet
    extra = max_num = 1
    fields = ("categories",)
    verbose_name = verbose_name_plural = _("Limited to categories")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).of(request.commune)

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        made.commune = request.commune
        keep_related(made.form.base_fields.get("categories"))
        return made

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"widget": forms.CheckboxSelectMultiple, "form_class": CategoriesChoice}
        return in_tree(super().formfield_for_manytomany(db_field, request, **kwargs))

    # Whoever may change the account may say where its person works.

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.has_perm("accounts.view_user") or request.user.has_perm("accounts.change_user")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.has_perm("accounts.add_user") or request.user.has_perm("accounts.change_user")

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(NewsroomRules)
class NewsroomRulesAdmin(OneRowAdmin, CommuneRowAdmin):
    """Whoever may change the rules sets them for the first time, and nobody else sees them."""

    fields = ("is_correcting_alone",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and not self.get_queryset(request).exists()

    def has_view_permission(self, request: HttpRequest, obj: NewsroomRules | None = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Redirect)
class RedirectAdmin(CommuneRowAdmin):
    list_display = ("old_path", "new_path", "created_at")
    search_fields = ("old_path", "new_path")

    def get_urls(self) -> list[URLPattern]:
        read = path("doc-tep/", self.admin_site.admin_view(redirect_import), name="news_redirect_import")
        return [read, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        Redirect.objects.lead(obj.commune_id, obj.old_path, obj.new_path)


class CountedAdmin(CommuneRowAdmin):
    """Rows the portal writes itself: to be read and, once dealt with, deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MissingPage)
class MissingPageAdmin(CountedAdmin):
    list_display = ("path", "hits", "last_at", "referrer", "create_redirect")
    search_fields = ("path",)

    @admin.display(description="")
    def create_redirect(self, page: MissingPage) -> str:
        query = urlencode({"old_path": page.path})
        return format_html(
            '<a href="{}?{}">{}</a>', reverse("admin:news_redirect_add"), query, gettext("Create a redirect")
        )


@admin.register(SearchMiss)
class SearchMissAdmin(CountedAdmin):
    list_display = ("query", "hits", "last_at", "say_what_is_meant")
    search_fields = ("query",)

    @admin.display(description="")
    def say_what_is_meant(self, miss: SearchMiss) -> str:
        """Two forms with the words filled in: what the texts of the portal say instead, or a page for them."""
        return format_html(
            '<a href="{}?{}">{}</a> · <a href="{}?{}">{}</a>',
            reverse("admin:search_synonym_add"),
            urlencode({"words": miss.query}),
            gettext("Say what it means"),
            reverse("admin:search_promotedanswer_add"),
            urlencode({"queries": miss.query}),
            gettext("Answer with a page"),
        )
