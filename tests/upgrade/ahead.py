"""Settings of a Loman that is one migration ahead of this code: what the tests and the bench upgrade to."""

from loman.settings import *  # noqa: F403  # settings are taken over whole

MIGRATION_MODULES = {"calls": "tests.upgrade.ahead_calls"}
