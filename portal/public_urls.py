"""Public addresses of the shell."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from news.sitemaps import ArticleSitemap, CategorySitemap
from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("so-do-trang/", views.site_map, name="site_map"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"articles": ArticleSitemap, "categories": CategorySitemap}}, "sitemap"),
    path("healthz", views.healthz, name="healthz"),
    path("media/<path:name>", views.media, name="media"),
]
