"""What the news give to the portal."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from communes.models import Commune
from news.first_steps import first_steps
from news.links.addresses import opens
from news.links.old_addresses import OLD_PARAMETERS
from news.models import Article, Category, Tag
from news.newsroom.desk import errands_of, piles_of
from news.newsroom.uses import uses_of
from news.personal import OPEN_WORK, PERSONAL_DATA
from news.public.sitemaps import ArchiveSitemap, ArticleSitemap, AuthorSitemap, CategorySitemap, TagSitemap
from news.upkeep import TASKS
from section import HomeBlock, MenuTarget, Section


def article_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    articles = Article.objects.of(commune).filter(pk__in=ids).select_related("category")
    articles = articles.only("title", "slug", "category__slug")
    return {article.pk: (article.title, article.get_absolute_url()) for article in articles}


def category_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    categories = Category.objects.of(commune).filter(pk__in=ids)
    return {category.pk: (category.name, category.get_absolute_url()) for category in categories}


def tag_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    return {tag.pk: (tag.name, tag.get_absolute_url()) for tag in Tag.objects.of(commune).filter(pk__in=ids)}


def menu_targets(commune: Commune) -> list[MenuTarget]:
    news, stories, services = _("News"), _("Running stories"), _("Services of the portal")
    return [
        *(
            MenuTarget(
                c.name,
                c.get_absolute_url(),
                c.description,
                f"{news} › {c.parent.name}" if c.parent else news,
                f"category:{c.pk}",
                in_menu=c.is_in_menu and c.parent is None,
            )
            for c in Category.objects.of(commune).in_tree()
        ),
        *(
            MenuTarget(tag.name, tag.get_absolute_url(), tag.description, stories, f"tag:{tag.pk}")
            for tag in Tag.objects.of(commune).stories().carried_by(Article.objects.of(commune).published())
        ),
        MenuTarget(_("Topics"), reverse("news:tag_index"), group=news, key="url:news:tag_index"),
        MenuTarget(_("News by month"), reverse("news:archive"), group=news, key="url:news:archive"),
        MenuTarget(_("Search"), reverse("news:search"), group=services, key="url:news:search"),
        MenuTarget(_("RSS feed"), reverse("news:feed"), group=services, key="url:news:feed"),
        MenuTarget(_("Atom feed"), reverse("news:atom_feed"), group=services, key="url:news:atom_feed"),
    ]


# The admin lets nobody delete an article that was ever public.
WRITER_RIGHTS = frozenset(
    {
        *("add_article", "change_article", "view_article", "delete_article", "view_category"),
        "view_tag",
    }
)
EDITOR_RIGHTS = WRITER_RIGHTS | {
    *("review_article", "publish_article", "change_category", "add_tag", "change_tag"),
    *("view_redirect", "add_redirect", "change_redirect", "delete_redirect"),
    *("view_missingpage", "delete_missingpage", "view_searchmiss", "delete_searchmiss"),
}

SECTION = Section(
    urls="news.urls",
    parameters=frozenset({"chuyen-muc", "den-ngay", "q", "trang", "tu-ngay"}) | OLD_PARAMETERS,
    sitemaps={
        "bai-viet": ArticleSitemap,
        "chuyen-muc": CategorySitemap,
        "the": TagSitemap,
        "tac-gia": AuthorSitemap,
        "luu-tru": ArchiveSitemap,
    },
    single_pages={
        "search": (_("Search"), "news:search"),
        "archive": (_("News by month"), "news:archive"),
        "topics": (_("Topics"), "news:tag_index"),
    },
    page_titles={"article": article_titles, "category": category_titles, "tag": tag_titles},
    rights={WRITER: WRITER_RIGHTS, EDITOR: EDITOR_RIGHTS},
    guarded=frozenset({"publish_article"}),
    piles=piles_of,
    first_steps=first_steps,
    errands=errands_of,
    uses=uses_of,
    menu_targets=menu_targets,
    opens=opens,
    home_blocks=[
        HomeBlock("featured", _("Featured news"), "news/_home_featured.html", is_wide=True),
        HomeBlock("latest", _("Latest news"), "news/_home_latest.html", is_wide=True),
        HomeBlock("notices", _("Notices"), "news/_notices.html"),
        HomeBlock("categories", _("News by category"), "news/_home_categories.html", is_wide=True),
    ],
    uploads=frozenset({"admin:news_article_add", "admin:news_article_change", "admin:news_redirect_import"}),
    tasks=TASKS,
    personal_data=PERSONAL_DATA,
    open_work=OPEN_WORK,
    of_person=["news.admin.places.PersonScopeInline"],
)
