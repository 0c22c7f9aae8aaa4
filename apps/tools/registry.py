"""A tool is a function: its name is the URL's last part, its docstring is what the model reads, its signature
becomes the JSON schema. Declared once, in `catalog`; run in process by a call and over HTTP by `api`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, create_model, model_validator

from apps.llm.messages import JSON, ToolSchema
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.tools.snapshot import Snapshot

Effect = Literal["read", "write", "terminal"]


class ToolError(Exception):
    """A refusal, as a sentence the caller may hear."""


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes on record: to which version, where in the call's audio, and whose."""

    version: int
    said_at_ms: int | None
    by: str
    """`caller`, or the e-mail address of a signed-in user."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Everything a tool knows besides its arguments: never from the model, never from a request's body."""

    place: Place
    now: datetime
    key: str
    """Names the cart and the hold: the call's id, or the signed-in user's."""
    by: str
    call_id: UUID | None = None
    carrier_sid: str = ""
    caller_number: str = ""
    cause: str = ""
    """Names the event for tickets, messages and waiting: one request over HTTP. Empty: the call is the cause."""
    yes: Yes | None = None
    overheard: str = ""
    """What the caller said of an allergy, in their own words: it reaches the kitchen whatever a model passes on."""
    language: str = "en"
    """What the caller speaks: what code says is said in it."""
    snapshot: Snapshot | None = None
    """The call's frozen context; without a live call tools read the database."""

    @property
    def event(self) -> str:
        return self.cause or self.key


class Arguments(BaseModel):
    """What every tool's arguments are: nothing that was not declared, and nothing PostgreSQL cannot keep."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def refuse_nul(cls, given: Any) -> Any:
        if _has_nul(given):
            raise ValueError("NUL characters are not text.")
        return given


def _has_nul(given: Any) -> bool:
    if isinstance(given, str):
        return "\x00" in given
    if isinstance(given, dict):
        return any(_has_nul(one) for one in given.values())
    return isinstance(given, list) and any(_has_nul(one) for one in given)


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    effect: Effect
    permission: str
    live_only: bool
    """Makes sense within a live call only; has no address over HTTP."""
    service: str
    """Begins something of this service: calls to a restaurant that does not offer it have no such tool."""
    arguments: type[Arguments]
    function: Callable[..., JSON]

    def schema(self) -> ToolSchema:
        parameters = msgspec.json.decode(_written_schema(self.arguments))
        return ToolSchema(name=self.name, description=self.description, parameters=parameters)

    def check(self, arguments: JSON) -> Arguments:
        """`pydantic.ValidationError` says what is malformed."""
        return self.arguments.model_validate(arguments)

    def perform(self, context: ToolContext, checked: Arguments) -> JSON:
        """`ToolError` is a refusal. Nothing is ordered, booked or sent where the restaurant was suspended meanwhile."""
        if self.effect == "write" and not scope.is_served(context.place):
            raise ToolError("I'm sorry, I can't do that at the moment.")
        return self.function(context, **{name: getattr(checked, name) for name in type(checked).model_fields})

    def run(self, context: ToolContext, arguments: JSON) -> JSON:
        return self.perform(context, self.check(arguments))


TOOLS: dict[str, Tool] = {}


def tool(
    *, effect: Effect, permission: str, live_only: bool = False, service: str = ""
) -> Callable[[Callable[..., JSON]], Callable[..., JSON]]:
    """Declare a tool: `def name(context: ToolContext, *, argument: type = default) -> JSON`."""

    def declare(function: Callable[..., JSON]) -> Callable[..., JSON]:
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        fields: dict[str, Any] = {
            one.name: (one.annotation, ... if one.default is one.empty else one.default) for one in parameters
        }
        arguments = create_model(f"{function.__name__}_arguments", __base__=Arguments, **fields)
        TOOLS[function.__name__] = Tool(
            name=function.__name__,
            description=inspect.getdoc(function) or "",
            effect=effect,
            permission=permission,
            live_only=live_only,
            service=service,
            arguments=arguments,
            function=function,
        )
        return function

    return declare


def offered(services: Sequence[str]) -> list[Tool]:
    """Those of a call to a restaurant of these services; where nobody has chosen any, all. What was ordered or booked
    before may be looked up, changed and cancelled all the same."""
    return [each for each in TOOLS.values() if not services or not each.service or each.service in services]


@cache
def _written_schema(arguments: type[BaseModel]) -> bytes:
    """Worked out once, for every call begins with all of them; as text, so that nobody changes another's."""
    return msgspec.json.encode(flat_schema(arguments))


def flat_schema(arguments: type[BaseModel]) -> JSON:
    """JSON schema without `$ref`, titles and nulls: not every vendor's dialect knows them."""
    schema = arguments.model_json_schema()
    definitions = schema.pop("$defs", {})

    def flatten(node: Any) -> Any:
        if isinstance(node, list):
            return [flatten(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return flatten(definitions[node["$ref"].rsplit("/", 1)[1]])
        choices = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
        if "anyOf" in node and len(choices) == 1:
            rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
            return flatten({**choices[0], **rest})
        return {
            key: flatten(value)
            for key, value in node.items()
            if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
        }

    flattened: JSON = flatten(schema)
    flattened.setdefault("properties", {})
    return flattened


def table() -> str:
    """The tools as `docs/tools.md` shows them; a test holds the file equal to this."""
    lines = ["| tool | effect | permission | arguments | what it does |", "|---|---|---|---|---|"]
    for each in TOOLS.values():
        schema = flat_schema(each.arguments)
        needed = set(schema.get("required", ()))
        names = ", ".join(f"`{name}`" + ("" if name in needed else "?") for name in schema["properties"])
        where = " (live calls only)" if each.live_only else ""
        first = each.description.split("\n\n")[0].replace("\n", " ")
        lines.append(f"| `{each.name}` | {each.effect} | `{each.permission}` | {names or '–'} | {first}{where} |")
    return "\n".join(lines) + "\n"
