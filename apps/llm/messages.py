"""The provider-neutral schema of the model adapter: what is asked of any model and what any model answers.

Shapes follow the reference document ("LLM Adapter Interface") and are the JSON of `POST /llm/generate`.
Pure: no Django, no vendor.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JSON = dict[str, Any]


class ToolCall(BaseModel):
    id: str = ""
    name: str
    arguments: JSON = Field(default_factory=dict)


class Message(BaseModel):
    """One line of the conversation. A tool's result is role "tool" with the id of the call it answers."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[ToolCall] = Field(default_factory=list)


class ToolSchema(BaseModel):
    name: str
    description: str = ""
    parameters: JSON = Field(default_factory=lambda: {"type": "object", "properties": {}})


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    system_prompt: str = ""
    messages: list[Message]
    tools: list[ToolSchema] = Field(default_factory=list)
    provider: str | None = None
    model: str | None = None
    temperature: float = 0.3
    tenant_id: str | None = None
    stream: bool = False


class Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Response(BaseModel):
    type: Literal["text", "tool_call"]
    content: str = ""
    tool_call: ToolCall | None = None
    """The first of `tool_calls`, as the reference has it."""
    tool_calls: list[ToolCall] = Field(default_factory=list)
    usage: Usage = Field(default_factory=Usage)
    confidence: float | None = None
    """Mean token probability where the provider reports it, else null (apps.llm.answer)."""
    cost: Decimal | None = None
    """US dollars, from the tokens reported and the vendor's list price; null when either is unknown."""
    provider: str = ""
    model: str = ""


class Attempt(BaseModel):
    """One request to a vendor's model and what it came to. Tokens and cost are null where nobody told."""

    model_config = ConfigDict(frozen=True)

    provider: str
    model: str
    outcome: str
    """`answered`, `outrun` (another was faster), `dropped` (nobody wanted it any more), or why there was none."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: Decimal | None = None
    """US dollars."""
    first_ms: int | None = None
    """Until the first that could be spoken, or the first of a tool call."""
    ms: int = 0
