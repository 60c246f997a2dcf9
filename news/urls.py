from django.urls import path

from news.drafts import share_views
from news.links import redirect_views
from news.public import archive, feeds, search_views, views

app_name = "news"
urlpatterns = [
    path("rss/", feeds.feed, name="feed"),
    path("atom/", feeds.atom_feed, name="atom_feed"),
    path("sitemap-tin-tuc.xml", views.news_sitemap, name="news_sitemap"),
    path("tim-kiem/", search_views.search_page, name="search"),
    path("chia-se/<str:token>/", share_views.shared_article, name="shared_article"),
    path(
        "chia-se/<str:token>/khung/<slug:width>/", share_views.shared_article_at_width, name="shared_article_at_width"
    ),
    path("chia-se/<str:token>/tra-loi/", share_views.shared_article_answer, name="shared_article_answer"),
    path("luu-tru/", archive.archive, name="archive"),
    path("luu-tru/<int:year>/", archive.archive, name="archive_year"),
    path("luu-tru/<int:year>/<int:month>/", archive.archive_month, name="archive_month"),
    path("the/", views.tag_index, name="tag_index"),
    path("the/<slug:slug>/", views.tag_list, name="tag_list"),
    path("tac-gia/<slug:slug>/", views.author_list, name="author_list"),
    path("<slug:slug>/", views.category_list, name="category_list"),
    path("<slug:slug>/rss/", feeds.category_feed, name="category_feed"),
    path("<slug:slug>/atom/", feeds.category_atom_feed, name="category_atom_feed"),
    path("<slug:category_slug>/<slug:slug>-<int:pk>/", views.article_detail, name="article_detail"),
    path("<slug:category_slug>/<slug:slug>-<int:pk>/luu/", views.article_saved, name="article_saved"),
    path("<slug:category_slug>/<slug:slug>-<int:pk>/ma-qr.svg", views.article_qr, name="article_qr"),
    path("<path:path>", redirect_views.old_address, name="old_address"),
]
