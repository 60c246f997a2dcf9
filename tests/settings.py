"""The portal's settings, with what tests need different."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)

from portal.settings import *
from portal.settings import OWN_HOSTS, STORAGES, VAR_DIR

# No collected files are needed to render a page.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Beside those of a portal that runs from the same checkout.
STATIC_ROOT = VAR_DIR / "static-of-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a test writes is on the next page it asks for.
FRAME_SECONDS = 0
# As Django's test client calls itself.
OWN_HOSTS = [*OWN_HOSTS, "testserver"]
# As behind a proxy, whatever PORT is.
PUBLIC_URL = "http://localhost"
