"""Breaks of what hears and speaks in `apps/voice`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

ENDPOINTING = "apps/voice/endpointing.py"
KEPT = "apps/voice/kept.py"
TURNS = "apps/voice/stt/deepgram_turns.py"
KEYTERMS = "apps/voice/stt/keyterms.py"
ASKING = "apps/language/asking.py"
COMPLAINTS = "apps/voice/complaints.py"
HEARING = "apps/voice/hearing.py"
SPEAKING = "apps/voice/speaking.py"

TESTS = {
    ENDPOINTING: ("tests/voice/test_endpointing.py",),
    KEPT: ("tests/voice/test_kept.py",),
    TURNS: ("tests/voice/stt/test_deepgram_turns.py",),
    KEYTERMS: ("tests/voice/stt/test_keyterms.py",),
    ASKING: ("tests/language/test_asking.py",),
    COMPLAINTS: ("tests/voice/test_complaints.py",),
    HEARING: ("tests/voice/test_hearing.py",),
    SPEAKING: ("tests/voice/test_speaking.py",),
}
BREAKS = [
    Break(ENDPOINTING, "a click is speech", "self.frame_ms >= self.patience.speech_ms", "self.frame_ms >= 20"),
    Break(ENDPOINTING, "speech starts again and again", "if not self.speaking and sum", "if sum"),
    Break(ENDPOINTING, "all of what was said counts as recent", "self._recent[-window + 1 :]", "self._recent"),
    Break(ENDPOINTING, "a pause ends it at once", "quiet_ms >= self.patience.silence_ms", "quiet_ms >= 40"),
    Break(ENDPOINTING, "a click is a word", "said_ms >= self.patience.word_ms", "said_ms >= 0"),
    Break(
        ENDPOINTING,
        "speech begins at its last frame",
        "            if not self._speech_frames:\n",
        "            if True:\n",
    ),
    Break(ENDPOINTING, "speech ends a frame early", "(self.last_speech + 1) *", "self.last_speech *"),
    Break(ENDPOINTING, "attending for ever", "self.speaking, self._speech_frames = False, 0", "self.speaking = False"),
    Break(KEPT, "speech is cut at its beginning", "self.speech_ms - BEFORE_MS)", "self.speech_ms)"),
    Break(KEPT, "nothing is kept of silence", "self.heard_ms - QUIET_MS", "self.heard_ms"),
    Break(KEPT, "everything is kept", "self.heard_ms - LONGEST_MS)", "0)"),
    Break(KEPT, "final words keep their sound", "        self._cut(min(ended_ms + PAUSE_MS, self.heard_ms))\n", ""),
    Break(KEPT, "the pause goes with the words", "ended_ms + PAUSE_MS, self", "ended_ms, self"),
    Break(KEPT, "sound that never came is cut", "min(ended_ms + PAUSE_MS, self.heard_ms)", "ended_ms + PAUSE_MS"),
    Break(KEPT, "nothing is ever settled", "> SETTLED_MS:", "> SETTLED_MS * 100:"),
    Break(KEPT, "new speech forgets the old", "if self.speech_ms is None:", "if True:"),
    Break(
        KEPT,
        "final words leave somebody speaking",
        "        self.speech_ms = None\n        self._cut",
        "        self._cut",
    ),
    Break(TURNS, "what is repeated counts twice", "if end <= self._settled and", "if False and"),
    Break(TURNS, "final segments are forgotten", "            self._texts.append(text)\n", ""),
    Break(
        TURNS,
        "partial words leave out the final ones",
        '" ".join([*self._texts, text] if text else self._texts)',
        "text",
    ),
    Break(TURNS, "numbers are cut at their pauses", "and not (self.patient and self._texts)", ""),
    Break(TURNS, "words taken back are never said to be", "if not texts and not promised:", "if not texts:"),
    Break(TURNS, "an utterance is said twice", "self._texts, self._words, self._promised = [], [], False", "pass"),
    Break(TURNS, "late news of a turn counts", "if turn <= self._last_turn:", "if False:"),
    Break(TURNS, "early is final", "return [EarlyUtterance(text)]", "return [_utterance(text, [], start=0, end=0)]"),
    Break(TURNS, "going on is not said", "return [Resumed(), *", "return [*"),
    Break(TURNS, "times are of the window", "min(starts, default=start)", "start"),
    Break(TURNS, "sureness is of the last word", "sum(sure) / len(sure)", "sure[-1]"),
    Break(TURNS, "true is a number", "and not isinstance(value, bool) else", "else"),
    Break(KEYTERMS, "as many as there are", "if len(chosen) == MOST:", "if False:"),
    Break(KEYTERMS, "as long as they are", "or tokens + cost > MOST_TOKENS", ""),
    Break(KEYTERMS, "one twice", "if term in chosen or", "if"),
    Break(KEYTERMS, "numbers always", 'if expected == "digits" else ()', "if True else ()"),
    Break(ASKING, "a statement asks", r"[^.!?¿]+\?\s*$", r"[^.!?¿]+[.?]\s*$"),
    Break(ASKING, "an earlier question asks", r"[^.!?¿]+\?\s*$", r"(?s).+\?\s*$"),
    Break(
        ASKING,
        "nothing asks in Spanish",
        r'    r"|\bdigits?\b|\bn[uú]mero\b|\btel[eé]fono\b",' + "\n",
        r'    r"|\bdigits?\b",' + "\n",
    ),
    Break(COMPLAINTS, "what passes is complained of", "if reason not in LONG_SECONDS:", "if reason is None:"),
    Break(
        COMPLAINTS,
        "models are not",
        'return "thinking", Reason(outcome) if outcome in set(Reason) else None',
        'return "", None',
    ),
    Break(HEARING, "a dead connection is not made again", "again = connected and", "again = False and"),
    Break(HEARING, "who breaks off is asked for ever", "< self._patience.again", "< 0"),
    Break(
        HEARING,
        "silence is not noticed",
        '        if "news" not in self._timers:\n            self._expect_news()\n',
        "",
    ),
    Break(
        HEARING,
        "who takes over begins with what comes",
        "            link.transcriber.hear(bytes(self._kept.sound))\n",
        "            pass\n",
    ),
    Break(HEARING, "what is known is said again", "if link.tried and news.ended_ms <= self._final_ms:", "if False:"),
    Break(HEARING, "times are the provider's own", "started_ms=link.from_ms + news", "started_ms=news"),
    Break(
        HEARING,
        "nobody goes back",
        '            self._after("back", wait, lambda: self._start(self._go_back()))\n',
        "            pass\n",
    ),
    Break(
        HEARING,
        "a trial is believed at once",
        "                self._trial, better.tried = better, True\n                self._hear_again(better)\n",
        "                self._hear_again(better)\n                self._take_over(better, since=None)\n",
    ),
    Break(HEARING, "the mute are asked again", "or (before is None and provider in self._mute)", ""),
    Break(HEARING, "what is expected is not passed on", "        link.transcriber.expect(self._expected)\n", ""),
    Break(HEARING, "all may take as long as they like", "min(now + patience.open, since + patience.total)", "now + 60"),
    Break(
        SPEAKING,
        "a failed voice is asked at once",
        "self._resting[provider] = self._clock() + self._patience.rest",
        "pass",
    ),
    Break(
        SPEAKING,
        "a failed voice stays open",
        "        self._let_go(provider)\n        self._resting",
        "        self._resting",
    ),
    Break(SPEAKING, "no sound is a sentence", "if not answered and any(map(str.isalnum, text)):", "if False:"),
    Break(
        SPEAKING,
        "the silences add up",
        "min(now + self._patience.first, self._silent_since + self._patience.total)",
        "now + self._patience.first",
    ),
    Break(
        SPEAKING,
        "a voice may pause for ever",
        "self._patience.last if self._is_last(provider) else self._patience.pause",
        "3600",
    ),
    Break(SPEAKING, "the last one's failure is nobody's", "            raise failure\n", "            pass\n"),
]
