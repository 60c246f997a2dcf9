"""Articles, and what holds for each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Trim
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey
from news import kinds
from news.kinds import Kind, Language
from news.models.article_indexes import INDEXES
from news.models.article_queryset import ArticleQuerySet, EveryKindManager, NewsManager
from news.models.byline import author_slug
from news.models.category import Category
from news.status import Status
from richtext import RichTextField
from textfields import LineField, MultilineField, SlugField
from trash.rows import TrashKey, one_row
from upkeep.believedtime import believed_now
from vietnamese import slugify


class Article(models.Model):
    commune = CommuneKey()
    trashed = TrashKey()
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.ARTICLE,
        db_default=Kind.ARTICLE,
        help_text=_("A notice may have a deadline; open notices stand on the home page."),
    )
    title = LineField(
        _("title"), max_length=250, help_text=_("Says what happened, where. Up to about 90 characters reads best.")
    )
    slug = SlugField(
        _("address"),
        max_length=100,
        blank=True,
        help_text=_("Made from the title; it stays the same once the article has been published."),
    )
    summary = MultilineField(
        _("summary"), blank=True, help_text=_("Two or three sentences, printed bold above the text and in lists.")
    )
    body = RichTextField(_("text"), blank=True, help_text=_("Drop pictures into the text, or use the picture button."))
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        help_text=_("Where citizens find the article."),
    )
    deadline_on = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        help_text=_("The last day on which citizens can act on a notice. It stays readable afterwards."),
    )
    # Where a page stands.
    parent = models.ForeignKey(
        "self",
        verbose_name=_("stands under"),
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="children",
        help_text=_("The page above it. Left empty, it stands at the top. At most three levels."),
    )
    path = LineField(
        _("full address"),
        max_length=310,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The addresses of the pages above it and its own."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, db_default=0, help_text=_("Smaller numbers come first among the pages beside it.")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        default=Language.VIETNAMESE,
        db_default=Language.VIETNAMESE,
        help_text=_("Of the text; screen readers speak it, search engines list it."),
    )
    translation_of = models.ForeignKey(
        "self",
        verbose_name=_("translation of"),
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.SET_NULL,
        related_name="translations",
        help_text=_("The Vietnamese page that says the same; each then leads to the other."),
    )
    byline = LineField(
        _("byline"), max_length=120, blank=True, help_text=_("The author's name as it is printed, for example: Thu Hà.")
    )
    source = LineField(
        _("source"), max_length=200, blank=True, help_text=_("Where the text comes from, if it is not ours.")
    )
    cover = models.ForeignKey(
        "library.Picture",
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="covered_articles",
        help_text=_("Shown above the text and in lists."),
    )
    cover_alt = LineField(
        _("text alternative of the cover"),
        max_length=250,
        blank=True,
        help_text=_("What the picture shows, for people who cannot see it."),
    )
    cover_caption = LineField(
        _("caption of the cover"), max_length=250, blank=True, help_text=_("Printed under the picture.")
    )
    cover_credit = LineField(
        _("credit of the cover"), max_length=120, blank=True, help_text=_("Who took or drew the picture.")
    )
    tags = models.ManyToManyField(
        "news.Tag",
        verbose_name=_("tags"),
        blank=True,
        related_name="articles",
        help_text=_("What the article is about; citizens find its relatives by them."),
    )
    related = models.ManyToManyField(
        "self",
        verbose_name=_("related articles"),
        blank=True,
        symmetrical=False,
        related_name="+",
        help_text=_("Shown under the article. Left empty, articles with the same tags are shown."),
    )
    review_on = models.DateField(
        _("check again on"),
        null=True,
        blank=True,
        help_text=_("For texts that grow old, such as opening hours: a reminder appears on the work desk that day."),
    )
    is_featured = models.BooleanField(
        _("featured"), default=False, help_text=_("Show among the featured articles at the top of the home page.")
    )
    featured_position = models.PositiveSmallIntegerField(
        _("position among the featured"),
        default=100,
        help_text=_("Smaller numbers come first; with equal numbers the newest."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.DRAFT,
        editable=False,
        help_text=_("Changed by the buttons under the form."),
    )
    published_at = models.DateTimeField(
        _("publication time"),
        null=True,
        blank=True,
        help_text=_("Left empty, it is the moment of approval. A later time schedules the article."),
    )
    expires_at = models.DateTimeField(
        _("end of publication"),
        null=True,
        blank=True,
        help_text=_("From then on citizens no longer see the article. It is not deleted. Usually left empty."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="articles",
        editable=False,
        help_text=_("The account that created the article."),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        help_text=_("Who sent the article for review; somebody else approves it."),
    )
    is_forced = models.BooleanField(
        _("published urgently"),
        default=False,
        editable=False,
        help_text=_("Published without a second person; somebody else still has to confirm it."),
    )
    withdrawal_notice = MultilineField(
        _("public notice of withdrawal"),
        blank=True,
        editable=False,
        help_text=_("What citizens read at the article's address after it was withdrawn."),
    )
    version = models.PositiveIntegerField(
        _("version"),
        default=1,
        editable=False,
        help_text=_("Rises with every save, so that no save overwrites another."),
    )
    # Only of articles that were in a feed when feeds still named them by their address.
    former_feed_id = LineField(max_length=500, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, help_text=_("When the article was begun."))
    updated_at = models.DateTimeField(_("last change"), auto_now=True, help_text=_("When the article was last saved."))

    author_key = models.GeneratedField(
        verbose_name=_("folded byline"),
        expression=Trim(Func(F("byline"), function="news_fold")),
        output_field=models.TextField(),
        db_persist=True,
        help_text=_("Kept by the database for the pages of authors."),
    )
    # Filled by a trigger; see news/public/search.py.
    terms = SearchVectorField(
        _("words"), null=True, editable=False, help_text=_("Kept by the database for the search.")
    )

    # News: what every list shows. The newsroom, which works on pages too, says every_kind.
    objects = NewsManager()
    every_kind = EveryKindManager()
    with_trashed = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ("-id",)
        permissions = (
            ("review_article", _("Can check articles and return them to their authors")),
            ("publish_article", _("Can approve, publish and withdraw articles")),
            ("force_article", _("Can publish an own article urgently, to be confirmed later")),
        )
        indexes = INDEXES
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="news_article_status_known",
                violation_error_message=_("Unknown status."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug=""),
                name="news_article_title_present",
                violation_error_message=_("An article needs a title."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="news_article_published_has_time",
                violation_error_message=_("A published article needs a publication time."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(published_at__isnull=True)
                | Q(expires_at__gt=F("published_at")),
                name="news_article_expires_after_publication",
                violation_error_message=_("The end of publication must lie after the publication time."),
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover_alt=""),
                name="news_article_cover_has_alt",
                violation_error_message=_("Say in the text alternative what the cover picture shows."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WITHDRAWN) | ~Q(withdrawal_notice=""),
                name="news_article_withdrawn_has_notice",
                violation_error_message=_("A withdrawn article needs a public notice."),
            ),
            # So that whatever asks for what citizens see needs no word about the trash.
            models.CheckConstraint(
                condition=Q(trashed__isnull=True) | Q(status=Status.DRAFT),
                name="news_article_trashed_is_draft",
                violation_error_message=_("Only a draft can be thrown away; what was public is withdrawn."),
            ),
            one_row("news_article"),
            *kinds.CONSTRAINTS,
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.set_slug()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        # Not reversed: that takes 40 µs, and a list of articles names dozens of addresses.
        if self.category_id is None:
            return f"{get_script_prefix()}{self.path}/"
        return f"{get_script_prefix()}{self.category.slug}/{self.slug}-{self.pk}/"

    @property
    def is_page(self) -> bool:
        return self.kind == Kind.PAGE

    @property
    def is_notice(self) -> bool:
        return self.kind == Kind.NOTICE

    @property
    def page_key(self) -> str:
        """What the statistics call its page."""
        return f"{'page' if self.is_page else 'article'}:{self.pk}"

    @property
    def form_address(self) -> str:
        """Where staff write in it."""
        return reverse(f"admin:{kinds.ADMINS[Kind(self.kind)]}_change", args=[self.pk])

    @property
    def list_address(self) -> str:
        """Where staff find it among those of its kind."""
        return reverse(f"admin:{kinds.ADMINS[Kind(self.kind)]}_changelist")

    @property
    def feed_id(self) -> str:
        """What feed readers know the article by, wherever it moves: a tag URI (RFC 4151) of its number.

        Readers that met it under its first address keep that one and show it to nobody twice.
        """
        host = urlsplit(self.commune.origin).hostname
        return self.former_feed_id or f"tag:{host},{timezone.localdate(self.created_at)}:bai-viet/{self.pk}"

    @cached_property
    def author_address(self) -> str:
        """Where the author's articles are listed; empty without a byline."""
        slug = author_slug(self.byline)
        return f"{get_script_prefix()}tac-gia/{slug}/" if slug else ""

    def clean(self) -> None:
        self.set_slug()

    def set_slug(self) -> None:
        """Follow the title until the article has been public; afterwards its address stays. A page keeps what was typed."""
        if self.slug and self.is_page:
            return
        if not self.slug or self.published_at is None or self.status in {Status.DRAFT, Status.REVIEW}:
            self.slug = slugify(self.title)

    def get_state_display(self, at: datetime | None = None) -> str:
        """The status in words, told apart by time: published, scheduled, expired."""
        at = at or believed_now()
        if self.status == Status.PUBLISHED and self.published_at > at:
            return gettext("scheduled")
        if self.has_expired(at):
            return gettext("expired")
        return self.get_status_display()

    def is_past(self, at: datetime | None = None) -> bool:
        """Whether the deadline of a notice lies behind: it holds until the end of its day."""
        return self.deadline_on is not None and self.deadline_on < timezone.localdate(at or believed_now())

    def has_expired(self, at: datetime | None = None) -> bool:
        """Whether it was approved and its time on the portal is over at the moment `at` (default: now)."""
        at = at or believed_now()
        return self.status == Status.PUBLISHED and self.expires_at is not None and self.expires_at <= at

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether a citizen may read it at the moment `at` (default: now)."""
        at = at or believed_now()
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= at
            and (self.expires_at is None or self.expires_at > at)
        )


class FeaturedArticle(Article):
    """The same articles, for the page on which their order at the top of the home page is set."""

    class Meta:
        proxy = True
        verbose_name = _("featured article")
        verbose_name_plural = _("featured articles")
