"""Fall-backs as an ordered list of `provider/model` or `provider/voice`: who is asked when the one before fails."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import QueryDict

from apps.dashboard.settings import moving, vendors
from apps.dashboard.settings.forms import Field, Text

Link = tuple[str, str]
"""Provider, and which of its models or voices."""


def chain(name: str, label: Text, *, known: Collection[str], choice: Text, last: Text, hint: Text = "") -> Field:
    """`choice` says what is chosen of a provider, `last` who is asked in the end whatever is chosen. Its rows are sent
    as `<name>_provider` and `<name>_choice`."""
    offered = [each for each in sorted(known) if each != "embedded"]

    def sent_rows(sent: QueryDict) -> moving.Moved[Link]:
        pairs = zip(sent.getlist(f"{name}_provider"), sent.getlist(f"{name}_choice"), strict=False)
        given = [(provider.strip(), one.strip()) for provider, one in pairs]
        return moving.moved(name, given, sent, made=lambda _what: ("", ""))

    def read(sent: QueryDict) -> list[str]:
        return ["/".join(filter(None, row)) for row in sent_rows(sent).rows if any(row)]

    def show(value: Any) -> dict[str, Any]:
        links = [str(each).partition("/") for each in value or ()]
        return shown(moving.Moved([(provider, one) for provider, _, one in links]))

    def again(sent: QueryDict) -> dict[str, Any]:
        return shown(sent_rows(sent))

    def shown(moved: moving.Moved[Link]) -> dict[str, Any]:
        return {
            "rows": [
                {"provider": provider, "choice": one, "who": vendors.name(provider), "on": moved.focus(at)}
                for at, (provider, one) in enumerate(moved.rows)
            ],
            "providers": [(each, vendors.NAMES.get(each, each)) for each in offered],
            "choice": choice,
            "last": last,
        }

    return Field(name, label, "chain", hint=hint, read=read, show=show, again=again, is_wide=True)
