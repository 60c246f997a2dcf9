"""Writing an alert, looking at it as readers will, and putting it on every page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import sms
from alerts.announcing import sms_of, speech_of, state_of
from alerts.models import Alert
from communes.hosts import table
from communes.rowadmin import CommuneForm, CommuneRowAdmin
from communes.work import public_link
from trail.recording import Kind, record
from vietnamese import format_datetime_12h

PUBLISH = "alerts.publish_alert"
# What readers have to see again when it changes.
WORDS = {"level", "headline", "text", "area"}


class AlertForm(CommuneForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", gettext("The alert must end after it starts."))
        elif ends_at and "ends_at" in self.changed_data and ends_at <= timezone.now():
            self.add_error("ends_at", gettext("This moment has passed."))
        headline = cleaned.get("headline")
        if headline and starts_at and ends_at and starts_at < ends_at:
            same = Alert.objects.of(self.instance.commune_id).filter(
                headline=headline, withdrawn_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
            )
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("headline", gettext("There is an alert with this headline at that time."))
        return cleaned


@admin.register(Alert)
class AlertAdmin(CommuneRowAdmin):
    form = AlertForm
    list_display = ("headline", "level", "state", "times", "area")
    list_filter = ("level",)
    search_fields = ("headline", "text", "area")
    actions = None  # each alert is looked at before something happens to it
    fieldsets = (
        (None, {"fields": ("level", "headline", "text", "area")}),
        (_("How long"), {"fields": (("starts_at", "ends_at"),)}),
        (_("More"), {"fields": ("link",)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "text":
            kwargs["widget"] = admin.widgets.AdminTextareaWidget(attrs={"rows": 4})
        if db_field.name == "headline":
            kwargs["widget"] = admin.widgets.AdminTextInputWidget(attrs={"class": "vLargeTextField"})
        if db_field.name == "level":
            kwargs["widget"] = forms.RadioSelect
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Whoever publishes may change what is public; whoever writes, drafts alone. What is withdrawn is history.

    def has_change_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.is_draft:
            return True
        return obj.withdrawn_at is None and request.user.has_perm(PUBLISH)

    def has_delete_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """As Django's; of two people who send the same alert at once, the second reads that it is there."""
        arguments = (request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(*arguments)
        except IntegrityError:
            return super().changeform_view(*arguments)  # now the form finds the other one

    def save_model(self, request: HttpRequest, obj: Alert, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.created_by = request.user
        elif WORDS & set(form.changed_data):
            obj.version += 1
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Alert, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return redirect("admin:alerts_alert_look", obj.pk) if "_look" in request.POST else response

    def response_change(self, request: HttpRequest, obj: Alert) -> HttpResponse:
        response = super().response_change(request, obj)
        return redirect("admin:alerts_alert_look", obj.pk) if "_look" in request.POST else response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look)
        return [path("<int:pk>/xem/", view, name="alerts_alert_look"), *super().get_urls()]

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The alert as it will stand on the pages, be read aloud and be sent; a POST publishes or withdraws it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        alert = get_object_or_404(Alert.objects.of(request.commune), pk=pk)
        may_publish = request.user.has_perm(PUBLISH)
        if request.method == "POST":
            if not may_publish:
                raise PermissionDenied
            self._step(request, alert)
            return redirect("admin:alerts_alert_look", pk)
        commune = table.commune(alert.commune_id) or alert.commune
        message = sms_of(alert, commune)
        texts = [
            (gettext("With accents"), "sms", message, sms.length_of(message)),
            (gettext("Without accents"), "sms-plain", plain := sms.without_accents(message), sms.length_of(plain)),
        ]
        context = self.admin_site.each_context(request) | {
            "title": gettext("How the alert looks"),
            "opts": self.opts,
            "alert": alert,
            "state": state_of(alert),
            "is_over": alert.ends_at <= timezone.now(),
            "may_publish": may_publish,
            "may_change": self.has_change_permission(request, alert),
            "speech": speech_of(alert, commune),
            "messages_to_send": texts,
            "public_address": public_link(commune, alert.get_absolute_url()) if alert.is_published() else "",
        }
        return TemplateResponse(request, "admin/alerts/alert/look.html", context)

    @transaction.atomic
    def _step(self, request: HttpRequest, alert: Alert) -> None:
        """Publish or withdraw, once: of two people who do so at a time, one does."""
        now, own = timezone.now(), Alert.objects.of(request.commune).filter(pk=alert.pk)
        done, text = 0, ""
        if "publish" in request.POST:
            waiting = own.filter(published_at=None, ends_at__gt=now)
            done = waiting.update(published_at=now, published_by=request.user, updated_at=now)
            text = gettext("Published. Every page shows it within five seconds.")
        elif "withdraw" in request.POST:
            holding = own.filter(published_at__isnull=False, withdrawn_at=None, ends_at__gt=now)
            done = holding.update(withdrawn_at=now, withdrawn_by=request.user, updated_at=now)
            text = gettext("Withdrawn. It leaves every page within five seconds.")
        if done:
            self.log_change(request, alert, text)
            record(Kind.PUBLISH if "publish" in request.POST else Kind.WITHDRAW, request, about=alert)
            self.message_user(request, text, messages.SUCCESS)
        else:
            self.message_user(request, gettext("Nothing was changed: the alert is in another state."), messages.WARNING)

    def view_on_site(self, alert: Alert) -> str | None:
        commune = table.commune(alert.commune_id) or alert.commune
        return public_link(commune, alert.get_absolute_url()) if alert.is_published() else None

    @admin.display(description=_("state"))
    def state(self, alert: Alert) -> str:
        return state_of(alert)

    @admin.display(description=_("time"), ordering="starts_at")
    def times(self, alert: Alert) -> str:
        return f"{format_datetime_12h(alert.starts_at)} – {format_datetime_12h(alert.ends_at)}"
