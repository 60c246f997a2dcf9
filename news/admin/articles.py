"""Writing articles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from communes.rowadmin import CommuneChoices
from formrows import RowFormSet
from news import rights
from news.admin.lists import ArticleList
from news.drafts import autosaves, revisions
from news.drafts.autosave_views import article_autosave, article_autosave_discard, form_token
from news.drafts.conflicts import chosen_details, conflict_page, take_choices
from news.drafts.details import Clash, reconcile
from news.drafts.merging import Merged
from news.drafts.revision_views import article_history, revision_compare, revision_restore
from news.drafts.share_admin_views import share_links, share_revoke
from news.models import Action, Article, Attachment, Kind, Status, Transition
from news.newsroom import checklist
from news.newsroom.attachments import AttachmentForm
from news.newsroom.categorychoice import CategoryChoice
from news.newsroom.check_views import article_check, article_repair
from news.newsroom.cover import CoverChoice
from news.newsroom.forms import ArticleForm
from news.newsroom.preview import article_preview
from news.newsroom.reader_page import article_look, reader_page
from news.newsroom.reports.views import article_agenda, article_reports
from news.newsroom.requests import record_reading
from news.newsroom.standing import standing_of
from news.newsroom.steps import workflow
from news.newsroom.steps.step_views import DIRECT_STEPS, article_step, said, take
from news.newsroom.steps.step_views import FORMS as ASKING
from trail.recordedadmin import record_form
from upkeep.models import Letter
from vietnamese import format_datetime_12h

# What few articles need is folded away, unless this one has it. Fields stand there one by one: Django opens a group in
# which something is wrong, and does not look for it among fields that share a line.
FOLDED = ("collapse",)


COVER_FIELDS = ("cover_file", "cover", "cover_alt", "cover_caption", "cover_credit", "cover_focal_x", "cover_focal_y")


class AttachmentInline(CommuneChoices, admin.TabularInline):
    model = Attachment
    formset = RowFormSet
    fields = ("document", "upload", "title", "position")
    autocomplete_fields = ("document",)
    extra = 0
    verbose_name_plural = _("Attached documents (PDF, DOCX, XLSX)")

    def get_formset(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> Any:
        form = type("AttachmentFormOfUser", (AttachmentForm,), {"user": request.user})
        return super().get_formset(request, obj, form=form, **kwargs)

    # Documents belong to their article: whoever writes in it attaches them.

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return obj is None or rights.may_edit(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self.has_add_permission(request, obj)


class TransitionInline(admin.TabularInline):
    model = Transition
    fields = ("when", "action", "person", "remark", "message")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = _("What happened to this article")
    classes = FOLDED

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True

    @admin.display(description=Transition._meta.get_field("made_at").verbose_name)
    def when(self, step: Transition) -> str:
        return format_datetime_12h(step.made_at)

    @admin.display(description=Transition._meta.get_field("made_by").verbose_name)
    def person(self, step: Transition) -> str:
        return name_of(step.made_by)

    @admin.display(description=Transition._meta.get_field("reason").verbose_name)
    def remark(self, step: Transition) -> str:
        return step.remark

    @admin.display(description=_("message"))
    def message(self, step: Transition) -> str:
        """What became of the message to whoever acts next; nothing where it was sent, or nobody had to be told."""
        if step.letter_error is None:
            return ""
        return step.letter_error or gettext("The message has not been sent yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transition]:
        letters = Letter.objects.about(Transition.LETTERS).filter(number=OuterRef("pk")).order_by("pk")
        steps = super().get_queryset(request).select_related("made_by")
        return steps.annotate(letter_error=Subquery(letters.values("error")[:1]))


def _unfolded(group: Any, article: Article) -> Any:
    """A group of fields as the form of `article` shows it: open where something is set."""
    name, options = group
    classes = options.get("classes", ())
    if not set(FOLDED) <= set(classes):
        return group
    is_set = {
        "cover": article.cover_id is not None,
        "deadline_on": article.is_notice,
        "related": article.related.exists,
        "is_featured": article.is_featured,
        "published_at": article.published_at is not None and not article.is_published(),
        "expires_at": article.expires_at is not None,
        "review_on": article.review_on is not None,
    }
    answers = [is_set[field] for field in options["fields"] if field in is_set]
    if any(answer() if callable(answer) else answer for answer in answers):
        return name, options | {"classes": tuple(each for each in classes if each not in FOLDED)}
    return group


@admin.register(Article)
class ArticleAdmin(ArticleList):
    form = ArticleForm
    tells_of_others = False  # the form compares versions and merges
    change_form_template = "admin/news/article/change_form.html"
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "category", "base_version", "base_details")}),
        (
            _("Cover picture"),
            {
                "classes": ("cover-fields",),
                "fields": COVER_FIELDS,
            },
        ),
        (_("Signature"), {"fields": (("byline", "source"), "tags")}),
        (_("Related articles"), {"classes": FOLDED, "fields": ("related",)}),
    )
    # On what is public, set by those who publish.
    kind_fieldset = (_("Notice"), {"classes": FOLDED, "fields": ("kind", "deadline_on")})
    change_fieldset = (_("Change of a published article"), {"fields": ("is_major", "note")})
    publication_fieldset = (
        _("Publication"),
        {"classes": FOLDED, "fields": ("is_featured", "published_at", "expires_at", "review_on")},
    )
    autocomplete_fields = ("cover", "tags", "related")
    is_of_pages = False  # in pages/admin.py it is another

    class Media:
        css = {"all": ["css/article-form.css"]}

    # --- The form ---

    def get_form(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> type[ArticleForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("ArticleFormOfUser", (form,), {"user": request.user})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "related":  # the field prints the titles of what is chosen
            kwargs["queryset"] = Article.objects.of(request.commune).visible_to(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "cover":
            kwargs["widget"] = CoverChoice(db_field, self.admin_site)
        if db_field.name == "category":
            kwargs["form_class"] = CategoryChoice
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "category":
            field.queryset = field.queryset.in_tree()
            places = rights.categories_of(request.user, rights.CHANGE)
            if places is not None:
                field.queryset = field.queryset.filter(pk__in=places)
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        is_publisher = rights.may(request.user, rights.PUBLISH, obj) if obj else request.user.has_perm(rights.PUBLISH)
        first, *rest = self.fieldsets
        is_free = obj is None or obj.status != Status.PUBLISHED or is_publisher
        fieldsets = [first, self.kind_fieldset, *rest] if is_free else [first, *rest]
        if obj is not None and obj.status == Status.PUBLISHED:
            fieldsets.append(self.change_fieldset)
        # When an article appears is decided by those who approve it.
        if is_publisher:
            fieldsets.append(self.publication_fieldset)
        return fieldsets if obj is None else [_unfolded(group, obj) for group in fieldsets]

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> Any:
        return (AttachmentInline, TransitionInline) if obj else (AttachmentInline,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_changeform_initial_data(request) | {"byline": request.user.get_full_name()}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        is_page = self.is_of_pages
        context = {
            "steps": [Action.SUBMIT],
            "standing": standing_of(None, request.user),
            "unsaved": autosaves.offer(request.user, None, is_page=is_page),
            "kind": Kind.PAGE if is_page else "",
        }
        return super().add_view(request, form_url, (extra_context or {}) | context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        article = self.get_object(request, object_id)
        if article:
            record_reading(request, article)
        if article and self.has_view_permission(request, article) and not self.has_change_permission(request, article):
            return reader_page(request, article)
        return self.form_page(request, article, object_id, form_url, extra_context)

    def form_page(
        self, request: HttpRequest, article: Article | None, object_id: str, form_url: str, extra_context: Any
    ) -> HttpResponse:
        context: dict[str, Any] = {}
        merged, clashes = None, []
        if article and request.method == "POST":
            if "_merge" in request.POST:
                request.POST, merged = take_choices(article, request.POST)
            request.POST, clashes = reconcile(article, request.POST, chosen_details(request.POST))
        if article:
            proposal = article.revisions.proposed().select_related("saved_by").first()
            context = {
                "standing": standing_of(article, request.user, proposal),
                "steps": workflow.steps_open_to(article, request.user),
                "unsaved": autosaves.offer(request.user, article),
                "others": autosaves.others_at_work(article, request.user),
                "article_as_published": article,
                "may_copy": not article.is_page and rights.may(request.user, rights.WRITE, article),
                "kind": Kind.PAGE if article.is_page else "",
                "proposal": proposal,
            }
        try:
            response = super().change_view(request, object_id, form_url, (extra_context or {}) | context)
        except revisions.EditConflictError as conflict:
            return conflict_page(request, article, conflict.args[0], clashes)
        if response.status_code == 302:
            if merged:
                self.say_what_is_missing(request, merged)
            self.say_what_was_replaced(request, clashes)
        return response

    def say_what_was_replaced(self, request: HttpRequest, clashes: list[Clash]) -> None:
        """Name what colleagues had set since the form was opened and the form sets otherwise."""
        for clash in clashes:
            text = gettext("%(field)s: your colleague had set “%(theirs)s” meanwhile; now it is “%(mine)s”.")
            values = {"field": clash.label, "theirs": clash.theirs, "mine": clash.mine}
            self.message_user(request, text % values, messages.WARNING)

    def say_what_is_missing(self, request: HttpRequest, merged: Merged) -> None:
        """Name every sentence of the saved text that the text put together does not hold."""
        for words, text in (
            (merged.dropped, gettext("Of your colleague's text, this was left out: %(sentences)s")),
            (merged.replaced, gettext("Of the earlier text, this was changed or left out: %(sentences)s")),
        ):
            if words:
                listed = " · ".join(f"“{sentence}”" for sentence in words)
                self.message_user(request, text % {"sentences": listed}, messages.WARNING)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return article_history(request, object_id)

    # --- Saving ---

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:  # noqa: FBT001
        user, data = request.user, form.cleaned_data
        try:
            if not change:
                revisions.create_article(obj, user)
            elif obj.status == Status.PUBLISHED:
                if rights.may(user, rights.PUBLISH, obj):
                    revisions.save_publication(obj)
                    record_form(request, form, is_new=False, only=("published_at", "expires_at"))
                proposal = revisions.propose_change(
                    obj, user, data["base_version"], is_major=data["is_major"], note=data["note"]
                )
                request.is_correction = proposal is not None and workflow.is_own_correction(obj, user, proposal)
                if request.is_correction:
                    text = gettext("Only a few letters differ: you may publish this small correction by yourself.")
                    self.message_user(request, text, messages.WARNING)
                elif proposal:
                    self.message_user(
                        request,
                        gettext("The published text stays as it is until somebody approves the change."),
                        messages.WARNING,
                    )
            else:
                revisions.save_draft(obj, user, data["base_version"])
        except revisions.EditConflictError as conflict:
            raise revisions.EditConflictError(form) from conflict
        form.save_focus()
        autosaves.discard(user, obj if change else None, is_page=obj.is_page)
        for finding in checklist.removed_findings(form.removed):
            self.message_user(request, finding.text, messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:  # noqa: FBT001
        """Say of each new document what another type would do for citizens."""
        super().save_related(request, form, formsets, change)
        for row in (row for formset in formsets for row in formset.new_objects if isinstance(row, Attachment)):
            if advice := row.document.advice:
                self.message_user(request, advice, messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self.take_step(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if response := self.take_step(request, obj):
            return response
        if getattr(request, "is_correction", False):  # the button for it stands under the form
            return HttpResponseRedirect(obj.form_address)
        return super().response_change(request, obj)

    def take_step(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Take the step of the button pressed, after the form was saved; None for a plain save."""
        action = request.POST.get("_step")
        if action not in DIRECT_STEPS and action not in ASKING:
            return None
        if action in ASKING:
            return HttpResponseRedirect(reverse("admin:news_article_step", args=[article.pk, action]))
        try:
            step = take(request, article, action, {})
        except workflow.StepError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except PermissionDenied:
            self.message_user(request, gettext("You may not take this step."), messages.ERROR)
        else:
            self.message_user(request, said(article, step), messages.SUCCESS)
            return HttpResponseRedirect(article.list_address)
        return HttpResponseRedirect(article.form_address)

    def get_urls(self) -> list[URLPattern]:
        return [*self.newsroom_urls(), *super().get_urls()]

    def newsroom_urls(self) -> list[URLPattern]:
        """What is done beside the form, for articles of all kinds."""
        wrap = self.admin_site.admin_view
        return [
            path("tu-luu/", wrap(article_autosave), name="news_article_autosave"),
            path("ma-bieu-mau/", wrap(form_token), name="news_article_token"),
            path("tu-luu/bo/", wrap(article_autosave_discard), name="news_article_autosave_discard"),
            path("lich/", wrap(article_agenda), name="news_article_agenda"),
            path("bao-cao/", wrap(article_reports), name="news_article_reports"),
            path("kiem-tra/", wrap(article_check), name="news_article_check"),
            path("xem-thu/", wrap(article_preview), name="news_article_preview"),
            path("chuyen-ma/", wrap(article_repair), name="news_article_repair"),
            path("<int:pk>/xem/", wrap(article_look), name="news_article_look"),
            path("<int:pk>/buoc/<slug:action>/", wrap(article_step), name="news_article_step"),
            path("<int:pk>/so-sanh/", wrap(revision_compare), name="news_article_compare"),
            path("<int:pk>/phien-ban/<int:number>/", wrap(revision_restore), name="news_article_restore"),
            path("<int:pk>/chia-se/", wrap(share_links), name="news_article_share"),
            path("<int:pk>/chia-se/<int:link>/", wrap(share_revoke), name="news_article_share_revoke"),
        ]

    def view_on_site(self, article: Article) -> str | None:
        return article.get_absolute_url() if article.is_published() else None
