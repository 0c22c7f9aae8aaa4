"""What a caller is doing with an utterance besides ordering: greeting, asking, complaining, saying goodbye.

Patterns over plain words, English and Spanish; nothing here names food. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from apps.language.text import words

Act = Literal[
    "emergency",
    "robot",
    "language",
    "person",
    "abuse",
    "hours",
    "address",
    "phone",
    "parking",
    "policy",
    "specials",
    "delivery",
    "catering",
    "job",
    "vendor",
    "robocall",
    "press",
    "lost_item",
    "complaint",
    "order_status",
    "booking",
    "cancel_booking",
    "change_booking",
    "cancel_order",
    "change_order",
    "goodbye",
    "thanks",
    "greeting",
    "repeat",
    "wait",
    "menu",
    "price",
    "allergy",
    "dietary",
    "about",
    "have",
    "order",
    "any",
    "unsure",
    "read_back",
    "last_time",
]

_PATTERNS: tuple[tuple[Act, str], ...] = (
    (
        "emergency",
        r"\b(911|nine one one|ambulance|heart attack|can't breathe|cannot breathe|choking|on fire|there's a "
        r"fire|emergency|overdose|unconscious|emergencia)\b",
    ),
    (
        "language",
        r"\b(speak|talk|habla|hablan|hable)\b.*\b(spanish|english|espanol|ingles)\b|^en (espanol|ingles)\b|"
        r"\bin (spanish|english)\b",
    ),
    (
        "robot",
        r"\b(are|r|is) (you|this|i talking to|i speaking (to|with)) (a |an |really |actually )?(real |live "
        r")?(robot|bot|machine|ai|computer|human|person|real person|recording|automated)|talking to (a |an "
        r")?(robot|machine|ai|computer|recording)|\b(eres|es usted) (un|una) (robot|maquina|persona)",
    ),
    (
        "person",
        r"\b(speak|talk|transfer|connect|put|get|pass|switch)( me)?( through| over)?( to| with| on)? (a |an |"
        r"the |your |some )?(\w+ )?(person|human|manager|someone|somebody|representative|operator|agent|staff|"
        r"owner|employee|people|supervisor|anyone|human being|live person)\b|\b(real person|live person|"
        r"representative|operator please|manager please)\b|\bhablar con (una |un |el |la |alguien)|\bis (the|"
        r"your) manager\b|^(manager|operator|human|agent|representative|person)$|can i have (a |the |your "
        r")manager",
    ),
    (
        "order_status",
        r"\b(where is|where's|what's the status|status of|check on|how long (until|till|for)) (my|the|our) "
        r"(order|food)|\bis my (order|food) ready\b|\border (i placed|i made) (earlier|before)",
    ),
    (
        "cancel_booking",
        r"\bcancel (my|a|the|our) (\w+ )?(reservation|booking|table)\b|\bcancelar (mi|la) reserva",
    ),
    (
        "change_booking",
        r"\b(change|move|reschedule|modify|push|update) (my|a|the|our) (\w+ )?(reservation|booking|table)\b|"
        r"\bcambiar (mi|la) reserva",
    ),
    (
        "booking",
        r"\b(reservations?|(like|want|need|wanted|trying|love) to book|reserve|"
        r"book (a |the |us )?(table|\w+ table)|table for|booking|party of|reserva|"
        r"reservar|una mesa|get a table|have a table|make a res|any tables?|(space|room|seating|availability) (for|"
        r"tonight|tomorrow|today|on)|(squeeze|fit) (us|me|\w+ of us) in|(anything|something) (free|open|available) "
        r"(tonight|tomorrow|today|on|at|this|next))\b|"
        r"\b(come|coming|stop|stopping|drop|dropping) (in|by|over)\b(?!.*\b(pick|grab|order|takeout|drop off)\b)"
        r"(?=.*\b(tonight|tomorrow|lunch|dinner|brunch|this (morning|afternoon|evening)|of us|people|\w+day|at)\b)",
    ),
    ("catering", r"\b(catering|cater|large event|corporate event|banquet|private event|office party)\b"),
    ("delivery", r"\b(deliver|delivery|delivered|deliveries|a domicilio|doordash|uber eats|grubhub)\b"),
    (
        "job",
        r"\b(job|hiring|apply for|application|employment|position open|looking for work|work there|resume)\b",
    ),
    (
        "vendor",
        r"\b(vendor|supplier|sales rep|i'm calling from|business listing|google listing|credit card "
        r"processing|lower your|merchant)\b",
    ),
    ("press", r"\b(journalist|reporter|newspaper|magazine|writing (an article|a story)|for an interview|television)\b"),
    (
        "lost_item",
        r"\b(lost|left|forgot|forgotten|misplaced) (my|a|an|our|his|her) (\w+ ){1,3}(there|behind|at|in|on|under|"
        r"with you|last night|yesterday|today)\b|\blost and found\b",
    ),
    (
        "robocall",
        r"\bpress (one|two|nine|zero|[0-9])\b|\bthis is (an? )?(important|automated|recorded|prerecorded) "
        r"(message|call|announcement)\b|\b(final|last) (notice|attempt)\b|\b(extended|auto|car|vehicle) warranty\b",
    ),
    (
        "complaint",
        r"\b(complain|complaint|refund|terrible|awful|disgusting|got my order wrong|wrong order|was cold|made "
        r"me sick|food poisoning|unacceptable|missing (an |some |from )|worst|queja)\b",
    ),
    ("abuse", r"\b(fuck you|fuck off|asshole|bitch|motherfucker|go to hell)\b"),
    ("parking", r"\b(parking|park my|where (can|do|should) (i|we) park|estacionamiento|aparcar|valet)\b"),
    (
        "address",
        r"\b(address|where are you( guys)?( located)?$|where you('re| are)? (at|located)|location|located|"
        r"directions|how do i get there|what street|donde estan|direccion|where is (the|your) (restaurant|"
        r"place|store|shop))\b",
    ),
    ("phone", r"\b(your|the|restaurant's|restaurant) (phone )?number\b|\bwhat number\b"),
    (
        "hours",
        r"\b(what time|how late|how early|when) (do|are|does|will|did)? ?(you|y'all|u|it|the (kitchen|"
        r"restaurant|place))( guys)? ?(open|close|closing|opening|be open|still open)|\b(your|business|"
        r"opening|store) hours\b|\bwhat are (the|your) hours\b|\bhours\b.*\b(today|tomorrow|weekend|monday|"
        r"tuesday|wednesday|thursday|friday|saturday|sunday)\b|\bare you( guys)? (still )?(open|closed)\b|"
        r"\bwhen (do|are) you (open|close)|\bopen (on|today|tomorrow|now|until|till|late)\b|\ba que hora|"
        r"\bhorario\b|^hours$|what's your hours",
    ),
    (
        "policy",
        r"\b(policy|policies|dress code|do you (take|accept) (credit|cards|cash|apple|checks)|gift card|"
        r"wheelchair|high chair|pets?|dog friendly|corkage|outdoor seating|wifi)\b",
    ),
    ("specials", r"\b(specials?|deals?|coupons?|promotions?|discounts?)\b.*|\b(percent off|for free)\b"),
    (
        "change_order",
        r"\b(change|edit|modify|update|add (something|an item) to|add to) (my|the|our|an|a) order( that| which)? ?"
        r"(i|we)? ?(placed|made|called in|ordered|from)?\b.*\b(earlier|before|placed|called in|number)\b|"
        r"\border (i|we) (placed|made|called in)\b.*\b(change|add|remove|take off)\b|"
        r"\b(add|put|include|remove|take|leave)\b.* (to|on|onto|off|from) (my|the|our) order\b.*"
        r"\b(earlier|before|placed|called in|already|number)\b",
    ),
    (
        "cancel_order",
        r"\b(cancel|scrap|scratch|forget|delete|drop) (the |my |this |that )?(whole |entire )?(order|"
        r"everything|whole thing|it all|all of it)\b|\bstart (over|again|from scratch)\b|\bnever ?mind,? (i |"
        r"the whole|forget)|cancela (todo|el pedido)|i changed my mind(?! about)(?!.*\b(want|like|make|have|"
        r"instead)\b)|don't want (anything|to order)( anymore| any more)?\b",
    ),
    (
        "repeat",
        r"\b(repeat|say (that|it) again|what did you say|pardon|come again|didn't (catch|hear|get) (that|you)|"
        r"one more time|what was that|repita|como dijo|can you read|read (it|that) back|what do i have( so "
        r"far)?|what's (in|on) my order)\b|^(what|huh|sorry|excuse me|que)$",
    ),
    (
        "wait",
        r"^(uh |um |okay |ok |oh )*((just )?(hold on|one (second|moment|sec|minute)|a (second|moment|sec|"
        r"minute)|give me (a|one) (second|minute|moment|sec)|hang on|wait|let me (think|see)|bear with me|un "
        r"momento)( please)?( a| one)?( second| minute| sec)?)$",
    ),
    (
        "allergy",
        r"\b(allerg\w*|alerg\w*|celiac|coeliac|intoleran\w*|gluten[- ]free|dairy[- ]free|nut[- ]free|"
        r"contain\w*|anaphyla\w*|epipen)\b|\b(does|do|is|are) .*\b(have|has|contain|any|got) .*\b(nuts?|"
        r"peanuts?|gluten|dairy|milk|eggs?|soy|shellfish|sesame|wheat|fish|lactose)\b( in (it|them|that|"
        r"there))?|\b(tiene|tienen|lleva|llevan|contiene)( algo de)? (nuez|nueces|mani|cacahuates?|gluten|trigo|leche|"
        r"lacteos|huevos?|soya|soja|mariscos|pescado|sesamo|ajonjoli)\b",
    ),
    (
        "dietary",
        r"\b(what|anything|any|something|which|options|do you have|got|have you|is there|are there|need|"
        r"have).*\b(vegetarian|vegan|halal|kosher|meatless|keto|pescatarian|vegetariano|vegano)\b",
    ),
    (
        "price",
        r"\b(how much|what (does|do|is|are|would).* cost|what's the (price|cost)|price of|price for|cost of|"
        r"cuanto (cuesta|es|vale))\b",
    ),
    (
        "menu",
        r"\b(what('s| is| are| do| kind| kinds| type| types| sort| sorts| else| other)?|which|tell me( "
        r"about)?|list|describe) .*\b(menu|do you( guys)? (have|got|offer|serve|sell|carry)|you( guys)? (have|"
        r"got|offer|serve)|are there|there is|options|choices|kinds?|flavou?rs|available|recommend|good|"
        r"popular|best|your)\b|\bwhat (\w+ )?(\w+ )?(do|have) you\b|\bque (tienen|hay)\b|\b(see|hear|know|"
        r"about) (the|your) menu\b|any recommendations|what do you recommend",
    ),
    (
        "about",
        r"\b(what (comes|is|goes) (in|on|with|inside)|what's (in|on|inside)|what (is|are) (the|a|an|in)|tell "
        r"me about|describe|is the .* (spicy|big|hot|good|sweet|large)|how (big|spicy|large) (is|are)|que "
        r"(lleva|tiene))\b",
    ),
    (
        "have",
        r"\b(do|does) (you|y'all|they)( guys)?( still| also)? (have|got|serve|sell|carry|do|make|offer)\b|"
        r"\b(have you got|is there|are there|got any|you guys have|tienen)\b",
    ),
    (
        "goodbye",
        r"\b(bye|goodbye|good bye|bye bye|good night|see you|see ya|talk to you later|have a (good|great|"
        r"nice) (one|day|night|evening|weekend)|take care|adios|hasta luego|hang up|i'm gonna go|gotta go|"
        r"never mind bye)\b",
    ),
    ("thanks", r"\b(thanks|thank you|thank u|gracias|appreciate it|cheers)\b"),
    (
        "any",
        r"\b(whatever|any of them|anything|doesn't matter|don't care|surprise me|you (choose|pick|decide)|no "
        r"preference|either( one)?( is fine)?|your choice|up to you|the (usual|default|normal|regular)( one)?|"
        r"any (one|kind)?( is fine)?|cualquiera)\b",
    ),
    (
        "last_time",
        r"\b(same|what) (thing |order |one |ones )?(as |that )?(i |we |my )?(had |ordered |got )?"
        r"(last (time|week|night|order)|the other day|yesterday|as ever)\b|"
        r"\b(the|my|our) usual\b(?! (one|size))|\b(my|our) last order\b|"
        r"\bwhat (i|we) (always|usually) (get|have|order)\b|\blo de siempre\b|"
        r"^(the )?same (again|as always)( please)?$",
    ),
    ("unsure", r"\b(i don't know|i'm not sure|not sure|no idea|dunno|no se)\b"),
    ("read_back", r"\bread (it|that|the order|my order|everything) back\b"),
    (
        "order",
        r"\b(place (an|a|my) order|make an order|put in an order|order (some )?(food|takeout|take out|pickup|"
        r"something|for pick ?up)|like to order|want to order|wanna order|get (some )?(food|takeout)|start an "
        r"order|ordenar|hacer un pedido|pickup order|pick up order|carry ?out order|to go order|take ?out "
        r"order)\b",
    ),
    (
        "greeting",
        r"\b(hi|hello|hey|good (morning|afternoon|evening)|hola|buenos dias|buenas (tardes|noches)|how are "
        r"you|how's it going)\b",
    ),
)
_REMEMBERED = 2000
"""Texts: a call's earlier words are read again on every turn."""
_COMPILED = tuple((act, re.compile(pattern)) for act, pattern in _PATTERNS)
_LEAD = (
    r"^(?:(?:hi|hello|hey|um|uh|so|oh|ok|okay|and|well|yes|yeah|also|quick question|question|first|before "
    r"that|actually|wait|sorry|by the way|no|but|great|thanks|good|morning|afternoon|evening|there|just|i "
    r"have a question|i was wondering|can you tell me|could you tell me|do you know|i'd like to know|can "
    r"i ask|may i ask|let me ask) )*"
)
_QUESTION = re.compile(
    _LEAD + r"(what|what's|whats|which|how much|how big|how spicy|how large|how long|how late|do you|do y'all|"
    r"does|do the|did|is the|is there|is that|is it|is your|are the|are there|are your|are you|have you|"
    r"where|when|who|tell me|got any|any |que |cuanto|tienen|hay |donde)"
)
_ASKS_LATER = re.compile(
    r"^(?:[\w']+ ){1,5}?(how much (is|are|does|do|would)|what (comes|goes) (in|on|with)|(what is|what's) (in|on) |"
    r"do (you|y'all) (have|sell|serve|offer|take|deliver|know)|does (the|that|it|this|your) |"
    r"are (you|y'all)( guys)? (still )?(open|closed|located)|where are (you|y'all)|what time do you|"
    r"what (\w+ ){1,2}do you have)"
)
_SPANISH_QUESTION = re.compile(r"\b(tiene|tienen|lleva|llevan|contiene|hacen|abren|cierran|aceptan|puedo|pueden)\b")
"""Spanish asks by its tone: only a recogniser that writes the mark lets it be seen."""
"""A question after a few words of whatever kind: "before I forget, how much is the …"."""
_POLITE = re.compile(
    r"\b(is it possible|would it be possible|do you mind|do you think (i|you) could|what if i|how about|"
    r"what about)\b"
)


def read(text: str) -> frozenset[Act]:
    """Everything that is done in these words."""
    said = " ".join(words(text))
    return frozenset(act for act, pattern in _COMPILED if pattern.search(said))


@lru_cache(maxsize=_REMEMBERED)
def is_question(text: str) -> bool:
    """Whether it asks for information, rather than for food ("can I get …?" wants food)."""
    said = " ".join(words(text))
    asks = _QUESTION.search(said) or _ASKS_LATER.search(said) or ("?" in text and _SPANISH_QUESTION.search(said))
    return bool(asks) and not _POLITE.search(said)
