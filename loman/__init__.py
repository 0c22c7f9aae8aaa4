"""Loman: settings, addresses and the ways in (ASGI, Celery)."""
