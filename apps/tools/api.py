"""`POST /tools/<name>`: the same call a live call makes in process, for a signed-in user or a machine."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from pydantic import BaseModel, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import audit, problems
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest.schema import conflict
from apps.calls import services as calls
from apps.calls.models import Call
from apps.tools.registry import TOOLS, Arguments, Tool, ToolContext, ToolError, Yes, flat_schema


class ToolView(RestaurantAPIView):
    """What all tools do over HTTP; `views` makes one of it for each."""

    tool: Tool | None = None
    http_method_names = ("post", "options")

    def post(self, request: Request) -> Response:
        assert self.tool is not None
        if not isinstance(request.data, dict):
            return _problem(400, "The arguments are a JSON object.")
        arguments: dict[str, Any] = dict(request.data)
        call_id = arguments.pop("call_id", None)
        try:
            call = _Named.model_validate({"call_id": call_id}).call_id
            checked = self.tool.check(arguments)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            return _problem(400, f"The arguments do not fit {self.tool.name}.", details)
        with transaction.atomic():  # the deed and its audit entry together; a refusal may leave a ticket behind
            try:
                answer = self.tool.perform(self._context(request, checked, call=call), checked)
            except ToolError as refusal:
                return _problem(409, str(refusal))
            self._audit(request, answer)
        return Response(answer)

    def _context(self, request: Request, checked: Arguments, *, call: UUID | None) -> ToolContext:
        """Without a live call the signed-in user is the yes, and the order says so.

        A call that is named is linked when it is this restaurant's. It lends its caller's number, never its
        cart nor its yes: those belong to the call alone.
        """
        version = getattr(checked, "confirm_version", None)
        yes = Yes(version=version, said_at_ms=None, by=self.grant.by) if version is not None else None
        row = Call.objects.filter(pk=call).first() if call else None
        user = f"user:{self.grant.by}"
        once = request.headers.get("Idempotency-Key") or str(uuid4())
        return ToolContext(
            place=self.place,
            now=timezone.now(),
            key=calls.fitting(f"{user}:{row.pk}" if row else user),
            cause=calls.fitting(f"{user}:{once}"),
            by=self.grant.by,
            call_id=row.pk if row else None,
            caller_number=row.from_number if row else "",
            yes=yes,
        )

    def _audit(self, request: Request, answer: dict[str, Any]) -> None:
        """Who confirmed, cancelled or sent without a caller's word is on record."""
        assert self.tool is not None
        if self.tool.effect == "read" or answer.get("status") in ("quoted", "held"):
            return
        audit.record(
            f"tools.{self.tool.name}",
            actor=self.grant.by,
            place=self.place,
            subject=str(answer.get("reference") or answer.get("number") or answer.get("id") or ""),
            address=audit.address_of(request._request),
            after={"status": answer.get("status", "")},
        )


class _Named(BaseModel):
    """The call a request may name beside the tool's arguments."""

    call_id: UUID | None = None


def _problem(status: int, detail: str, errors: Any = None) -> Response:
    body = problems.document(status, detail, errors)
    return Response(body, status=status, content_type=problems.CONTENT_TYPE)


def views() -> list[tuple[str, Any]]:
    """Name and view of every tool that has an address."""
    return [(each.name, _view(each)) for each in TOOLS.values() if not each.live_only]


def _view(tool: Tool) -> Any:
    """A class of its own, so that the documentation can tell the tools apart."""
    body = flat_schema(tool.arguments)
    body["properties"] = {**body["properties"], "call_id": {"type": ["string", "null"], "format": "uuid"}}
    described = extend_schema(
        tags=["tools"],
        operation_id=f"tools_{tool.name}",
        summary=tool.description.split("\n\n")[0].replace("\n", " "),
        request={"application/json": body},
        responses={200: OpenApiTypes.OBJECT, 409: conflict("A refusal that may be spoken", "We are closed then.")},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                location=OpenApiParameter.HEADER,
                description="Names the request: sent again, it makes nothing twice.",
            )
        ],
    )
    view: Any = type(f"{tool.name}_view", (ToolView,), {"tool": tool, "permission": tool.permission})
    return extend_schema_view(post=described)(view).as_view()
