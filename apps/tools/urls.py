"""Addresses of the tools."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
