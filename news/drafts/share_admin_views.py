"""Sharing a draft: creating links, seeing answers, switching links off."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from news import rights
from news.models import Article, ShareLink, digest_of, new_token
from news.newsroom.requests import workable_article
from textfields import LineFormField


class ShareForm(forms.Form):
    recipient = LineFormField(
        label=_("For whom"), max_length=120, help_text=_("Name and office, for example: ông Lương Văn Khải, Chủ tịch.")
    )
    days = forms.IntegerField(
        label=_("Works for how many days"), min_value=1, max_value=30, initial=7, help_text=_("At most 30.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share_links(request: HttpRequest, pk: int) -> HttpResponse:
    """The article's links and their answers; a new link is shown once, only its digest is stored."""
    article = workable_article(request, pk, may=rights.may_share)
    form = ShareForm(request.POST or None)
    address = None
    if request.method == "POST" and form.is_valid():
        token = new_token()
        ShareLink.objects.create(
            article=article,
            recipient=form.cleaned_data["recipient"],
            digest=digest_of(token),
            expires_at=timezone.now() + timedelta(days=form.cleaned_data["days"]),
            created_by=request.user,
        )
        address = request.build_absolute_uri(reverse("news:shared_article", args=[token]))
        form = ShareForm()
    context = admin.site.each_context(request) | {
        "title": _("Share the draft"),
        "subtitle": article.title,
        "article": article,
        "form": form,
        "address": address,
        "links": article.share_links.select_related("created_by"),
        "now": timezone.now(),
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/share.html", context)


@require_POST
def share_revoke(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    article = workable_article(request, pk, may=rights.may_share)
    found = get_object_or_404(article.share_links, pk=link)
    found.revoked_at = found.revoked_at or timezone.now()
    found.save(update_fields=["revoked_at"])
    messages.success(request, gettext("The link no longer works."))
    return redirect("admin:news_article_share", pk)
