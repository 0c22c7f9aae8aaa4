"""The little words of ordering: how people count, refuse, add, take back and correct, in English and Spanish.

Nothing here names food: that comes from the restaurant's card. A phrase is looked up as its words, longest
first; its kind says what it does to what follows. Pure.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "menu",
    "number",
    "article",
    "the",
    "and",
    "with",
    "not",
    "no",
    "remove",
    "change",
    "to",
    "instead_of",
    "instead",
    "correct",
    "amount",
    "side",
    "aside",
    "on",
    "pronoun",
    "more",
    "all",
    "same",
    "other",
    "but",
    "want",
    "add",
    "off",
    "portion",
    "filler",
    "unknown",
]

_TABLE: dict[tuple[Kind, str], str] = {
    ("article", ""): "a | an | un",
    ("article", "some"): "some | unos | unas | any",
    (
        "number",
        "vague",
    ): "a few | few | several | two or three | three or four | one or two | a bunch",
    ("the", ""): "the | my | that | those | these | this | el | la | los | las | mi | our | your",
    ("and", ""): "and | y | or | nor | e | then | and then",
    ("with", ""): (
        "with | con | topped with | including | that has | which has | having | along with | together with | "
        "as well as | and also with | to have | with some | comes with"
    ),
    ("not", ""): (
        "without | without any | without the | sin | hold | hold the | hold on the | hold on | hold off on | "
        "hold off on the | skip | skip the | minus | minus the | leave off | leave off the | leave out | "
        "leave out the | leave the | avoid | avoid the | not | not any | except | except for | "
        "with no | but no | but not | and no | no more | don't want | do not want | don't want any | "
        "do not want any | don't want the | don't put | don't put any | do not put | don't add | "
        "don't add any | do not add | do not add any | do not need | don't need | don't need any | "
        "don't include | do not include | don't give me | don't like | do not like | hate | i hate | "
        "stay away from | keep off | keep the | with out | withhold | "
        "free of | lacking | excluding | exclude | leaving out | leaving off | "
        "leave off any | can't stand | no quiero | quitando | lose the | please no | with none of the | "
        "with none of | not have | not have any | none of the | nothing with | not with | not with any"
    ),
    ("no", ""): "no",
    ("remove", ""): (
        "remove | drop | cancel | delete | scratch | forget | forget about | get rid of | take off | take away | "
        "take out | never mind | nevermind | lose | quita | quitar | cancela | take back | minus one | "
        "changed my mind about | changed my mind on | never wanted | never ordered | did not order | didn't order | "
        "have not ordered | haven't ordered | no longer want | no longer need | do without"
    ),
    ("change", ""): (
        "change | switch | swap | replace | make it | make that | make them | make those | make the | make my | "
        "make this | make both | make all | turn | cambia | cambiar | que sea | it should be | should be | "
        "that should be | it's supposed to be | supposed to be | swap out | switch out | make one | "
        "let it be | let that be | let them be | let those be"
    ),
    ("to", ""): "to | into | por | to be",
    ("instead_of", ""): "instead of | rather than | in place of | en vez de | en lugar de",
    ("instead", ""): "instead | en cambio",
    ("correct", ""): (
        "actually | wait | i mean | i meant | i said | i asked for | correction | oops | scratch that | sorry i | "
        "no no | rather | on second thought | my mistake | mejor | perdon | let me correct | i wanted | "
        "not that | no i said | hang on | hang on a second | hang on a minute | hold on a second | hold on a minute | "
        "sorry about this | sorry about that"
    ),
    ("amount", "extra"): (
        "extra | double | lots of | a lot of | a whole lot of | plenty of | heavy on | heavy on the | heavy | "
        "go heavy on | go heavy on the | a bunch of | a whole bunch of | loads of | more | additional | triple | "
        "tons of | mucho | mucha | doble | a ton of | a double portion of | an extra helping of | generous | much"
    ),
    ("amount", "light"): (
        "light | lite | light on | light on the | go light on | go light on the | easy on | easy on the | "
        "go easy on | go easy on the | a little | a little bit of | little | a little of | just a little | "
        "just a little bit of | a bit of | just a bit of | less | not much | not too much | not many | "
        "not too many | not a lot of | a touch of | a drizzle of | just a drizzle of | only a little | "
        "only a little bit of | only a bit of | a tiny bit of | just a tiny bit of | a drizzle | a hint of | "
        "a dash of | poco | poca | half the | a splash of | a small amount of | small amount of | a pinch of | "
        "no more than a drizzle of | a sprinkle of | only a drizzle of | just a touch of | barely any | "
        "a light amount of"
    ),
    ("amount", "regular"): "a normal amount of | regular amount of | a regular amount of | normal amount of",
    ("side", "left"): (
        "on the left half | on the left side | on the left | left half | left side | on one half | on one side | "
        "on the first half | one half | the first half | half of it | one side | half with"
    ),
    ("side", "right"): (
        "on the right half | on the right side | on the right | right half | right side | on the other half | "
        "on the other side | on the other | the other half | other half | the other side | on the second half"
    ),
    ("side", "half"): "half | on half | on half of it | half and half | mitad | on half the",
    ("side", "whole"): "on the whole | on the whole thing | all over | on both halves | on the entire | whole",
    ("aside", ""): "on the side | on side | aside | aparte",
    ("on", ""): "on | onto | from | in | to the | on top of | for the | de | from the",
    ("off", ""): "off | off of | out",
    ("pronoun", ""): "it | them | that one | this one | those ones | the last one | each | all of them",
    ("more", ""): "another | one more | an additional | otro | otra | an extra | extra one of",
    ("all", ""): "both | all | all of them | both of them | everything | each of them | every | todo | todos",
    ("same", ""): (
        "same | the same | same again | the same again | same thing | the same thing | lo mismo | "
        "another one of those | another of those | one more of those | another one of the same | same order"
    ),
    ("other", ""): (
        "the other | the other one | the others | the other ones | the second one | for the other | for the other "
        "one | and the other | and the other one | other one | la otra | el otro"
    ),
    ("but", ""): "but | except make | pero | though | just",
    ("want", ""): (
        "want | like | get | have | give | need | order | try | love | would like | i'd like | i'll have | "
        "i'll take | i'll get | can i get | could i get | can i have | could i have | let me get | let me have | "
        "give me | get me | i want | i need | quiero | quisiera | dame | me da | me gustaria | ponme | "
        "i would like | we'd like | we want | we need | bring me | send me | start with | do | take | "
        "i do want | prefer | make me | grab | looking for | put"
    ),
    ("portion", ""): (
        "side of | sides of | a side of | side order of | order of | orders of | an order of | bowl of | bowls of | "
        "cup of | cups of | glass of | glasses of | bottle of | bottles of | can of | cans of | piece of | "
        "pieces of | slice of | slices of | plate of | plates of | basket of | bag of | bags of | box of | "
        "pot of | pitcher of | portion of | portions of | serving of | vaso de | plato de | botella de"
    ),
    ("filler", ""): (
        "to drink | for drinks | for a drink | for my drink | for the drinks | to eat | to go | for here | "
        "for a side | for sides | for my side | as a side | as a drink | as my drink | "
        "for dessert | as a dessert | to start | for me | for him | for her | "
        "for my wife | for my husband | for my son | for my daughter | for the kids | if you can | if possible | "
        "para llevar | de beber | para beber"
    ),
    ("add", ""): (
        "add | also | plus | as well | too | throw in | include | and also | anade | agrega | tambien | on top | "
        "and add | can you add | could you add | put on | with it | ademas | additionally | besides"
    ),
}
"""What a phrase does, and its value."""

PHRASES: dict[tuple[str, ...], tuple[Kind, str]] = {
    tuple(phrase.split()): (kind, value) for (kind, value), phrases in _TABLE.items() for phrase in phrases.split(" | ")
}
LONGEST = max(len(phrase) for phrase in PHRASES)

HOMOPHONES = {"to": 2, "too": 2, "for": 4, "fore": 4, "won": 1, "ate": 8, "tree": 3, "sex": 6, "tin": 10, "tree's": 3}
"""Words a recogniser writes for numbers; they count only before something on the menu in the plural."""

FOR_AND_TO = frozenset({"four", "two"})
"""Numbers a recogniser writes for "for" and "to" …"""
NOT_COUNTED = frozenset({"us", "me", "today", "tonight", "now", "pickup", "delivery", "here"})
"""… before these: "that's it four us"."""

MEASURES = frozenset({
    "dollars", "dollar", "bucks", "buck", "cents", "cent", "percent", "%", "years", "year", "minutes", "minute",
    "hours", "hour", "o'clock", "oclock", "am", "pm", "dolares", "pesos", "euros", "centavos", "anos", "minutos",
})  # fmt: skip
"""After these a number is a price, an age or a time, never how many."""

COMMON = frozenset({
    "a", "about", "actually", "add", "add-on", "added", "adding", "address", "adios", "after", "afternoon",
    "again", "ah", "all", "alright", "also", "am", "an", "and", "another", "any", "anything", "appreciate",
    "april", "are", "aren't", "as", "ask", "asking", "at", "august", "awesome", "back", "be", "because",
    "been", "before", "being", "best", "better", "big", "bill", "bit", "book", "booking", "both", "bottom",
    "breakfast", "bring", "brings", "brought", "buenas", "buenos", "but", "by", "bye", "call", "called",
    "calling", "came", "can", "can't", "cancel", "card", "carry", "cash", "cents", "change", "changed",
    "charge", "charged", "check", "close", "closed", "closing", "cold", "come", "comes", "coming", "como", "con",
    "cool", "correct", "cost", "costs", "could", "couldn't", "couple", "coupon", "credit", "cuanto",
    "cuesta", "dad", "dame", "david", "day", "de", "deal", "deals", "december", "delete", "deliver",
    "delivered", "delivery", "dias", "did", "didn't", "different", "dinner", "directions", "discount", "do",
    "does", "doesn't", "dollar", "dollars", "don", "don't", "done", "dont", "double", "down", "dozen",
    "drop", "dude", "dunno", "each", "easy", "eat", "eating", "eight", "el", "eleven", "end", "ended",
    "enough", "er", "es", "esta", "estoy", "even", "evening", "every", "everything", "extra", "family",
    "favor", "february", "feel", "few", "fifty", "fine", "finish", "finished", "first", "five", "food",
    "for", "forget", "forty", "four", "free", "friday", "friend", "friends", "from", "get", "getting",
    "gimme", "give", "given", "go", "going", "gone", "gonna", "good", "goodbye", "got", "gotta", "gracias",
    "great", "guess", "guy", "guys", "had", "half", "hang", "has", "hate", "have", "having", "hay", "he",
    "he's", "hear", "heard", "heavy", "hello", "help", "her", "here", "hers", "hey", "hi", "him", "his",
    "hmm", "hola", "hold", "hope", "hoping", "hot", "hour", "hours", "how", "huh", "human", "hundred", "hungry",
    "husband", "i", "i'd", "i'll", "i'm", "i'ma", "i've", "id", "if", "ill", "im", "in", "instead", "into",
    "is", "isn't", "it", "it'll", "it's", "its", "ive", "january", "john", "july", "june", "just", "keep",
    "kept", "kid", "kids", "kind", "kinda", "kindly", "kinds", "know", "la", "las", "last", "later",
    "least", "leave", "leaving", "left", "lemme", "less", "let", "let's", "lets", "light", "like", "liked",
    "little", "located", "location", "look", "looking", "los", "lot", "lots", "love", "loved", "lunch",
    "ma'am", "machine", "made", "make", "makes", "making", "man", "manager", "many", "march", "mary", "may",
    "maybe", "me", "meal", "mean", "menu", "mhm", "mi", "midnight", "might", "mike", "mine", "minute",
    "minutes", "miss", "mister", "mm", "mom", "monday", "month", "more", "morning", "most", "much", "must",
    "my", "nah", "name", "need", "needed", "nevermind", "new", "next", "nice", "night", "nine", "no",
    "noches", "noon", "non", "nope", "nor", "normal", "not", "nothing", "november", "now", "number", "o",
    "october", "of", "off", "oh", "ok", "okay", "old", "on", "one", "ones", "only", "onto", "open", "or",
    "order", "ordered", "ordering", "orders", "other", "our", "ours", "out", "over", "pair", "para", "park",
    "parking", "part", "party", "past", "pay", "paying", "people", "percent", "perfect", "person", "phone",
    "pick", "pickup", "piece", "pieces", "place", "places", "please", "plus", "pm", "por", "prefer",
    "price", "prices", "probably", "put", "puts", "quarter", "que", "quiero", "quisiera", "rather", "ready",
    "really", "receipt", "regular", "remove", "replace", "reservation", "reserve", "restaurant", "right",
    "robot", "said", "same", "sarah", "saturday", "say", "saying", "scratch", "second", "see", "send",
    "sent", "september", "served", "set", "seven", "she", "she's", "shop", "should", "show", "si", "side", "sides",
    "sin", "sir", "six", "size", "sized", "sizes", "skip", "smith", "so", "some", "someone", "something",
    "son", "soon", "sorry", "sort", "sorta", "speak", "special", "specials", "start", "started", "still",
    "store", "street", "stuff", "su", "sunday", "sure", "swap", "switch", "table", "take", "takeout",
    "takes", "taking", "talk", "tardes", "tell", "ten", "than", "thank", "thanks", "that", "that'll",
    "that's", "thats", "the", "their", "them", "then", "there", "there's", "these", "they", "they'll",
    "they're", "thing", "things", "think", "third", "thirty", "this", "those", "thousand", "three",
    "thursday", "tiene", "tienen", "time", "times", "tip", "to", "today", "told", "tomorrow", "tonight",
    "too", "took", "top", "total", "tried", "try", "trying", "tu", "tuesday", "twelve", "twenty", "two",
    "type", "uh", "uh-huh", "um", "un", "una", "unas", "under", "unos", "up", "us", "very", "wait", "wanna", "warm",
    "want", "wanted", "was", "wasn't", "way", "ways", "we", "we'd", "we'll", "we're", "wednesday", "week",
    "weekday", "weekend", "welcome", "well", "were", "what", "what're", "what's", "whats", "when", "where",
    "which", "who", "who's", "whole", "why", "wife", "will", "wish", "with", "without", "won't", "would",
    "would've", "wrong", "y", "y'all", "ya", "yall", "yea", "yeah", "yep", "yes", "yesterday", "you",
    "you'll", "you're", "your", "youre", "yours", "yup",
})  # fmt: skip
"""Everyday words that are never taken for a misheard dish."""
