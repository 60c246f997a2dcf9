"""The WSGI application that granian serves: the visitor count, the page cache, and Django behind them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django_application = get_wsgi_application()

from django.conf import settings

from portal.pagecache import PageCache
from portal.server import end_with_parent
from publiccache import PUBLIC_PARAMETERS
from visitors import background
from visitors.beacon import counting

application = counting(
    PageCache(
        django_application,
        enabled=settings.PAGE_CACHE,
        known_parameters=PUBLIC_PARAMETERS,
        bypass_cookies={settings.SESSION_COOKIE_NAME},
        # Files are served as they are, staff and voters see the present.
        bypass_prefixes=("/static/", "/media/", "/quan-tri/", "/nhip"),
    )
)

# Only here: a management command or a test must not count in the background.
background.allow()
end_with_parent()
