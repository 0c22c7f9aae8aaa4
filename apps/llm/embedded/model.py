"""A language model that needs no key: it understands orders, bookings and questions from the restaurant's card.

Stateless like any other model: the whole conversation comes with every request, and the same request always
gets the same answer. Pure.
"""

from __future__ import annotations

from apps.llm.embedded import folding, lexicon, policy
from apps.llm.embedded.desk import Desk
from apps.llm.messages import Request, Response, ToolCall
from apps.menu.card import Card

PROVIDER = "embedded"
MODEL = "embedded-1"


def generate(request: Request, *, card: Card) -> Response:
    """The next text or tool call of this conversation, at this restaurant."""
    known = lexicon.of(card)
    folded = folding.fold(request.messages, known=known)
    offered = frozenset(tool.name for tool in request.tools)
    move = policy.decide(Desk(state=folded, tools=offered, known=known))
    if not move.tool:
        return Response(type="text", content=move.text, provider=PROVIDER, model=MODEL)
    call = ToolCall(id=f"call_{len(request.messages)}", name=move.tool, arguments=dict(move.arguments))
    return Response(
        type="tool_call",
        content=move.text,
        tool_call=call,
        tool_calls=[call],
        provider=PROVIDER,
        model=MODEL,
    )
