"""What HTTP answers are counted by: how many of each view, with what outcome, and how long they took."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_prometheus.middleware import PrometheusAfterMiddleware
from django_prometheus.utils import Time, TimeSince


class Answers(PrometheusAfterMiddleware):  # type: ignore[misc]  # django-prometheus has no types
    """django-prometheus' own, without what no operator asks of a server whose addresses all speak one language: by
    letter case, transport, template and size. That took a tenth of a list's time."""

    def process_request(self, request: Any) -> None:
        request.prometheus_after_middleware_event = Time()  # where the library looks for it

    def process_view(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        return None

    def process_template_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        of = {"view": self._get_view_name(request), "method": self._method(request)}
        self.metrics.responses_by_status_view_method.labels(status=str(response.status_code), **of).inc()
        began = getattr(request, "prometheus_after_middleware_event", None)
        if began is not None:
            self.metrics.requests_latency_by_view_method.labels(**of).observe(TimeSince(began))
        return response
