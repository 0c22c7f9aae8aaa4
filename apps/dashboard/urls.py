"""Pages for people."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard import door, views

urlpatterns: list[URLPattern] = [
    path("", door.home, name="home"),
    path("code", door.code, name="sign-in-code"),
    path("sign-out", door.sign_out, name="sign-out"),
    path("forgotten", door.forgotten, name="forgotten"),
    path("password/<str:token>", door.new_password, name="new-password"),
    path("invitation/<str:token>", door.invitation, name="invitation"),
    path("account", door.account, name="account"),
    path("r/<slug:slug>/", views.today, name="today"),
]
