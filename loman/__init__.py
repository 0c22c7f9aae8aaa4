"""Loman: settings, addresses and the ways in (ASGI, Celery)."""

from loman.celery import app as celery_app

__all__ = ["celery_app"]
