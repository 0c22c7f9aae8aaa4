"""Addresses of the model adapter."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
