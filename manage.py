#!/usr/bin/env python
"""Loman's commands. Those that need a database have the embedded one while they run."""

from __future__ import annotations

import os
import sys

WITHOUT_DATABASE = {"help", "--help", "version", "--version", "makemessages", "compilemessages", "collectstatic"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        if not _configured() and command not in WITHOUT_DATABASE:
            from loman.embedded import keeper

            keeper.hold()
    except (RuntimeError, ImproperlyConfigured) as error:  # sentences for whoever typed the command
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


def _configured() -> bool:
    """Whether both servers are somebody else's. `.env` counts, so the settings are asked."""
    from loman import settings

    return bool(settings.env.str("DATABASE_URL", default="") and settings.env.str("REDIS_URL", default=""))


if __name__ == "__main__":
    main()
