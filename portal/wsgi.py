"""The WSGI application that granian serves: patience with slow clients, files, visitor count, page cache, Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django_application = get_wsgi_application()

from django.conf import settings

from portal.files import with_files
from portal.pagecache import PageCache
from portal.server import end_with_parent
from portal.slow_clients import sparing, with_own_threads
from publiccache import PUBLIC_PARAMETERS
from visitors import background
from visitors.beacon import counting

application = sparing(
    with_files(
        counting(
            PageCache(
                with_own_threads(django_application, settings.THREADS),
                enabled=settings.PAGE_CACHE,
                known_parameters=PUBLIC_PARAMETERS,
                bypass_cookies={settings.SESSION_COOKIE_NAME},
                # Staff and voters see the present.
                bypass_prefixes=("/quan-tri/", "/nhip"),
            )
        )
    )
)

# Only here: a management command or a test must not count in the background.
background.allow()
end_with_parent()
