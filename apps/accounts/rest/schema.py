"""What the OpenAPI document says of every operation: who may ask, which problems may come back, which headers count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

JSON = dict[str, Any]
ALWAYS = {
    "401": "No access token or API key, or one that is not valid any more.",
    "403": "The role does not allow this, or the restaurant is suspended.",
    "406": "Only JSON is served.",
    "429": "Too many requests: `Retry-After` says when to come again.",
}
WITH_BODY = {"400": "Something of what was sent does not fit; `errors` says what.", "413": "The body is too large.",
             "415": "Only JSON is taken."}  # fmt: skip
OPEN = ("/api/v1/auth/",)


class BearerToken(OpenApiAuthenticationExtension):
    """An access token, or an API key of the restaurant."""

    target_class = "apps.accounts.access.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> JSON:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT or lmk_…"}


class KnownFields(OpenApiSerializerExtension):
    """What refuses fields it does not know says so."""

    target_class = "apps.accounts.rest.taken.KnownFieldsOnly"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> JSON:
        schema: JSON = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return schema | {"additionalProperties": False}


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem document."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    errors: Any = serializers.JSONField(help_text="By field, where the input was at fault.")  # fields have them too


def conflict(why: str, example: str) -> OpenApiResponse:
    """409 of one operation, with a sentence it may say."""
    problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": example, "errors": []}
    examples = [OpenApiExample(why, value=problem, response_only=True, status_codes=["409"])]
    return OpenApiResponse(Problem, description=why, examples=examples)


def deed(
    *,
    tag: str,
    summary: str,
    shows: type[serializers.BaseSerializer[Any]],
    asks: type[serializers.BaseSerializer[Any]] | None = None,
    example: JSON | None = None,
    refuses: str = "",
) -> Callable[[Any], Any]:
    """Describe the `POST` of a view: what it asks for and shows, and a sentence it may refuse with (409)."""
    responses: dict[int, Any] = {200: shows}
    if refuses:
        responses[409] = conflict("As things stand it cannot be done", refuses)
    examples = [OpenApiExample("For instance", value=example, request_only=True)] if example else []
    described = extend_schema(tags=[tag], summary=summary, request=asks, examples=examples, responses=responses)
    return extend_schema_view(post=described)


def tell_of_problems(result: JSON, generator: Any, request: Any, public: bool) -> JSON:
    """drf-spectacular's hook: the answers that views do not declare because all of them give them."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status, why in _problems(path, operation).items():
                operation["responses"].setdefault(status, _problem(why))
            _as_problems(operation)
            if path.startswith("/api/v1/") and not path.startswith(OPEN):
                _conditional(method, operation)
    return result


def _problems(path: str, operation: JSON) -> dict[str, str]:
    found = dict(ALWAYS)
    parameters = operation.get("parameters", ())
    if "requestBody" in operation:
        found |= WITH_BODY
    if any(each["in"] == "query" for each in parameters):
        found |= {"400": WITH_BODY["400"], "404": "There is no such page."}
    if "{" in path:
        found["404"] = "There is no such thing in this restaurant."
    return found


def _problem(why: str) -> JSON:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": why, "content": {"application/problem+json": {"schema": schema}}}


def _as_problems(operation: JSON) -> None:
    """Whatever is no success is a problem document, also where a view declares it."""
    for status, response in operation["responses"].items():
        if status >= "4" and "application/json" in response.get("content", ()):
            response["content"] = {"application/problem+json": response["content"]["application/json"]}


def _conditional(method: str, operation: JSON) -> None:
    """Entity tags: sent with what is read, and asked for before what is changed."""
    parameters = operation.setdefault("parameters", [])
    if method == "get":
        operation["responses"]["304"] = {"description": "What `If-None-Match` names is still what there is."}
        parameters.append(_header("If-None-Match", "The `ETag` of what you have."))
    elif method in ("patch", "put", "delete") and "412" not in operation["responses"]:
        operation["responses"]["412"] = _problem("It was changed since the version that `If-Match` names.")
        parameters.append(_header("If-Match", "The `ETag` of what you saw: refused when it was changed since."))


def _header(name: str, why: str) -> JSON:
    return {"in": "header", "name": name, "schema": {"type": "string"}, "description": why}
