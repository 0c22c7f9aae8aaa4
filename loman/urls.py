"""Every HTTP address; each room brings its own."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.dashboard import door
from loman import administration, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.alive, name="health"),
    path("health/ready", health.ready, name="ready"),
    path("favicon.ico", RedirectView.as_view(url=static("dashboard/icon.svg"))),
    path("metrics", health.metrics, name="metrics"),
    path("", include("apps.accounts.urls")),
    path("", include("apps.calls.urls")),
    path("", include("apps.llm.urls")),
    path("", include("apps.menu.urls")),
    path("", include("apps.tools.urls")),
    path("", include("apps.outbox.urls")),
    path("", include("apps.restaurant.urls")),
    path("", include("apps.orders.urls")),
    path("", include("apps.reservations.urls")),
    path("", include("apps.voice.urls")),
    path("", include("apps.privacy.urls")),
    path(
        "api/schema",
        SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]),
        name="schema",
    ),
    path(
        "api/docs",
        SpectacularSwaggerSplitView.as_view(url_name="schema", permission_classes=[], authentication_classes=[]),
        name="docs",
    ),
    path("admin/login/", door.from_admin),  # one door: its throttle and second factor count here too
    path("admin/", administration.PUBLIC.urls),
    path("", include("apps.dashboard.urls")),
]

handler400 = "apps.accounts.problems.bad_request"
handler403 = "apps.accounts.problems.forbidden"
handler404 = "apps.accounts.problems.not_found"
handler500 = "apps.accounts.problems.server_error"
