"""What lies in the trash is seen there and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from library.documents import store_document
from news.drafts import autosaves
from news.models import Attachment, Category, Status
from news.models.sharing import ShareLink, digest_of
from tests.communes.factories import make_commune
from tests.communes.test_canary import HERE, THERE, address_of, asked, client_of, every_address, fill
from tests.news.factories import make_article, make_picture, make_tag
from tests.pages.factories import make_page
from tests.polls.factories import make_poll
from trash.rows import KeptManager, TrashKey
from trash.throwing import throw_away

pytestmark = pytest.mark.django_db

TRASHABLE = [
    model
    for model in apps.get_models()
    if not model._meta.proxy and any(isinstance(field, TrashKey) for field in model._meta.local_fields)
]
# Django's own pages of one row of what is not thrown away.
OF_OTHERS = re.compile(r"quan-tri/(?!news/article|pages|polls/poll/|library|trash).*<path:object_id>")


@pytest.mark.parametrize("model", TRASHABLE, ids=lambda model: model._meta.label)
def test_every_manager_leaves_out_the_trash_unless_it_names_it(model):
    managers = {manager.name: manager for manager in model._meta.managers}

    plain = {name for name, manager in managers.items() if not isinstance(manager, KeptManager)}

    assert plain == {"with_trashed"}
    assert isinstance(model._default_manager, KeptManager)


@pytest.mark.parametrize("model", TRASHABLE, ids=lambda model: model._meta.label)
def test_nothing_in_the_trash_holds_a_place(model):
    unique = [
        constraint
        for constraint in model._meta.constraints
        if not isinstance(constraint, models.CheckConstraint) and not constraint.name.endswith("_one_row_in_trash")
    ]

    assert [one.name for one in unique if "trashed__isnull" not in str(one.condition)] == []


@pytest.mark.parametrize("role", ["citizen", "superuser"])
def test_no_address_says_a_word_of_what_lies_in_the_trash(settings, role):
    settings.FRAME_SECONDS = 600
    commune = make_commune("o-day.vn", name=f"Xã {HERE}", slug=HERE)
    world = fill(commune, HERE)
    chief = world["people"]["superuser"]
    word = THERE
    picture = make_picture(commune=commune, alt=word, caption=word)
    texts = {"title": f"Bài {word}", "summary": word, "body": f"<p>{word}</p>", "byline": word.title()}
    category = world["rows"][Category]
    draft = make_article(
        **texts, category=category, author=chief, status=Status.DRAFT, cover=picture, cover_alt=word, is_featured=True
    )
    draft.tags.add(make_tag(f"{HERE} hai", commune=commune, is_story=True))
    document = store_document(
        SimpleUploadedFile(f"{word}.pdf", b"%PDF-1.7 " + word.encode()), commune, chief, title=word
    )
    Attachment.objects.create(article=draft, document=document, title=word)
    autosaves.keep(chief, draft, {"title": word}, draft.version)
    ShareLink.objects.create(
        article=draft, recipient=word, digest=digest_of("x"), created_by=chief, expires_at=timezone.now()
    )
    page = make_page(f"Trang {word}", commune=commune, author=chief, slug=f"trang-{word}", status=Status.DRAFT)
    poll = make_poll(commune=commune, title=f"Hỏi {word}", choices=(word, f"Không {word}"))
    kinds = {draft: "news.article", page: "pages.page", poll: "polls.poll"}
    kinds |= {picture: "library.picture", document: "library.document"}
    for row, kind in kinds.items():
        throw_away(row, kind, chief, word)
    client = client_of(world, role)

    world["rows"] |= {type(row): row for row in kinds}
    world["slug"] = draft.slug
    found, shown = [], 0
    for route in every_address(role):
        if OF_OTHERS.search(route):
            continue
        address = address_of(route, world)
        response = asked(client, address)
        said = response.said.replace(address, "")
        shown += HERE in said
        if response.status_code >= 500:
            found.append(f"{response.status_code} {address}")
        if word in said and "/trash/" not in address:
            found.append(address)

    assert found == []
    assert shown > 20
    if role == "superuser":
        assert word in asked(client, "/quan-tri/trash/trashitem/").said
