"""Clients for tests that ask thousands of times."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client


class Asker(Client):
    """A client that looks at answers alone: Django's own copies the context of every template for the test.

    It sends the cookies it was given at first, and an error of the portal is its answer 500.
    """

    is_body_read = False  # whether the portal looked into the body of the last request

    def request(self, **request: Any) -> HttpResponse:
        environ = self._base_environ(**request)
        response = self.handler(environ)
        self.is_body_read = environ["wsgi.input"].read_started
        return response


class AskerWithCookies(Asker):
    """One that keeps the cookies it is given and can follow to where an answer leads, as a browser does."""

    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        response.request = request
        self.cookies.update(response.cookies)
        return response
