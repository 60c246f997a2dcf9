"""Where machines ask whether the portal is well."""

from django.urls import path

from operation import health

app_name = "operation"

urlpatterns = [
    path("healthz", health.health_ready, name="healthz"),
    path("healthz/live", health.health_live, name="health_live"),
    path("healthz/ready", health.health_ready, name="health_ready"),
]
