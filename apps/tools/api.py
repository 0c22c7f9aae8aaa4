"""`POST /tools/<name>`: the same call a live call makes in process, for a signed-in user or a machine."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from pydantic import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import problems
from apps.accounts.api_access import RestaurantAPIView
from apps.tools.registry import TOOLS, Tool, ToolContext, ToolError, Yes


class ToolView(RestaurantAPIView):
    """One view for all tools; `as_view(tool=…, permission=…)` makes it one of them."""

    tool: Tool | None = None
    http_method_names = ("post", "options")

    def post(self, request: Request) -> Response:
        assert self.tool is not None
        arguments: Any = request.data
        if not isinstance(arguments, dict):
            return _problem(400, "The arguments are a JSON object.")
        arguments = {key: value for key, value in arguments.items() if key != "call_id"}
        try:
            return Response(self.tool.run(self._context(arguments), arguments))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            return _problem(400, f"The arguments do not fit {self.tool.name}.", details)
        except ToolError as refusal:
            return _problem(409, str(refusal))

    def _context(self, arguments: dict[str, Any]) -> ToolContext:
        """Without a live call the signed-in user is the yes, and the order says so."""
        version = arguments.get("confirm_version")
        yes = Yes(version=version, said_at_ms=None, by=self.grant.by) if isinstance(version, int) else None
        return ToolContext(
            place=self.place, now=timezone.now(), key=f"user:{self.grant.by}"[:120], by=self.grant.by, yes=yes
        )


def _problem(status: int, detail: str, errors: Any = None) -> Response:
    body = problems.document(status, detail, errors)
    return Response(body, status=status, content_type=problems.CONTENT_TYPE)


def views() -> list[tuple[str, Any]]:
    """Name and view of every tool that has an address."""
    return [
        (each.name, ToolView.as_view(tool=each, permission=each.permission))
        for each in TOOLS.values()
        if not each.live_only
    ]
