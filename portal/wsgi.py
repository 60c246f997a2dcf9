"""The WSGI application that granian serves: patience with slow clients, files, visitor count, page cache, Django."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django_application = get_wsgi_application()

from django.conf import settings
from django.urls import reverse

from communes.hosts import commune_number
from operation.health import answering_health
from operation.sentry import report_mistakes
from portal.request_rules import is_repeatable, largest_body
from running.postgresql.base import limit_statements
from section import public_parameters
from serving import metrics
from serving.accesslog import with_access_log
from serving.clientaddress import believing_proxies
from serving.clients.slow_clients import sparing
from serving.files.layer import with_files
from serving.pagecache import PageCache
from serving.repeating import with_own_threads
from serving.server import STATEMENT_TIMEOUT, end_with_parent
from upkeep import background as upkeep_background
from visitors.counting import background
from visitors.counting.beacon import counting

# Seconds until a thread that computes lets another on: a page from memory waits for a page that is
# rendered, seldom the other way round.
sys.setswitchinterval(0.001)

# Signals of open pages, of which each must be counted.
beacons = (reverse("visitors:beacon"), reverse("visitors:image"))
requests = metrics.Requests(beacons)
page_cache = PageCache(
    requests.asking_django(with_own_threads(django_application, settings.THREADS, is_repeatable=is_repeatable)),
    enabled=settings.PAGE_CACHE,
    owner_of=commune_number,
    known_parameters=public_parameters(),
    bypass_cookies={settings.SESSION_COOKIE_NAME},
    bypass_prefixes=(reverse("admin:index"), *beacons),
)
application = sparing(with_files(counting(page_cache)), largest_body=largest_body)
if settings.METRICS_PORT:
    metrics.Reporter(requests, page_cache.stats).start()
    application = requests.counted(application)
# Around all others: the scheme is part of the cache's keys.
application = believing_proxies(with_access_log(answering_health(application), settings.ACCESS_LOG))

# Only here: a management command may take long, and neither it nor a test does anything in the background.
limit_statements(STATEMENT_TIMEOUT)
report_mistakes()
background.allow()
upkeep_background.start()
end_with_parent()
