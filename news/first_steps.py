"""What a new portal needs of the news: categories, a second person who publishes, a first article."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from news import rights
from news.models import Article, Category, Status
from section import FirstStep, Offer
from trail.recording import Kind, record
from vietnamese import format_number

# What portals of communes and wards have: name, and the sentence below it.
CATEGORIES = (
    ("Tin tức – Sự kiện", "Tin về hoạt động của Đảng ủy, Hội đồng nhân dân, Ủy ban nhân dân và đời sống ở địa phương."),
    ("Chính trị – Xây dựng Đảng", "Nghị quyết, học tập, công tác cán bộ và hoạt động của các chi bộ."),
    ("Kinh tế", "Sản xuất, kinh doanh, đất đai, xây dựng và đầu tư trên địa bàn."),
    ("Văn hóa – Xã hội", "Giáo dục, y tế, chính sách xã hội, văn hóa, thể thao và gương người tốt việc tốt."),
    ("An ninh – Quốc phòng", "An ninh trật tự, tuyển quân, phòng cháy chữa cháy và phòng chống thiên tai."),
    ("Chuyển đổi số", "Dịch vụ công trực tuyến, tổ công nghệ số cộng đồng và kỹ năng số cho người dân."),
    ("Mặt trận và đoàn thể", "Hoạt động của Mặt trận Tổ quốc và các tổ chức chính trị – xã hội."),
    ("Thông báo", "Lịch làm việc, lịch cắt điện, cắt nước, mời họp và các thông báo cần biết."),
)


def first_steps(user: AbstractUser) -> list[FirstStep]:
    """The steps of the news in the commune `user` works for."""
    commune = user.commune
    categories = Category.objects.of(commune).count()
    publishing = rights.publishers(commune).count()
    published = Article.objects.of(commune).published().count()
    drafts = Article.objects.of(commune).filter(status__in=[Status.DRAFT, Status.REVIEW]).count()
    return [
        FirstStep(
            place=20,
            title=_("Categories"),
            why=_("Every article stands in one; they make the menu until you arrange it."),
            address=reverse("admin:news_category_changelist"),
            is_done=categories > 0,
            state=ngettext("%(count)s category", "%(count)s categories", categories) % _count(categories),
            offer=None
            if categories or not user.has_perm("news.add_category")
            else Offer(_("Create these categories"), [name for name, _text in CATEGORIES], create_categories),
        ),
        FirstStep(
            place=30,
            title=_("Colleagues"),
            why=_("One account for each person; they set their passwords themselves, by a link in a mail."),
            address=reverse("admin:accounts_user_add"),
            is_done=publishing > 1,
            state=_state_of_people(publishing),
        ),
        FirstStep(
            place=50,
            title=_("The first article"),
            why=_("Citizens find something on the first day."),
            address=reverse("admin:news_article_add"),
            is_done=published > 0,
            state=gettext("%(published)s published, %(drafts)s in work")
            % {"published": format_number(published), "drafts": format_number(drafts)},
        ),
    ]


def create_categories(request: HttpRequest) -> None:
    """Create CATEGORIES in the commune one works for, where there is none yet."""
    if not request.user.has_perm("news.add_category"):
        raise PermissionDenied
    with transaction.atomic():
        commune = Commune.objects.select_for_update().get(pk=request.commune.pk)  # of two presses, one finds none
        if Category.objects.of(commune).exists():
            return
        for position, (name, description) in enumerate(CATEGORIES, start=1):
            category = Category(commune=commune, name=name, description=description, position=position)
            category.full_clean()
            category.save()
            record(Kind.ADD, request, about=category)


def _state_of_people(publishing: int) -> str:
    if publishing > 1:
        return ngettext("%(count)s person publishes", "%(count)s people publish", publishing) % _count(publishing)
    return gettext(
        "You can publish what you write yourself, as nobody else publishes here. Four eyes begin with the second person: "
        "from then on another one than the writer approves."
    )


def _count(number: int) -> dict[str, str]:
    return {"count": format_number(number)}
