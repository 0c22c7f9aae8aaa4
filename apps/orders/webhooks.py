"""What a payment provider tells us over HTTP. The address names the restaurant; its own secret signs the body."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from apps.orders import payments
from apps.orders.paying import Forged
from apps.restaurant import services as restaurant
from apps.tenants import scope

log = logging.getLogger(__name__)
THANKS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Thank you</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Thank you</h1><p>Your payment is on its way to the restaurant. You can close this page.</p></body></html>"""


@csrf_exempt
@require_POST
def pay(request: HttpRequest, provider: str, slug: str) -> HttpResponse:
    """News of a payment. Repeated, late and out of order it changes nothing."""
    place = scope.find_by_slug(slug)
    if place is None:
        return _no(404)
    with scope.enter(place):
        vendor = payments.provider(provider, restaurant.settings())
        if vendor is None:
            return _no(404)
        try:
            news = vendor.read_webhook(body=request.body, headers=request.headers, now=timezone.now())
        except Forged as why:
            log.warning("payment webhook refused", extra={"event": "payment.forged", "error": str(why)})
            return _no(400)
        if news is not None:
            payments.settle(provider, news, place=place, now=timezone.now())
    return HttpResponse(status=204)


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Where the provider sends a guest who has paid."""
    return HttpResponse(THANKS)


def _no(status: int) -> HttpResponse:
    return HttpResponse("No.", status=status, content_type="text/plain")
