"""What a sentence says was done, and what was done: whether an agent may say it. Pure.

A model says "your order is placed" whenever that sounds right. Here a sentence is taken apart into the deeds it
claims, and each must be borne out by a tool's answer in this call. English and Spanish. Plans, questions,
conditions and denials claim nothing: "shall I place it", "once that is confirmed", "it is not booked yet".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from apps.language.text import fold
from apps.llm.messages import JSON


class Deed(Enum):
    MONEY = "money"
    """Discounts, refunds, credits: no tool grants any."""
    TEXT = "text"
    TICKET = "ticket"
    BOOKING = "booking"
    ORDER = "order"
    CANCELLING = "cancelling"
    ANYTHING = "anything"
    """ "All confirmed": whatever was done bears it out."""


@dataclass(frozen=True, slots=True)
class Claim:
    deed: Deed
    by_us: bool
    """ "I have booked it" must have happened in this call; "it is booked" may have been found so."""


@dataclass
class Record:
    """What the tools did in this call, and what they found to be there."""

    done: set[Deed] = field(default_factory=set)
    found: set[Deed] = field(default_factory=set)

    def take(self, tool: str, result: JSON) -> None:
        """Enter a tool's answer."""
        if "error" in result:
            return
        status = str(result.get("status", ""))
        if tool in _BY_STATUS:
            self.done |= {_BY_STATUS[tool][status]} if status in _BY_STATUS[tool] else set()
        elif tool in ("cancel_order", "cancel_reservation"):
            self.done.add(Deed.CANCELLING)
        elif tool in ("create_ticket", "join_waitlist") or status == "unavailable":
            self.done.add(Deed.TICKET)
        elif tool == "order_status":
            self.found.add(Deed.ORDER)
        elif tool == "find_reservation" and result.get("reservations"):
            self.found.add(Deed.BOOKING)

    def bears_out(self, sentence: str) -> bool:
        """Whether everything that the sentence says was done was done, or is there."""
        return all(self._true(claim) for claim in claims(sentence))

    def _true(self, claim: Claim) -> bool:
        there = self.done if claim.by_us else self.done | self.found
        return bool(there) if claim.deed is Deed.ANYTHING else claim.deed in there


_BY_STATUS = {
    "create_order": {"placed": Deed.ORDER},
    "change_order": {"changed": Deed.ORDER},
    "create_reservation": {"booked": Deed.BOOKING, "lead": Deed.TICKET},
    "send_sms": {"queued": Deed.TEXT},
}

_NOUNS = (
    (Deed.MONEY, r"discount|coupon|voucher|promo|refund|credit|code|fee|charge|descuento|reembolso|cupon"),
    (Deed.TICKET, r"(?:message|note) (?:for|with|to)|complaint|ticket|request|queja"),
    (Deed.TEXT, r"text|sms|link|message|mensaje|enlace"),
    (Deed.BOOKING, r"table|booking|reservation|mesa|reserva|reservacion"),
    (Deed.ORDER, r"order|pickup|kitchen|pedido|orden|cocina"),
)
"""What a verb that fits several deeds is about; the first that is named counts."""
_VERBS = {
    Deed.ORDER: r"placed|ordered|submitted|pedid[oa]|tramitad[oa]",
    Deed.BOOKING: r"booked(?! (?:up|out|solid))|reserved|reservad[oa]|apartad[oa]",
    Deed.CANCELLING: r"cancell?ed|cancelad[oa]|anulad[oa]",
    Deed.TEXT: r"texted|messaged",
    Deed.TICKET: r"told|notified|informed|alerted|forwarded|avisado|informado|notificado",
    Deed.MONEY: r"refunded|credited|discounted|comped|waived|on the house|free of charge|reembolsado|descontado",
    Deed.ANYTHING: r"confirmed|finalized|completed|sent|all set|good to go|done|confirmad[oa]|enviad[oa]|mandad[oa]",
}
"""What they say was done, whatever it was done to; the last may be narrowed by a noun."""
_WITH_NOUN = (
    r"put (?:in|through)|put you down|in(?= now| already|$)|on (?:its|the) way|set|complete|through|entered|scheduled|"
    r"secured|moved|processed|left|filed|hech[oa]|realizad[oa]|registrad[oa]"
)
_WITH_SOME_NOUNS = {
    Deed.BOOKING: r"made",
    Deed.MONEY: r"applied|added|given|gave|issued|taken|took|removed|granted|approved|accepted|aplicad[oa]|dado",
}
"""Verbs that say nothing without their nouns: "I've added a Coke to your order" is no deed."""
_ANY_VERB = "|".join([*_VERBS.values(), _WITH_NOUN, *_WITH_SOME_NOUNS.values()])
_ADVERBS = r"(?:(?:now|all(?! set)|already|just|officially|successfully|been|being|also|both|hereby|finally|ya) )*"
_THING = r"(?:(?:you|it|that|this|them|everything|(?:your|the|a|an) (?:\w+ ){0,2}\w+) )?"
_BY_US = re.compile(
    rf"\b(?:i|we)(?: have|'ve| had)?(?: got)? {_ADVERBS}{_THING}{_ADVERBS}(?P<verb>{_ANY_VERB})\b|"
    rf"\b(?:he|hemos) {_ADVERBS}(?:le )?(?P<verbo>{_ANY_VERB})\b"
)
_STANDS = re.compile(
    rf"(?:\b(?:is|are|was|were|been|got|gets|being|went|esta|estan|queda|quedo|ha sido|fue)|'s|'re) {_ADVERBS}"
    rf"(?P<verb>{_ANY_VERB})\b|"
    rf"\b(?:order|table|booking|reservation|message|text|link|discount|refund|you) {_ADVERBS}"
    r"(?P<bare>placed|submitted|booked|reserved|cancell?ed|confirmed|sent|complete|applied)\b|"
    r"^(?:all )?(?P<first>confirmed|done|placed|booked|all set|confirmado|hecho|listo|reservado)\b|"
    r"\b(?:order|confirmation) number (?:is )?(?P<number>\w*\d)"
)
_OPEN = re.compile(
    r"\b(?:if|once|unless|until|as soon as|in case|whether|would|could|should|shall|may|might|can|let me|"
    r"(?:want|like|need|needs|ready|going) (?:me )?to|(?:before|after|when) (?:i|you|we|it|the|your|that|everything)|"
    r"not|cannot|never|unable|no (?:order|booking|table|reservation|text|message|longer)|fully booked|all booked|"
    r"si|cuando|hasta que|antes de|quiere que|puedo|debo|no (?:esta|ha|he|hemos|queda|fue|se))\b|n't\b"
)
"""Conditions, offers, plans and denials."""
_CONDITION = re.compile(r"(?:and |so |but )?(?:if|once|when|as soon as|after|before|until|si|cuando)\b")
_ASKS = re.compile(r"^(?:is|are|was|has|have|did|do|does|what|which|who|how|anything|something)\b")
_BREAK = re.compile(r"[,;:.!?¿¡…—–()]+|\s-+\s|\b(?:and|but|so|then|y|pero|entonces)\b")


def claims(sentence: str) -> frozenset[Claim]:
    """Every deed that the sentence says was done."""
    found: set[Claim] = set()
    for clause in _stated(sentence):
        for pattern, by_us in ((_BY_US, True), (_STANDS, False)):
            for hit in pattern.finditer(clause):
                deed = _deed(next(filter(None, hit.groups())), clause)
                found |= {Claim(deed, by_us)} if deed else set()
    return frozenset(found)


def _stated(sentence: str) -> Iterator[str]:
    """What is said as a fact, piece by piece. A piece that opens a condition takes the next one along."""
    conditional = False
    for piece in _BREAK.split(fold(sentence)):
        clause = " ".join(piece.split())
        if not clause:
            continue
        held, conditional = conditional, bool(_CONDITION.match(clause))
        if not held and not _OPEN.search(clause) and not (_ASKS.match(clause) and "?" in sentence):
            yield clause


def _deed(verb: str, clause: str) -> Deed | None:
    """What a verb says in this clause; the number of an order or a confirmation is an order's."""
    if re.search(r"\d$", verb):
        return Deed.ORDER
    meant = next((deed for deed, verbs in _VERBS.items() if re.fullmatch(verbs, verb)), None)
    if meant not in (None, Deed.ANYTHING):
        return meant
    noun = next((deed for deed, nouns in _NOUNS if re.search(rf"\b(?:{nouns})s?\b", clause)), meant)
    only = next((deed for deed, verbs in _WITH_SOME_NOUNS.items() if re.fullmatch(verbs, verb)), noun)
    return noun if noun is only else None
