"""Passwords for tests: of the kind an installation keeps, at next to no cost. In earnest one takes a fifth of a second,
as it shall, and the tests sign in a thousand times."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickHasher(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
