"""The Celery application: it only tells workers that the outbox has something for them."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")

app = Celery("loman")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["apps.outbox"])
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "outbox.sweep", "schedule": 5.0},
    "write down daily work": {"task": "outbox.days", "schedule": 600.0},
}
