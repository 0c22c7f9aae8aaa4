"""Addresses of the model adapter."""

from django.urls import path

from apps.llm.api import GenerateView

urlpatterns = [path("llm/generate", GenerateView.as_view(), name="llm-generate")]
