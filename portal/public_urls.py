"""Public addresses of the shell."""

from django.urls import path, re_path

from home.views import home
from portal import views
from section import sections

SITEMAPS = [name for section in sections().values() for name in section.sitemaps]

app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("so-do-trang/", views.site_map, name="site_map"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("bao-csp/", views.policy_report, name="policy_report"),
    path("mau-<str:digits>.css", views.colours, name="colours"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    re_path(rf"^sitemap-(?P<section>{'|'.join(SITEMAPS)})\.xml$", views.sitemap_section, name="sitemap_section"),
]
