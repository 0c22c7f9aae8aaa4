"""What calls are handed over for, and tickets opened for, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from apps.dashboard.settings.forms import Text

WORDS: dict[str, Text] = {
    "person": _("Wants a person"),
    "complaint": _("Complaint"),
    "allergy": _("Allergy"),
    "large_order": _("Large order"),
    "catering": _("Catering"),
    "delivery": _("Delivery"),
    "emergency": _("Emergency"),
    "language": _("Speaks another language"),
    "callback": _("Callback"),
    "orders": _("Order nobody took on"),
    "change_order": _("Change of an order"),
    "lead": _("Large party"),
    "lost_item": _("Lost item"),
    "press": _("Press"),
    "job": _("Job"),
    "vendor": _("Supplier"),
    "other": _("Anything else"),
}
"""What the product itself hands over or opens tickets for; a restaurant's own words stand beside them."""

SUBJECTS: dict[str, Text] = {
    "": _("Everything that has no rule of its own"),
    "person": _("Callers who want a person"),
    "complaint": _("Complaints"),
    "allergy": _("Allergies"),
    "large_order": _("Large orders"),
    "emergency": _("Emergencies"),
    "language": _("Callers who speak another language"),
    "change_order": _("Changes of an order"),
    "lead": _("Large parties"),
}
"""The same as what a sentence begins with, where it is said in another way."""


def subject(reason: str) -> str:
    return str(SUBJECTS[reason]) if reason in SUBJECTS else word(reason)


def word(reason: str) -> str:
    return str(WORDS.get(reason, reason.replace("_", " ").capitalize()))


def choices(besides: Iterable[str] = ()) -> list[tuple[str, Text]]:
    """All of them, with those that rows of this restaurant have besides."""
    own = sorted({each for each in besides if each and each not in WORDS})
    return [*WORDS.items(), *((each, word(each)) for each in own)]
