"""What of a long conversation a vendor's model is sent: the newest, within a budget, tool pairs whole. Pure.

The embedded model is always given all of it: it remembers nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from apps.llm.messages import Message

MOST_CHARACTERS = 32_000
"""About 8,000 tokens; a menu and the rules stand before it."""
LONG_RESULT = 600
"""Characters from which on an old tool's result is left out first: it can be asked for again."""
LEFT_OUT = '{"left_out": "This was long ago. Call the tool again where you need it."}'
KEPT_WHOLE = 6
"""The newest messages, which are never shortened."""


def recent(messages: Sequence[Message], *, most_characters: int = MOST_CHARACTERS) -> list[Message]:
    """The end of the conversation. First the oldest long results are left out, then the oldest turns, each from one
    thing the caller said to the next, so that no call is without its result and no result without its call."""
    kept = list(messages)
    over = sum(map(_size, kept)) - most_characters
    for place, message in enumerate(kept[:-KEPT_WHOLE]):
        if over <= 0:
            break
        if message.role == "tool" and len(message.content) > LONG_RESULT:
            kept[place] = message.model_copy(update={"content": LEFT_OUT})
            over -= len(message.content) - len(LEFT_OUT)
    turns = [place for place, message in enumerate(kept) if message.role == "user"]
    start = 0
    for begins in turns[1:]:
        if over <= 0:
            break
        over -= sum(map(_size, kept[start:begins]))
        start = begins
    return kept[start:]


def _size(message: Message) -> int:
    return len(message.content) + sum(len(str(call.arguments)) + len(call.name) for call in message.tool_calls)
