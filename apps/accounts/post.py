"""E-mail about accounts. It leaves from a thread: a slow mail server must not hold a request, nor tell who exists.

A mail that is lost with its process is asked for again by whoever waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest

log = logging.getLogger(__name__)
_postmen = ThreadPoolExecutor(2, thread_name_prefix="post")

RESET = """Somebody asked to set a new password for {email} at Loman.

Open this page within an hour to choose one:
{link}

If it was not you, do nothing: the password stays as it is.
"""
CHANGED = """The password of {email} at Loman was changed just now, and every other device was signed out.

If it was not you, set a new one at once:
{link}
"""
INVITED = """{inviter} asks you to join {restaurant} at Loman, which answers the restaurant's phone.

Open this page within seven days to accept:
{link}
"""


def send(*, to: str, subject: str, text: str) -> None:
    """When the transaction is through, and not in this thread."""
    transaction.on_commit(lambda: _hand_over(partial(_send, to=to, subject=subject, text=text)))


def link(request: HttpRequest, path: str) -> str:
    """At the configured public address; while developing at the one that was asked (ALLOWED_HOSTS checks it)."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def _hand_over(work: Callable[[], None]) -> None:
    _postmen.submit(work)


def _send(*, to: str, subject: str, text: str) -> None:
    try:
        send_mail(subject, text, None, [to])
    except Exception:  # the thread's last line of defence: nobody looks at its future
        log.exception("mail not sent", extra={"event": "mail.failed", "subject": subject})
