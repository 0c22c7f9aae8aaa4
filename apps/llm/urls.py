"""Addresses of the model adapter."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.llm.api import GenerateView

urlpatterns: list[URLPattern] = [path("llm/generate", GenerateView.as_view(), name="generate")]
