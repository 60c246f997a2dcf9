"""Public addresses of the shell."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from portal import views
from portal.operation import health
from section import sections
from serving.publiccache import public_page

SITEMAPS = {name: sitemap for section in sections().values() for name, sitemap in section.sitemaps.items()}

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("so-do-trang/", views.site_map, name="site_map"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(
        "sitemap.xml",
        require_safe(public_page(sitemaps.index)),
        {
            "sitemaps": SITEMAPS,
            "sitemap_url_name": "portal:sitemap_section",
            "template_name": "portal/sitemap_index.xml",
        },
        name="sitemap",
    ),
    re_path(
        rf"^sitemap-(?P<section>{'|'.join(SITEMAPS)})\.xml$",
        require_safe(public_page(sitemaps.sitemap)),
        {"sitemaps": SITEMAPS},
        name="sitemap_section",
    ),
    path("healthz", health.health_ready, name="healthz"),
    path("healthz/live", health.health_live, name="health_live"),
    path("healthz/ready", health.health_ready, name="health_ready"),
]
