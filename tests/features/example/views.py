from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from serving.publiccache import public_page


@require_safe
@public_page
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Trang ví dụ")
