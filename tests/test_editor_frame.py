"""The page the editor runs on: what it may do, and that it is the only one that may."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = pytest.mark.django_db


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def test_the_policy_lets_it_run_and_nothing_leave(client):
    answer = client.get(reverse("richtext:editor_frame"))

    assert directives(answer["Content-Security-Policy"]) == {
        "default-src": "'none'",  # no connection, no frame, no font, no worker
        "script-src": "'self' 'unsafe-inline'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-scripts allow-modals",
        "report-uri": "/bao-csp/",
    }


def test_it_is_the_same_for_everybody_and_knows_nobody(client, admin_client, django_assert_num_queries):
    address = reverse("richtext:editor_frame")
    client.get(address)  # the hosts are read once
    with django_assert_num_queries(0):
        stranger = client.get(address)
    person = admin_client.get(address)

    assert stranger.content == person.content
    assert not stranger.cookies and not person.cookies
    assert "csrf" not in stranger.text


def test_its_scripts_are_of_the_kind_that_an_opaque_origin_may_load(client):
    page = client.get(reverse("richtext:editor_frame")).text
    scripts = re.findall(r'<script[^>]* src="/static/([^"]+)"[^>]*>', page)

    assert "ckeditor/ckeditor/ckeditor.js" in scripts
    assert 'type="module"' not in page
    for name in scripts:
        assert finders.find(name), name
