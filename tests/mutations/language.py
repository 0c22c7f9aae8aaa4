"""Breaks of `apps/language`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

CLOCK = "apps/language/clock.py"
DATES = "apps/language/dates.py"
HOLIDAYS = "apps/language/holidays.py"
MOMENTS = "apps/language/moments.py"
CORRECTIONS = "apps/language/corrections.py"
SPELLING = "apps/language/spelling.py"
NUMBERS = "apps/language/numbers.py"
PARTIES = "apps/language/parties.py"
MONEY = "apps/language/money.py"
PHONES = "apps/language/phones.py"
ASSENT = "apps/language/assent.py"
REDACTION = "apps/language/redaction.py"
PHONETIC = "apps/language/phonetic.py"
TEXT = "apps/language/text.py"

TESTS = {
    CLOCK: ("tests/language/test_clock.py",),
    DATES: ("tests/language/test_dates.py",),
    HOLIDAYS: ("tests/language/test_dates.py",),
    MOMENTS: ("tests/language/test_moments.py",),
    CORRECTIONS: ("tests/language/test_clock.py", "tests/language/test_dates.py"),
    SPELLING: ("tests/language/test_spelling.py",),
    NUMBERS: ("tests/language/test_numbers.py",),
    PARTIES: ("tests/language/test_parties.py",),
    MONEY: ("tests/language/test_money.py",),
    PHONES: ("tests/language/test_phones.py",),
    ASSENT: ("tests/language/test_assent.py",),
    REDACTION: ("tests/language/test_redaction.py",),
    PHONETIC: ("tests/language/test_phonetic.py",),
    TEXT: ("tests/language/test_text.py",),
}
BREAKS = [
    Break(CLOCK, "two for dinner is a time", ' or _at(found, place) != "for"', " or True"),
    Break(CLOCK, "about three for 7:30 is three", "return not people and (", "return ("),
    Break(CLOCK, "nothing is moved to eight", 'if before == "to" and MOVING', "if False and MOVING"),
    Break(DATES, "in two weeks on Friday is in two weeks", "if weekday >= 0 and not months", "if False and not months"),
    Break(DATES, "Friday in two weeks is Friday", 'if _at(found, end) == "in" and (', "if False and ("),
    Break(
        PARTIES, "every number is a party", "return before in _ARE and alone", "return True or before in _ARE and alone"
    ),
    Break(PARTIES, "nights are people", "after in _MEASURES or after", "after"),
    Break(PARTIES, "bare numbers always count", "if asked else None", "if True else None"),
    Break(PARTIES, "bare minutes are people", "return _at(found, one.end) not in _MEASURES", "return True"),
    Break(PARTIES, "children stay at home", "total, end = total + read[0], end", "total, end = total, end"),
    Break(PARTIES, "the caller stays at home", "total + bool(mine)", "total"),
    Break(PARTIES, "who is listed is two", "return len(_ONE_LISTED.findall(listed.group()))", "return 2"),
    Break(PARTIES, "others' families are parties", "if listed and _ME.search(listed.group()):", "if listed:"),
    Break(PARTIES, "one of us is one", "and one.value > 1 and", "and"),
    Break(PARTIES, "two more are two", "or _is_added(found, one)", ""),
    Break(PARTIES, "one more thing is a guest", '(after == "more" and', "(True and"),
    Break(PARTIES, "the first of two counts", "or _left_open(found, one)", ""),
    Break(PARTIES, "nobody takes it back", "or (mentions and _takes_back(found, one))", ""),
    Break(PARTIES, "nobody is moved to six", 'if before == "to" and MOVING', "if False and MOVING"),
    Break(PARTIES, "armies are seated", "0 < read[0] <= LARGEST", "0 < read[0]"),
    Break(PARTIES, "nobody is a party", "0 < read[0] <= LARGEST", "0 <= read[0] <= LARGEST"),
    Break(CLOCK, "the clock is said without its nought", "{'oh ' if at.minute < 10 else ''}", ""),
    Break(CLOCK, "open in both halves means the evening", "if len(fitting) == 1 else None", "if fitting else None"),
    Break(
        CLOCK, "the hours overrule what was said", "    if clock.half is not None:\n        return clock.ways[0]\n", ""
    ),
    Break(CLOCK, "open at the moment of closing", "opens <= at < closes if", "opens <= at <= closes if"),
    Break(CLOCK, "bars close at midnight", "at >= opens or at < closes", "at >= opens"),
    Break(CLOCK, "after midnight is the same day", "days=1 if late else 0", "days=0"),
    Break(CLOCK, "every night is the next day", "not same_day and any(", "any("),
    Break(CLOCK, "to is past", "60 - minutes, half)", "minutes, half)"),
    Break(CLOCK, "to keeps its hour", "return (hour - 2) % 12 + 1", "return hour"),
    Break(CLOCK, "before noon is in the evening", 'half = "am" if half == "pm" else "pm"', "pass"),
    Break(
        CLOCK,
        "half nine is half past eight",
        "Clock(hour.value, 30, hour.half)",
        "Clock(_hour_before(hour.value), 30, hour.half)",
    ),
    Break(CLOCK, "every number is a time", "    return before in _LEADS | _PARTS or", "    return True or"),
    Break(CLOCK, "parties are times", "if _at(found, shape.end) not in _COUNTED or shape.sure:", "if True:"),
    Break(CLOCK, "for four tonight is a time", "    people = not shape.sure and", "    people = False and"),
    Break(CLOCK, "the night is all evening", '"am" if hour == 12 or hour < 5 else "pm"', '"pm"'),
    Break(CLOCK, "lunch is after noon", '"am" if hour in (9, 10, 11) else "pm"', '"pm"'),
    Break(CLOCK, "good evening says when", 'greets = _at(found, place - 1) == "good"', "greets = False"),
    Break(CLOCK, "who says I am names the morning", ' and "i" not in found:', ":"),
    Break(CLOCK, "thirteen o'clock is one", "1 <= hour <= 12 else of(", "hour else of("),
    Break(CLOCK, "phone numbers hold times", "alone = _number(found, after) is None and", "alone = True or"),
    Break(
        DATES,
        "next friday is this friday",
        "days=7 - today.weekday() + weekday",
        "days=(weekday - today.weekday()) % 7",
    ),
    Break(
        DATES,
        "friday is never today",
        "days=(weekday - today.weekday()) % 7)",
        "days=(weekday - today.weekday() - 1) % 7 + 1)",
    ),
    Break(DATES, "friday the fifth is any friday", "day.weekday() == weekday else None", "True else None"),
    Break(DATES, "last friday is this friday", 'if how == "last" or', "if"),
    Break(DATES, "the year is forgotten", "if year is None:", "if True:"),
    Break(
        DATES,
        "days without a year are past",
        "if made and made >= today:\n            return made\n",
        "if made:\n            return made\n",
    ),
    Break(DATES, "the fourth is this month's", "        if day and day >= today:\n", "        if day:\n"),
    Break(DATES, "the day comes first", 'if (order == "day first" and day <= 12) or', "if True or"),
    Break(DATES, "the month always comes first", '(order == "day first" and day <= 12) or ', ""),
    Break(DATES, "half a pizza is a date", "if figures.group() in _FRACTIONS and", "if False and"),
    Break(DATES, "the first pizza is a date", "few = value <= 3 and not written", "few = False"),
    Break(DATES, "the sun is sunday", "name in _ALSO_WORDS and not", "False and not"),
    Break(DATES, "a month of 31 days", "for number in range(day.day, 0, -1)", "for number in (day.day,)"),
    Break(DATES, "how are you today names a day", '== ("how", "are", "you")', '== ("",)'),
    Break(
        DATES,
        "a day far off is said without its year",
        "if next_such(today, day.month, day.day) == day else",
        "if True else",
    ),
    Break(DATES, "in three days forgets the weeks", "days + more[1],", "days,"),
    Break(HOLIDAYS, "the third sunday is the second", "7 * (nth - 1)", "7 * (nth - 2)"),
    Break(HOLIDAYS, "easter by the wrong moon", "(century - (century + 8) // 25 + 1) // 3", "0"),
    Break(HOLIDAYS, "easter is never late", "- 7 * late", ""),
    Break(HOLIDAYS, "christmas is over", "if this_year >= today else", "if this_year > today else"),
    Break(HOLIDAYS, "christmas eve is christmas", "range(len(plain), 0, -1)", "range(1, len(plain) + 1)"),
    Break(MOMENTS, "half past an hour and a half", "30 * half", "0 * half"),
    Break(MOMENTS, "ten minutes is in ten minutes", "if (led or named) and", "if"),
    Break(MOMENTS, "tonight does not say which half", ' if found[place] != "tonight"', ""),
    Break(MOMENTS, "times stay among what is left", "_without(kept, of_times))", "kept)"),
    Break(MOMENTS, "in an hour is today", "Heard(then.date(),", "Heard(now.date(),"),
    Break(
        CORRECTIONS,
        "nobody corrects himself",
        "        if _corrects(between,",
        "        if False and _corrects(between,",
    ),
    Break(
        CORRECTIONS, "the last always counts", "        if _corrects(between,", "        if True or _corrects(between,"
    ),
    Break(CORRECTIONS, "seven or eight is seven", "return None\n    return kept", "continue\n    return kept"),
    Break(CORRECTIONS, "not friday is friday", "if _is_put_aside(found, mention):", "if False:"),
    Break(CORRECTIONS, "a limit takes back", "if word in _CORRECTING and not limits:", "if word in _CORRECTING:"),
    Break(CORRECTIONS, "a move goes nowhere", 'if "to" in between and', "if False and"),
    Break(CORRECTIONS, "an if takes back", 'if "if" in between:', "if False:"),
    Break(
        SPELLING, "capitals are not said", "unexpected = one.isupper() !=", "unexpected = False and one.isupper() !="
    ),
    Break(SPELLING, "double letters are single", "inner.text * _REPEATS[word]", "inner.text"),
    Break(SPELLING, "the letter is heard better than the word", "first if mistaken else letter", "letter"),
    Break(SPELLING, "the word always says the letter", "first if mistaken else letter", "first"),
    Break(SPELLING, "mike is an m", "return len(near) >= ENOUGH or", "return True or"),
    Break(
        SPELLING,
        "two letters are a name anywhere",
        "return len(run.letters) == 2 and",
        "return len(run.letters) == 2 or",
    ),
    Break(SPELLING, "words end a spelling", "while pieces and not pieces[-1].sure and not whole:", "while False:"),
    Break(SPELLING, "any c becomes a k", "if name.count(sound) == 1:", "if name.count(sound):"),
    Break(SPELLING, "the spelling stays among the words", "        del found[start:end]\n", "        pass\n"),
    Break(SPELLING, "the shortest spelling counts", "_written(max(runs", "_written(min(runs"),
    Break(NUMBERS, "a dozen is ten", '(("a", "dozen"), 12)', '(("a", "dozen"), 10)'),
    Break(NUMBERS, "twenty five is twenty", 'last == "ten" and 0 <', 'last == "never" and 0 <'),
    Break(NUMBERS, "a hundred percent is a number", 'not in (("percent",), ("%",))', "not in ()"),
    Break(NUMBERS, "a dozen dozen is a number", ' and words[start + used - 1] != "dozen"', ""),
    Break(NUMBERS, "a couple hundred is two", "value * _SCALES[counts], used + 1", "value, used"),
    Break(NUMBERS, "the largest has no end", "if value <= LARGEST else None", "if True else None"),
    Break(NUMBERS, "thirtieth is thirtyth", "tens[:-1] + ", "tens + "),
    Break(MONEY, "cents are dollars", "Decimal(value) / 100, after + 1", "Decimal(value), after + 1"),
    Break(MONEY, "twelve oh five is twelve fifty", "(cents[0] < 10) == few", "True"),
    Break(MONEY, "one dollars", "one if whole == 1 else many", "many"),
    Break(MONEY, "minutes are money", "read.sure or read.end == len(found)", "True"),
    Break(
        MONEY,
        "every amount is a limit",
        "if limit else None\n        if read",
        "if limit or start == 0 else None\n        if read",
    ),
    Break(PHONES, "double is once", "digits * repeat)", "digits)"),
    Break(PHONES, "twenty five is 205", 'if tens and len(digits) == 1 and digits != "0":', "if False:"),
    Break(
        PHONES,
        "for is always a digit",
        'kept.append(word if among or word not in MAYBE_DIGITS else "-")',
        "kept.append(word)",
    ),
    Break(
        PHONES,
        "any ten digits are a number",
        '_NANP = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")',
        '_NANP = re.compile(r"[0-9]{10}")',
    ),
    Break(PHONES, "five digits are shown", "number[-4:]", "number[-5:]"),
    Break(ASSENT, "yes and is a yes", "found[-1] in _UNFINISHED or", "False or"),
    Break(ASSENT, "a question is a yes", 'if "?" in text or', "if"),
    Break(ASSENT, "yes and no is a yes", "    if positive == negative:\n        return Assent.UNCLEAR\n", ""),
    Break(ASSENT, "do not cancel is a refusal", "if any(word in _OBJECTIONS for word in after):", "if False:"),
    Break(ASSENT, "other words are no matter", " or any(word not in _YES | _NO | _FILLERS for word in found)", ""),
    Break(REDACTION, "cards of thirteen digits stay", "SHORTEST = 13", "SHORTEST = 14"),
    Break(
        REDACTION,
        "international numbers are cards",
        "return len(digits) > SHORTEST and _passes_luhn(digits)",
        "return True",
    ),
    Break(
        REDACTION,
        "a plus lets a card through",
        "return len(digits) > SHORTEST and _passes_luhn(digits)",
        "return False",
    ),
    Break(REDACTION, "only the first card is cut", "in reversed(card_spans(text)):", "in card_spans(text)[:1]:"),
    Break(PHONETIC, "vowels count", '_DOUBLE.sub(r"\\1", _VOWELS.sub("", sound))', '_DOUBLE.sub(r"\\1", sound)'),
    Break(PHONETIC, "the same is not quite the same", "    if one.text == other.text:\n        return 1.0\n", ""),
    Break(PHONETIC, "sound is not heard", "0.55 * spelling + 0.45 * sounding", "spelling"),
    Break(TEXT, "accents stay", "if not unicodedata.combining(letter)", "if True"),
    Break(TEXT, "capitals stay", ".lower()", ""),
    Break(TEXT, "apostrophes are curly", '{"\\u2019": "\'", ', "{"),
]
