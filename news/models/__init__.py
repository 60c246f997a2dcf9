from news.kinds import Kind, Language
from news.models.article import Article, FeaturedArticle
from news.models.article_queryset import ArticleQuerySet
from news.models.attachment import Attachment
from news.models.byline import author_slug
from news.models.category import Category, CategoryQuerySet
from news.models.link import CheckedQuerySet, Link, LinkQuerySet, LinkReading, OutsideLink, Problem
from news.models.redirect import MissingPage, Redirect, SearchMiss
from news.models.revision import CONTENT_FIELDS, Autosave, Revision, RevisionQuerySet, RevisionState
from news.models.scope import GroupScope, NewsroomRules, PersonScope
from news.models.sharing import ShareLink, ShareLinkQuerySet, Verdict, digest_of, new_token
from news.models.tag import Tag, TagQuerySet
from news.models.transition import Action, Transition
from news.status import Status

__all__ = [
    "CONTENT_FIELDS",
    "Action",
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "Autosave",
    "Category",
    "CategoryQuerySet",
    "CheckedQuerySet",
    "FeaturedArticle",
    "GroupScope",
    "Kind",
    "Language",
    "Link",
    "LinkQuerySet",
    "LinkReading",
    "MissingPage",
    "NewsroomRules",
    "OutsideLink",
    "PersonScope",
    "Problem",
    "Redirect",
    "Revision",
    "RevisionQuerySet",
    "RevisionState",
    "SearchMiss",
    "ShareLink",
    "ShareLinkQuerySet",
    "Status",
    "Tag",
    "TagQuerySet",
    "Transition",
    "Verdict",
    "author_slug",
    "digest_of",
    "new_token",
]
