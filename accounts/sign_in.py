"""Signing in."""

from django.http import HttpRequest

from serving.clientaddress import client_address


def login_address(request: HttpRequest) -> str:
    """The address that counts failed sign-ins; forged headers do not change it."""
    return str(client_address(request.META))
