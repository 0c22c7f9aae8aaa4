"""What is mounted below a restaurant's pages: the admin of its own tables (`loman.administration`)."""

from __future__ import annotations

from django.urls import path

from loman import administration

urlpatterns = [path("admin/", administration.INSIDE.urls)]
