"""The newsroom in the admin."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news import rights, workflow
from news.forms import ArticleForm, PictureForm
from news.models import Action, Article, Category, Picture, Status, Transition
from news.step_views import ASKING, article_step
from vietnamese import format_datetime_12h


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "position", "is_in_menu")
    list_editable = ("position", "is_in_menu")
    search_fields = ("name",)
    fields = ("name", "slug", "description", "position", "is_in_menu")


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ("thumbnail", "alt", "credit", "size", "created_at")
    list_display_links = ("thumbnail", "alt")
    search_fields = ("alt", "caption", "credit", "tags")
    list_per_page = 40
    readonly_fields = ("preview", "size", "uploaded_by", "created_at")

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        shown = ("alt", "is_decorative", "caption", "credit", "tags")
        return ("preview", *shown, "size", "uploaded_by", "created_at") if obj else ("upload", *shown)

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        return format_html('<img src="{}" alt="" height="60" loading="lazy">', picture.file.url)

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> str:
        return format_html('<img class="picture-preview" src="{}" alt="{}">', picture.file.url, picture.alt)

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    def get_form(self, request: HttpRequest, obj: Picture | None = None, **kwargs: Any) -> type[PictureForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("PictureFormOfUser", (form,), {"user": request.user})


class TransitionInline(admin.TabularInline):
    model = Transition
    fields = ("made_at", "action", "made_by", "reason", "mail_error")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = _("What happened to this article")

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True


editor_page = method_decorator(csp_update(settings.EDITOR_CONTENT_SECURITY_POLICY))


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/news/article/change_form.html"
    inlines = (TransitionInline,)
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "category")}),
        (
            _("Cover picture"),
            {"fields": ("cover_file", "cover", "cover_alt", ("cover_caption", "cover_credit"))},
        ),
        (_("Signature"), {"fields": (("byline", "source"),)}),
        (_("Publication"), {"fields": ("is_featured", "published_at", "expires_at")}),
    )
    autocomplete_fields = ("cover",)
    list_display = ("title", "category", "state", "author", "published")
    list_filter = ("status", "category", "is_featured", "is_forced", "published_at")
    list_select_related = ("category", "author")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title",)
    search_help_text = _("Words of the title")
    save_on_top = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).workable_by(request.user).select_related("category", "author")

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        words = [article.get_state_display()]
        if article.is_forced:
            words.append(gettext("urgent"))
        return " · ".join(words)

    @admin.display(description=_("publication time"), ordering="published_at")
    def published(self, article: Article) -> str:
        return format_datetime_12h(article.published_at) if article.published_at else "–"

    # --- Rights ---

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or rights.may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only what was never public can be deleted; the rest is withdrawn."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or (obj.status == Status.DRAFT and obj.published_at is None)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # --- The form ---

    def get_form(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> type[ArticleForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("ArticleFormOfUser", (form,), {"user": request.user})

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        if request.user.has_perm(rights.PUBLISH):
            return self.fieldsets
        return self.fieldsets[:-1]  # when an article appears is decided by those who approve it

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> Any:
        return self.inlines if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_changeform_initial_data(request) | {"byline": request.user.get_full_name()}

    @editor_page
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, (extra_context or {}) | {"steps": [Action.SUBMIT]})

    @editor_page
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        article = self.get_object(request, object_id)
        steps = workflow.steps_open_to(article, request.user) if article else []
        context = {"steps": steps, "asking": ASKING, "article": article}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self.take_step(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self.take_step(request, obj) or super().response_change(request, obj)

    def take_step(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Take the step of the button pressed, after the form was saved; None for a plain save."""
        action = request.POST.get("_step")
        if action not in Action.values:
            return None
        if action in ASKING:
            return HttpResponseRedirect(reverse("admin:news_article_step", args=[article.pk, action]))
        steps = {
            Action.SUBMIT: workflow.submit,
            Action.PUBLISH: workflow.publish,
            Action.CONFIRM: workflow.confirm,
            Action.RESTORE: workflow.restore,
        }
        try:
            step = steps[Action(action)](article, request.user)
        except workflow.StepError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except PermissionDenied:
            self.message_user(request, gettext("You may not take this step."), messages.ERROR)
        else:
            text = gettext("The article “%(title)s” was %(step)s.")
            self.message_user(
                request, text % {"title": article.title, "step": step.get_action_display()}, messages.SUCCESS
            )
            return HttpResponseRedirect(reverse("admin:news_article_changelist"))
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def get_urls(self) -> list[URLPattern]:
        step = path("<int:pk>/buoc/<slug:action>/", self.admin_site.admin_view(article_step), name="news_article_step")
        return [step, *super().get_urls()]

    def view_on_site(self, article: Article) -> str:
        return article.get_absolute_url()
