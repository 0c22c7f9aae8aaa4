"""Breaks of `apps/orders`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

PRICING = "apps/orders/pricing.py"
PACING = "apps/orders/pacing.py"
STRIPE = "apps/orders/stripe.py"
ALLERGY = "apps/orders/allergy.py"

TESTS = {
    PRICING: (
        "tests/orders/test_pricing.py",
        "tests/orders/test_pricing_oracle.py",
        "tests/orders/test_ten_thousand_carts.py",
    ),
    PACING: ("tests/orders/test_pacing.py",),
    STRIPE: ("tests/orders/test_stripe.py",),
    ALLERGY: ("tests/orders/test_allergy.py",),
}
BREAKS = [
    Break(PRICING, "tax is rounded per line always", 'if rules.tax_mode == "line":', "if True:"),
    Break(
        PRICING,
        "half a cent always goes up",
        'ROUND_HALF_UP if rules.rounding == "half_up" else',
        "ROUND_HALF_UP if True else",
    ),
    Break(
        PRICING,
        "included tax is added again",
        "total = subtotal if rules.prices_include_tax else",
        "total = subtotal if False else",
    ),
    Break(PRICING, "included tax is a share of the price", "rate / (HUNDRED + rate) if", "rate / HUNDRED if"),
    Break(PRICING, "an unheard-of tax class is free", 'rules.tax_rates.get("standard", Decimal(0)))', "Decimal(0))"),
    Break(PRICING, "extra costs nothing more", '"extra": 2', '"extra": 1'),
    Break(PRICING, "what is refused is charged", '"none": 0', '"none": 1'),
    Break(PRICING, "what comes with the dish is charged", "costs -= option.price  #", "pass  #"),
    Break(
        PRICING, "free choices never run out", "free, costs = free - 1, costs - option.price", "costs -= option.price"
    ),
    Break(PRICING, "free choices cost", 'elif choice.amount != "none" and free > 0:', "elif False:"),
    Break(PRICING, "one more than the maximum", "count > group.maximum", "count > group.maximum + 1"),
    Break(PRICING, "a required choice may be missing", "if count < group.minimum:", "if False:"),
    Break(PRICING, "halves are counted together", 'one in ("whole", side) for one in chosen', "True for one in chosen"),
    Break(PRICING, "a nested choice needs no parent", "    for option_id in left:\n", "    for option_id in ():\n"),
    Break(
        PRICING,
        "nested groups are not asked for",
        "for below in option.groups:\n            _pick",
        "for below in ():\n            _pick",
    ),
    Break(PRICING, "what has run out is sold", "if not item.available:", "if False:"),
    Break(
        PRICING,
        "a topping that has run out is sold",
        "        if not option.available:\n            instead",
        "        if False:\n            instead",
    ),
    Break(PRICING, "alcohol is sold to anybody", "item.alcohol and not rules.alcohol_sold", "False"),
    Break(
        PRICING,
        "the average has no surcharge",
        "rounded(joined + rules.half_surcharge, rules)",
        "rounded(joined, rules)",
    ),
    Break(PRICING, "the cheaper half counts", "else max(left, right)", "else min(left, right)"),
    Break(PRICING, "caps count lines apart", "by_item.get(line.item.id, 0) + line.quantity", "line.quantity"),
    Break(PRICING, "the total has no cap", "if total > rules.most_total:", "if False:"),
    Break(
        PRICING,
        "the other half loses what it comes with",
        "for side in HALVES if not _covers(spoken, side)",
        "for side in ()",
    ),
    Break(PRICING, "the quantity is forgotten", "each * wanted.quantity)", "each)"),
    Break(PACING, "one more than fits", "near[pace.most :]", "near[pace.most + 1 :]"),
    Break(PACING, "one fewer than fits", "near[pace.most :]", "near[max(pace.most - 1, 1) :]"),
    Break(
        PACING, "windows lie end to end only when apart", "last - first >= pace.within", "last - first > pace.within"
    ),
    Break(PACING, "only earlier orders count", "if abs(one - moment) < pace.within", "if one <= moment"),
    Break(PACING, "zero is no limit", "        return False\n", "        return True\n"),
    Break(
        PACING,
        "the next time is the last one",
        "    return next((moment for moment in candidates if",
        "    return next((moment for moment in reversed(candidates) if",
    ),
    Break(PACING, "an earlier time than can be made", "if moment >= not_before and", "if"),
    Break(
        PACING,
        "the earliest of the earlier times",
        "for moment in reversed(candidates) if moment >=",
        "for moment in candidates if moment >=",
    ),
    Break(PACING, "seconds are promised", "up_to_the_minute(one + pace.within)", "one + pace.within"),
    Break(PACING, "seconds are promised backwards", "down_to_the_minute(one - pace.within)", "one - pace.within"),
    Break(PACING, "minutes are cut off", "down_to_the_minute(moment) + MINUTE", "down_to_the_minute(moment)"),
    Break(PACING, "a promise is never kept", "promised + GRACE", "promised - GRACE"),
    Break(PACING, "tonight never ends", "max(now, due - BUSY_LASTS) < prep.until", "prep.until > now - 9 * BUSY_LASTS"),
    Break(
        PACING,
        "the load beats staff",
        "    return prep.override * MINUTE\n",
        "    return max(prep.override, prep.minutes + prep.busy_extra) * MINUTE\n",
    ),
    Break(PACING, "busy one order late", "in_kitchen >= prep.busy_from", "in_kitchen > prep.busy_from"),
    Break(PACING, "the rush never ends", "and due <= now + BUSY_LASTS", ""),
    Break(STRIPE, "any signature fits", "if not any(hmac.compare_digest", "if False and not any(hmac.compare_digest"),
    Break(STRIPE, "only the first signature counts", "for one in signatures):", "for one in signatures[:1]):"),
    Break(STRIPE, "any scheme counts", 'if name == "v1"]', 'if name.startswith("v")]'),
    Break(STRIPE, "recordings are believed", "> TOLERANCE.total_seconds()", "> 99 * TOLERANCE.total_seconds()"),
    Break(
        STRIPE,
        "clocks ahead are believed",
        "if abs(now.timestamp() - int(stamps[0])) >",
        "if now.timestamp() - int(stamps[0]) >",
    ),
    Break(STRIPE, "an empty secret signs", "if not secret or len", "if len"),
    Break(STRIPE, "two moments are one", "len(stamps) != 1", "len(stamps) < 1"),
    Break(STRIPE, "the moment is not signed", 'stamps[0].encode() + b"." + body', 'b"." + body'),
    Break(STRIPE, "yen have cents", "return 1 if name in NO_DECIMALS else", "return"),
    Break(STRIPE, "half a yen is dropped", "if units != int(units):", "if False:"),
    Break(
        STRIPE,
        "what is complete is paid",
        'session.get("payment_status") == "paid"',
        'session.get("status") == "complete"',
    ),
    Break(STRIPE, "every event is a payment", 'if not kind.startswith("checkout.session.") or', "if"),
    Break(STRIPE, "two links for one payment", "once=payment,", 'once="",'),
    Break(STRIPE, "a refusal is an answer", "answer.status_code >= 400 or", "False or"),
    Break(STRIPE, "a closed page is closed again", "if self.look(reference) is None:", "if True:"),
    Break(ALLERGY, "accents hide it", '"NFKD"', '"NFC"'),
    Break(ALLERGY, "capitals hide it", ".casefold()", ""),
    Break(ALLERGY, "blanks hide it", ".split())", ".split(chr(0)))"),
    Break(ALLERGY, "only the first note is read", "for text in said)", "for text in list(said)[:1])"),
    Break(ALLERGY, "misspelled is not meant", r"\bal+[ea]rg|", r"\ballerg|"),
    Break(ALLERGY, "no nuts is taste", "hold the|skip the|sin|", "skip the|sin|"),
    Break(ALLERGY, "too hot is an allergy", r"(?!it (?:too|so|before|after|until)\b)", ""),
    Break(ALLERGY, "sugar free is an allergy", 'rf"\\b{_HARMFUL}[ -]?free', 'rf"\\b\\w+[ -]?free'),
    Break(ALLERGY, "apostrophes part words", r"[^\w\s-]|_", r"[^\w\s'’-]|_"),
]
