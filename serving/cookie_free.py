"""Keeping public pages free of cookies."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse


def cookie_free(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Separate citizens, whose pages may be shared, from staff, whose pages may not.

    Without a session cookie the visitor is anonymous by definition: saying so here keeps
    `request.user` from opening the session, which would add `Vary: Cookie` to the page. With one,
    nothing of the response may enter a shared cache.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.user = AnonymousUser()
            return get_response(request)
        response = get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return middleware
