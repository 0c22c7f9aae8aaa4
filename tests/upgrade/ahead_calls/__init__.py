"""The real migrations of `apps.calls`, and one more."""

from apps.calls import migrations

__path__ = [*migrations.__path__, *__path__]
