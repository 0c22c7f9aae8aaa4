"""Which numbers may be rung or texted at our cost: ordinary lines of allowed countries, never premium ones. Pure.

The numbering plans are Google's (phonenumbers). They also tell Jamaica from Texas, which both begin with +1: most toll
fraud goes to islands of the North American plan, to premium lines and to satellites.
"""

from __future__ import annotations

from collections.abc import Collection


def why_not(number: str, *, countries: Collection[str]) -> str:
    """Why this E.164 number may not be rung, as a sentence for staff; empty when it may. `countries` are ISO codes."""
    import phonenumbers  # 16 MB and 60 ms, for those who need it
    from phonenumbers import PhoneNumberType as Kind

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "This is no phone number."
    region = phonenumbers.region_code_for_number(parsed)
    kind = phonenumbers.number_type(parsed)
    ordinary = (Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.TOLL_FREE, Kind.VOIP)
    if region is None or kind == Kind.UNKNOWN:
        return "This number does not exist in its country's plan."
    if region not in countries:
        return f"Numbers of {_named(region)} are not rung or texted from here."
    if kind not in ordinary:
        return "Premium, shared-cost and personal numbers are never rung or texted."
    return ""


def _named(region: str) -> str:
    return "satellite and international services" if region == "001" else region
