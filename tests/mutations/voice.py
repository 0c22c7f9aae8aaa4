"""Breaks of `apps/voice`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

CONVERSATION = "apps/voice/conversation.py"
MEDIA = "apps/voice/media.py"
AUDIO = "apps/voice/audio.py"
CENTRE = "apps/voice/stt/centre.py"
DISHES = "apps/voice/stt/dishes.py"

TESTS = {
    CONVERSATION: (
        "tests/voice/test_conversation.py",
        "tests/voice/test_interruptions.py",
        "tests/voice/test_waiting.py",
        "tests/voice/test_conversation_properties.py",
    ),
    MEDIA: ("tests/voice/test_media.py",),
    AUDIO: ("tests/voice/test_audio.py",),
    CENTRE: ("tests/voice/stt/test_centre.py",),
    DISHES: ("tests/voice/stt/test_dishes.py",),
}
BREAKS = [
    Break(CENTRE, "the caller is not learned", "self._sum += frames.sum(0)", "pass"),
    Break(CENTRE, "nothing is usual", "_USUAL_FRAMES: Final = 100", "_USUAL_FRAMES: Final = 1"),
    Break(CENTRE, "small pieces are thrown away", "np.concatenate([self._rest, pcm])", "pcm"),
    Break(CENTRE, "dead lines are callers", "frames = frames[frames[:, 0] >= 0]", "pass"),
    Break(CENTRE, "old sound never fades", "if self._frames > _MEMORY_FRAMES:", "if False:"),
    Break(DISHES, "choices stand only behind", "_BEFORE: Final = (35, 30, 25, 10)", "_BEFORE: Final = (1, 0, 0, 0)"),
    Break(DISHES, "nobody wants a lot of anything", "if r.random() < 0.35 else choice for", "if False else choice for"),
    Break(DISHES, "glasses are glasss", 'return name if name.endswith("s") and', 'return name + "s" if name and'),
    Break(CONVERSATION, "late news is believed", "_IDENTIFY_TURN) and", "_IDENTIFY_TURN) and False and"),
    Break(CONVERSATION, "late timers are believed", "if event.turn != self.turn:\n", "if False:\n"),
    Break(CONVERSATION, "a dead call goes on", "if self.state is State.ENDED:", "if False:"),
    Break(CONVERSATION, "a call starts twice", "case Started() if self.state is State.IDLE:", "case Started():"),
    Break(
        CONVERSATION,
        "turns keep their number",
        "    def _new_turn(self, state: State) -> None:\n        self.turn += 1\n",
        "    def _new_turn(self, state: State) -> None:\n",
    ),
    Break(CONVERSATION, "a hang-up is a goodbye", "self._end(Ending.CALLER)", "self._end(Ending.GOODBYE)"),
    Break(CONVERSATION, "the notice can be interrupted", "Utterance() if self.hearing:", "Utterance():"),
    Break(CONVERSATION, "hearing never starts", "commands = [StartHearing()]", "commands = []"),
    Break(CONVERSATION, "hearing starts at every mark", "            self.hearing = True\n", ""),
    Break(
        CONVERSATION,
        "a lost notice counts as heard",
        "State.GREETING and not self.hearing:\n                return",
        "State.IDLE:\n                return",
    ),
    Break(CONVERSATION, "speech goes on over the caller", "[*cancelled, ClearAudio()]", "[*cancelled]"),
    Break(CONVERSATION, "an interrupted model talks on", "return [*cancelled, ClearAudio()]", "return [ClearAudio()]"),
    Break(
        CONVERSATION,
        "a goodbye cannot be taken back",
        "self.awaiting, self.ending = state, None, None",
        "self.awaiting = state, None",
    ),
    Break(
        CONVERSATION, "a cough loses the goodbye", "if (unsaid or ending) and not unmade:", "if unsaid and not unmade:"
    ),
    Break(CONVERSATION, "what was heard is said again", "index >= self.heard and", ""),
    Break(CONVERSATION, "fillers are said again", " and index not in self.fillers", ""),
    Break(
        CONVERSATION,
        "a cough loses the question",
        '        if self.unanswered:\n            return self._think("")\n',
        "",
    ),
    Break(CONVERSATION, "a reply is made twice", "self.failures, self.unanswered = 0, False", "self.failures = 0"),
    Break(CONVERSATION, "a cough loses the rest of a reply", " and not unmade:", ":"),
    Break(CONVERSATION, "a long reply is given up while it is heard", "if self.awaiting is None:  #", "if False:  #"),
    Break(CONVERSATION, "mm-hm is an order", "return amid and", "return False and amid and"),
    Break(CONVERSATION, "mm-hm is never an answer", "return amid and", "return"),
    Break(CONVERSATION, "nothing is an utterance", "if not text.strip():", "if False:"),
    Break(CONVERSATION, "words do not win time", "self.turn += 1\n                return [", "return ["),
    Break(
        CONVERSATION,
        "a goodbye is cut off",
        "self.state, self.ending = State.SPEAKING, event.ending\n",
        "self.state = State.SPEAKING\n        if event.ending:\n            return self._end(event.ending)\n",
    ),
    Break(
        CONVERSATION,
        "an early end mark is believed",
        "self.awaiting is not None or self.state not in",
        "self.state not in",
    ),
    Break(CONVERSATION, "an empty completion is dead air", "return self._apologise(self.phrases.again)", "return []"),
    Break(CONVERSATION, "a filler is an answer", "len(self.said) > len(self.fillers)", "len(self.said) > 0"),
    Break(CONVERSATION, "a slow model is awaited for ever", "waits < len(self.phrases.waiting)", "True"),
    Break(
        CONVERSATION,
        "a given-up reply still speaks",
        "self.awaiting = None\n        return [CancelReply(self.turn), *",
        "self.awaiting = None\n        return [*",
    ),
    Break(CONVERSATION, "failures never reach a person", "self.failures += 1", "self.failures += 0"),
    Break(
        CONVERSATION,
        "failures are never forgiven",
        "self.failures, self.unanswered = 0, False",
        "self.unanswered = False",
    ),
    Break(CONVERSATION, "one failure too many", "self.failures > self.limits", "self.failures >= self.limits"),
    Break(CONVERSATION, "silence is asked about for ever", "self.silences += 1", "self.silences += 0"),
    Break(CONVERSATION, "silence is never forgiven", "        self.silences = 0\n", ""),
    Break(
        CONVERSATION,
        "the longest call has no end",
        "            return self._end(self.ending or Ending.TIMEOUT)",
        "            return []",
    ),
    Break(
        CONVERSATION,
        "the longest call cuts a goodbye",
        "        if self.ending is None:\n            commands",
        "        if True:\n            commands",
    ),
    Break(CONVERSATION, "a lost mark stops the call", "return self._played(Played(self.turn, END))", "return []"),
    Break(CONVERSATION, "nobody listens for silence", "return [self._start(timer)]", "return []"),
    Break(CONVERSATION, "zero reaches nobody", 'Pressed(digit="0")', 'Pressed(digit="9")'),
    Break(CONVERSATION, "every zero starts over", "if self.ending is not Ending.TRANSFER:", "if True:"),
    Break(CONVERSATION, "a dead voice stops a transfer", "self.ending or Ending.ERROR", "Ending.ERROR"),
    Break(MEDIA, "frames of any length", "len(text) > LONGEST_FRAME", "False"),
    Break(
        MEDIA,
        "binary frames are read",
        "if type(text) is not str or len(text) > LONGEST_FRAME",
        "if len(text) > LONGEST_FRAME",
    ),
    Break(MEDIA, "broken frames are merely unknown", "if event is None or event in known:", "if event is None:"),
    Break(MEDIA, "new events are malformed", "event in known:", "event in known or True:"),
    Break(MEDIA, "any sound will do", "!= (ENCODING, RATE, 1)", "== ()"),
    Break(MEDIA, "several keys at once", "if wire.dtmf.digit not in _KEYS:", "if not wire.dtmf.digit:"),
    Break(MEDIA, "deep nesting escapes", "UnicodeError, RecursionError)", "UnicodeError)"),
    Break(MEDIA, "names are not quoted", "{_quoted(name)}", "{chr(34) + name + chr(34)}"),
    Break(MEDIA, "base64 in lines", 'newline=False).decode("ascii") + \'', 'newline=True).decode("ascii") + \''),
    Break(MEDIA, "chunks are not counted", "self._chunk += 1", "self._chunk = 1"),
    Break(AUDIO, "the usual bias", "8159) + 33", "8159) + 32"),
    Break(AUDIO, "the loudest is silent", "segment >= 8, 0x7F", "segment >= 8, 0x00"),
    Break(AUDIO, "sixteen bits are rounded to zero", "linear = pcm >> 2", "linear = np.fix(pcm / 4).astype(np.int64)"),
    Break(AUDIO, "zero bytes are silence", r'SILENCE = b"\xff"', r'SILENCE = b"\x00"'),
    Break(
        AUDIO,
        "the resampler forgets",
        "self._input = self._input[whole:]",
        "self._input = np.zeros(self._side * 2, np.float32)",
    ),
    Break(AUDIO, "the resampler drifts", "self._position += len(places)", "self._position = 0 * len(places)"),
    Break(AUDIO, "too loud turns over", "np.clip(np.rint(out), -32_768, 32_767)", "np.rint(out).astype(np.int64)"),
    Break(AUDIO, "high tones fold down", "band=_PASS * slower / from_rate", "band=_PASS"),
    Break(AUDIO, "the last frame is short", ".ljust(frame_bytes, SILENCE)", ""),
]
