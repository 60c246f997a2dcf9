"""The page on which the editor runs: a frame of an opaque origin inside the form.

CKEditor 4 writes inline handlers and styles, which the policy of a page that holds a session must not allow. Here they
are allowed: the sandbox takes this page out of the portal's origin, so that what runs in it has no cookie, sees no
other page and can send nothing. The page is the same for everybody. static/js/editor-frame.js, on the form's page,
gives it the text and takes it back.
"""

from __future__ import annotations

from typing import Any

from ckeditor.widgets import CKEditorWidget
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Also on the <iframe> in static/js/editor-frame.js; here they hold for whoever opens the address by itself.
# Modals: the editor asks before it cleans a paste of a word processor.
SANDBOX = ("allow-scripts", "allow-modals")

# 'self' is the address the page came from, though its origin is opaque.
POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": SANDBOX,
    "report-uri": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"],
}

# Scripts of the classic kind: a browser asks for modules in the name of the page's origin, which is nobody here.
OWN_MEDIA = Media(
    css={"all": ["css/editor-content.css", "css/editor-inside.css"]},
    js=["js/editor-panels.js", "js/editor-paste.js", "js/editor-inside.js"],
)


@require_safe
@cache_control(max_age=60)
@csp(POLICY)
def editor_frame(request: HttpRequest) -> HttpResponse:
    """The editor without a text. Nothing in it is secret, and no cookie is read or set."""
    # Added together, Django would weave one list of scripts into the other.
    context = {"editor": CKEditorWidget().media, "media": OWN_MEDIA}
    return HttpResponse(render_to_string("richtext/editor_frame.html", context))
