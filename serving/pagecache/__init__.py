"""A small shared HTTP cache inside the process, in front of any WSGI application.

What is kept: answers to GET with status 200, 301, 308, 404 or 410 that say `Cache-Control: public`
with an age, and nothing personal (no Set-Cookie, private, no-store or no-cache, no Vary beyond
Accept-Encoding). HEAD and conditional requests are answered from them. Whoever sends a session
cookie, Authorization or Range is not looked at, and neither is any path under `bypass_prefixes`.

A page to be shared does not depend on who asks. It is asked for with a request that carries no cookie and
no query parameter beyond `known_parameters`; host, scheme, path and those parameters are the whole
key. So nothing a visitor sends beside the key can get into a page another sees, and neither junk
parameters nor their order make a second entry. The promise a view makes by saying `public` is that
its page depends on nothing else; a view that reads another parameter must not say `public`, or the
parameter must be known.

If the answer turns out not to be shared, it is thrown away and the request goes to the application
as it came, with every cookie and parameter; for five seconds further requests for that address go
there directly, in parallel. Only that first GET is thus made twice, and only if there was something
to leave out, or a page was shared until then. A path where even that must not happen (a counter) belongs in `bypass_prefixes`.

Answers carry `Cache-Status` (RFC 9211): `hit`; `fwd=uri-miss; stored` (`fwd=stale` when an older
page was there); `collapsed` in place of `stored` for who waited for another's render; and for old pages a negative `ttl` with
`detail=stale-while-revalidate` or `detail=stale-if-error`. An answer without it came straight from
the application.
"""

from serving.pagecache.layer import PageCache
from serving.pagecache.renders import ENVIRON_KEY

__all__ = ["ENVIRON_KEY", "PageCache"]
