"""People in the admin, with their posts."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import RelatedOfCommuneFilter
from finding import found
from offices.admin.posts import PersonPostInline
from offices.admin.rows import DirectoryAdmin
from offices.models import Person, Post


@admin.register(Person)
class PersonAdmin(DirectoryAdmin):
    list_display = ("full_name", "current_posts", "telephone", "is_shown")
    list_filter = (("posts__office", RelatedOfCommuneFilter), "posts__is_leading", "is_shown")
    search_fields = ("given_name", "family_name")
    search_help_text = _("Words of the name, with or without accents")
    autocomplete_fields = ("picture",)
    inlines = (PersonPostInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (("family_name", "given_name"), "picture"),
                "description": _(
                    "The portal tells what the office of this person is for, and no more: it has no place for birthdays, "
                    "private numbers and addresses, or party data. Please do not write them elsewhere either."
                ),
            },
        ),
        (_("How citizens reach the person"), {"fields": (("telephone", "email"),)}),
        (_("On the portal"), {"fields": ("is_shown", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        held = Post.objects.of(request.commune).held().select_related("office")
        people = super().get_queryset(request).select_related("picture")
        return people.prefetch_related(Prefetch("posts", held, to_attr="held_posts"), "villages")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return (found(queryset, search_term, ("family_name", "given_name")) if search_term else queryset), False

    @admin.display(description=_("name in full"), ordering="sorting")
    def full_name(self, person: Person) -> str:
        return person.name

    @admin.display(description=_("posts today"))
    def current_posts(self, person: Person) -> SafeString | str:
        held = [f"{post.name} ({post.office})" for post in person.held_posts]
        held += [f"{village.head_title} ({village})" for village in person.villages.all()]
        return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in held)) or "–"
