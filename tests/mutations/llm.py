"""Breaks of `apps/llm`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

ANSWER = "apps/llm/answer.py"
BREAKER = "apps/llm/breaker.py"
PURSE = "apps/llm/purse.py"
RACE = "apps/llm/race.py"
REASONS = "apps/llm/reasons.py"
TESTS = {
    ANSWER: ("tests/llm/test_answer.py",),
    BREAKER: ("tests/llm/test_breaker.py",),
    PURSE: ("tests/llm/test_answer.py",),
    RACE: ("tests/llm/test_race.py",),
    REASONS: ("tests/llm/test_answer.py", "tests/llm/test_breaker.py"),
}
BREAKS = [
    Break(ANSWER, "dots are speech", "return any(letter.isalnum() for letter in self.text)", "return bool(self.text)"),
    Break(ANSWER, "dots are let go", "if not ends or not any(", "if not ends or not self.held or not all("),
    Break(ANSWER, "a sentence may wait for ever", "len(self.held) > LONGEST_PIECE", "len(self.held) > 10**6"),
    Break(ANSWER, "calls without a number are one", "known is None or _begins_another(part, known)", "known is None"),
    Break(ANSWER, "a start again is another call", "part.id != known.id or", "True or"),
    Break(ANSWER, "two calls of one kind are one", "(not part.id and _is_whole(known.arguments))", "False"),
    Break(ANSWER, "arguments twice", "elif part.name and part.arguments == known.arguments", "elif False"),
    Break(
        ANSWER, "pieces replace one another", "known.arguments += part.arguments", "known.arguments = part.arguments"
    ),
    Break(ANSWER, "a refusal is spoken", "if finish in REFUSALS:", "if False:"),
    Break(ANSWER, "an end nobody said", "if not finish:", "if False:"),
    Break(ANSWER, "nothing is an answer", "if not calls and not self.speaks:", "if False:"),
    Break(ANSWER, "a list is arguments", "if not isinstance(found, dict):", "if False:"),
    Break(ANSWER, "a call of nobody", "if not call.name:", "if False:"),
    Break(ANSWER, "confidence of logarithms", "math.exp(each) for each", "each for each"),
    Break(
        ANSWER,
        "confidence out of nothing",
        "if not self._logprobs:\n            return None",
        "if not self._logprobs:\n            return 1.0",
    ),
    Break(BREAKER, "the first failure opens", "len(self.failures) >= FAILURES", "len(self.failures) >= 1"),
    Break(BREAKER, "nothing opens", "if probe or len(self.failures) >= FAILURES:", "if False:"),
    Break(BREAKER, "failures are remembered for ever", "if now - at < WINDOW_SECONDS", "if True"),
    Break(BREAKER, "an answer forgives nothing", "self.failures.clear()", "pass"),
    Break(BREAKER, "all may try at once", "        self.probing_since = now\n", ""),
    Break(BREAKER, "a lost probe blocks for ever", "now - self.probing_since < PROBE_SECONDS", "True"),
    Break(
        BREAKER,
        "a probe nobody waited for blocks",
        "self.probing_since = None\n\n    def failed",
        "pass\n\n    def failed",
    ),
    Break(BREAKER, "rests do not grow", "self.rest * 2 or SHORT_SECONDS", "SHORT_SECONDS"),
    Break(BREAKER, "rests grow for ever", ", LONGEST_SHORT_SECONDS)", ", 10**6)"),
    Break(BREAKER, "a bad key is an outage", "if reason in LONG_SECONDS:", "if False:"),
    Break(BREAKER, "a refusal is an outage", "if reason in HARMLESS:", "if False:"),
    Break(BREAKER, "the vendor is not heard", "retry_after or RATE_SECONDS", "RATE_SECONDS"),
    Break(
        BREAKER,
        "the vendor may say a year",
        "min(retry_after or RATE_SECONDS, MOST_SECONDS)",
        "retry_after or RATE_SECONDS",
    ),
    Break(
        BREAKER,
        "one bad key is everybody's",
        "(mine, theirs) if reason in OF_ACCOUNT",
        "(theirs, mine) if reason in OF_ACCOUNT",
    ),
    Break(
        BREAKER,
        "an outage is one account's",
        "if reason in OF_ACCOUNT else (theirs, mine)",
        "if True else (theirs, mine)",
    ),
    Break(
        BREAKER,
        "the account's probe is lost",
        "            mine.gave_up()\n            return False",
        "            return False",
    ),
    Break(PURSE, "the month has no limit", "self.spent_this_month >= self.month_limit", "False"),
    Break(PURSE, "the day has no limit", "return over_day or", "return"),
    Break(PURSE, "one more is asked", "self.spent_today >= self.day_limit", "self.spent_today > self.day_limit"),
    Break(PURSE, "the day is not paid", "self.spent_today += attempt.cost", "pass"),
    Break(RACE, "nobody is asked besides", "min(hedge_at, last_at))", "last_at)"),
    Break(
        RACE,
        "who has begun is raced",
        "if not any(runner.begun for runner in self._runners) and self._ask_next():",
        "if self._ask_next():",
    ),
    Break(RACE, "the losers run on", "self._outrun([other for other in self._runners if other is not runner])", "pass"),
    Break(
        RACE,
        "who fails is the end",
        "            self._runners.remove(runner)\n            if self._ask_next():",
        "            self._runners.remove(runner)\n            if False:",
    ),
    Break(
        RACE,
        "another goes on after a sentence",
        "                if isinstance(news, Unanswered):\n                    return",
        "                if isinstance(news, Unanswered):\n                    first = await self._first_to_speak()\n"
        "                    continue",
    ),
    Break(RACE, "silence is waited for", "return runner.began + self._patience.first", "return runner.began + 10**6"),
    Break(RACE, "a stall is waited for", "else self._patience.stalled)", "else 10**6)"),
    Break(RACE, "a pause is waited for", "(self._patience.pause if runner.spoke", "(10**6 if runner.spoke"),
    Break(RACE, "a trickle is waited for", "return self._patience.sentence", "return 10**6"),
    Break(RACE, "a tool call has no time", "return self._patience.call", "return self._patience.sentence"),
    Break(RACE, "the last held words are lost", "if answer.held:", "if False:"),
    Break(
        RACE,
        "who rests is asked",
        "if not BOARD.allows(",
        "if BOARD.allows(now=self._clock(), **names(provider)) and not BOARD.allows(",
    ),
    Break(RACE, "silence costs nothing", 'fate=Reason.SILENCE if silent else "outrun"', 'fate="outrun"'),
    Break(RACE, "the outrun are blamed", "silent = not runner.begun and", "silent ="),
    Break(
        RACE,
        "a bug is dead air",
        "failure, runner.fate = Unanswered(Reason.MALFORMED, type(error).__name__), Reason.MALFORMED",
        "raise",
    ),
    Break(REASONS, "an empty account is a hurry", "_MONEY.search(text) and not _SOON.search(text)", "False"),
    Break(REASONS, "a hurry is an empty account", " and not _SOON.search(text)", ""),
    Break(REASONS, "a bad key is an outage", "if status in (401, 403):", "if False:"),
    Break(REASONS, "every 400 is ours", "if found.search(text):", "if False:"),
    Break(REASONS, "no model is an outage", "if status == 404:", "if False:"),
]
