"""Who the portal belongs to, in the admin."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from communes.models import SiteIdentity


@admin.register(SiteIdentity)
class SiteIdentityAdmin(admin.ModelAdmin):
    fields = ["name", "agency", "responsible_editor", "address", "phone", "email", "reuse_notice"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not SiteIdentity.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: SiteIdentity | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """A list of one row helps nobody: go to the form."""
        if identity := SiteIdentity.objects.first():
            return HttpResponseRedirect(reverse("admin:communes_siteidentity_change", args=[identity.pk]))
        return super().changelist_view(request, extra_context)
