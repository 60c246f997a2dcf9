from news.models.article import Article, ArticleQuerySet, Status
from news.models.category import RESERVED_SLUGS, Category, CategoryQuerySet
from news.models.picture import Picture
from news.models.transition import Action, Transition

__all__ = [
    "RESERVED_SLUGS",
    "Action",
    "Article",
    "ArticleQuerySet",
    "Category",
    "CategoryQuerySet",
    "Picture",
    "Status",
    "Transition",
]
