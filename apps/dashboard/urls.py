"""Pages for people."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("r/<slug:slug>/", views.today, name="today"),
]
