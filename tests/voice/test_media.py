"""Media Streams frames: what Twilio sends is read, what it should not send is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.voice import media

RECORDED = Path(__file__).parents[3] / "shared" / "fixtures" / "twilio"
"""Sessions as they were on the wire. They are not ours to pass on, so a clone does not have them."""

SID, CALL, ACCOUNT = "MZ" + "1" * 32, "CA" + "2" * 32, "AC" + "3" * 32
FRAME = bytes(range(160))


def start(**changes: Any) -> str:
    """A `start` as Twilio documents it."""
    beginning = {
        "accountSid": ACCOUNT,
        "streamSid": SID,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "t"},
    }
    frame = {"event": "start", "sequenceNumber": "1", "start": beginning | changes, "streamSid": SID}
    return json.dumps(frame)


# ---- from Twilio -------------------------------------------------------------------------------------


def test_connected_is_read() -> None:
    text = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
    assert media.decode(text) == media.Connected("Call", "1.0.0")


def test_start_is_read_with_its_parameters() -> None:
    frame = media.decode(start())
    assert frame == media.Start(
        stream_sid=SID, call_sid=CALL, account_sid=ACCOUNT, parameters={"token": "t"}, rate=8000, channels=1
    )


def test_a_start_without_parameters_has_none() -> None:
    frame = media.decode(start(customParameters={}))
    assert isinstance(frame, media.Start)
    assert frame.parameters == {}


def test_sound_is_read_with_its_time() -> None:
    sound = '{"track":"inbound","chunk":"2","timestamp":"20","payload":"fn7/AA=="}'
    text = f'{{"event":"media","sequenceNumber":"3","media":{sound},"streamSid":"{SID}"}}'
    assert media.decode(text) == media.Media(b"\x7e\x7e\xff\x00", 20, 2, SID)


def test_marks_keys_and_the_stop_are_read() -> None:
    mark = f'{{"event":"mark","sequenceNumber":"4","streamSid":"{SID}","mark":{{"name":"1.2.3"}}}}'
    assert media.decode(mark) == media.Mark("1.2.3", SID)
    key = f'{{"event":"dtmf","streamSid":"{SID}","dtmf":{{"track":"inbound_track","digit":"#"}}}}'
    assert media.decode(key) == media.Dtmf("#", SID)
    stop = f'{{"event":"stop","sequenceNumber":"5","streamSid":"{SID}","stop":{{"callSid":"{CALL}"}}}}'
    assert media.decode(stop) == media.Stop(SID)


def test_an_event_of_tomorrow_is_unknown_and_no_error() -> None:
    assert media.decode('{"event":"transcription","text":"hi"}') == media.Unknown("transcription")
    assert media.decode_outbound('{"event":"start"}') == media.Unknown("start")
    assert media.decode(json.dumps({"event": "x" * 500})) == media.Unknown("x" * 40)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "null",
        "[]",
        "{}",
        '{"event":7}',
        '{"event":null}',
        '{"event":"media"}',
        '{"event":"media","media":{}}',
        '{"event":"media","media":{"payload":"not base64!"}}',
        '{"event":"media","media":{"payload":"fn7/fg==","timestamp":"soon"}}',
        '{"event":"media","media":{"payload":"fn7/fg==","track":7}}',
        '{"event":"start"}',
        '{"event":"start","start":{"callSid":"CA1"}}',
        '{"event":"start","start":{"callSid":"CA1","streamSid":"MZ1","customParameters":{"token":{}}}}',
        '{"event":"mark","mark":{}}',
        '{"event":"dtmf","dtmf":{}}',
        '{"event":"dtmf","dtmf":{"digit":"4111"}}',
        '{"event":"dtmf","dtmf":{"digit":""}}',
        '{"event":"stop"',
        '{"event":"stop"}trailing',
        '{"event":"unheard of"',
        '{"event":"unheard of","more":' + "[" * 10_000,
        '{"event":"media","more":' + "[" * 10_000 + "]" * 10_000 + ',"media":{"payload":""}}',
        "\ud800",
    ],
)
def test_a_malformed_frame_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(media.MalformedFrame, match=r"^A .*\.$"):
        media.decode(text)


@pytest.mark.parametrize("change", [{"encoding": "audio/l16"}, {"sampleRate": 16_000}, {"channels": 2}])
def test_a_stream_of_another_sound_is_refused(change: dict[str, Any]) -> None:
    sound = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1} | change
    with pytest.raises(media.MalformedFrame, match="8000 Hz"):
        media.decode(start(mediaFormat=sound))


def test_a_frame_may_be_as_long_as_the_limit_and_no_longer() -> None:
    room = media.LONGEST_FRAME - len(json.dumps({"event": "x", "filler": ""}))
    longest = json.dumps({"event": "x", "filler": "a" * room})
    assert media.decode(longest) == media.Unknown("x")
    with pytest.raises(media.MalformedFrame, match="65537 characters"):
        media.decode(longest + " ")


def test_our_own_side_may_say_more_at_once() -> None:
    second = b"\xff" * media.LONGEST_FRAME
    frame = media.decode_outbound(media.media(SID, second))
    assert isinstance(frame, media.Media)
    assert frame.mulaw == second
    with pytest.raises(media.MalformedFrame, match="longest allowed"):
        media.decode_outbound(" " * (media.LONGEST_OUTBOUND + 1))


@pytest.mark.parametrize("read", [media.decode, media.decode_outbound])
def test_a_binary_frame_is_refused(read: Any) -> None:
    with pytest.raises(media.MalformedFrame, match="binary"):
        read(b'{"event":"stop"}')


def test_a_refusal_never_quotes_what_was_sent() -> None:
    for text in (
        '{"event":"mark","mark":{"name":4111}}',
        '{"event":"dtmf","dtmf":{"digit":"4111111111111111"}}',
        '{"event":"media","4111":"\ud800"}',
        '{"event":"media","media":{"payload":"4111","track":["4111"]}}',
        '{"event":"media","media":{"payload":"4111-"}}',
    ):
        with pytest.raises(media.MalformedFrame) as refusal:
            media.decode(text)
        assert "4111" not in str(refusal.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
events = st.sampled_from(["connected", "start", "media", "mark", "dtmf", "stop", "clear", "other"])


@settings(deadline=None, max_examples=50)
@given(st.text() | json_values.map(json.dumps))
def test_whatever_is_sent_is_a_frame_or_is_refused(text: str) -> None:
    read_or_refused(text)


@settings(deadline=None)
@given(events, json_values)
def test_whatever_an_event_carries_is_a_frame_or_is_refused(event: str, body: Any) -> None:
    read_or_refused(json.dumps({"event": event, event: body}))


def read_or_refused(text: str) -> None:
    for read in (media.decode, media.decode_outbound):
        try:
            frame = read(text)
        except media.MalformedFrame:
            continue
        assert isinstance(frame, media.Frame | media.OutboundFrame)


# ---- to Twilio ---------------------------------------------------------------------------------------


def test_what_we_say_is_what_twilio_documents() -> None:
    line = media.Outbound(SID)
    assert json.loads(line.media(b"\xff\x00")) == {
        "event": "media",
        "streamSid": SID,
        "media": {"payload": "/wA="},
    }
    assert json.loads(line.mark("1.2.-1")) == {"event": "mark", "streamSid": SID, "mark": {"name": "1.2.-1"}}
    assert json.loads(line.clear()) == {"event": "clear", "streamSid": SID}


def test_the_short_forms_say_the_same() -> None:
    line = media.Outbound(SID)
    assert media.media(SID, FRAME) == line.media(FRAME)
    assert media.mark(SID, "m") == line.mark("m")
    assert media.clear(SID) == line.clear()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=400))
def test_any_name_and_any_sound_arrive_as_they_were_sent(name: str, mulaw: bytes) -> None:
    line = media.Outbound(name)
    assert media.decode_outbound(line.media(mulaw)) == media.Media(mulaw, stream_sid=name, track="outbound")
    assert media.decode_outbound(line.mark(name)) == media.Mark(name, name)
    assert media.decode_outbound(line.clear()) == media.Clear(name)


# ---- our own carrier ---------------------------------------------------------------------------------


def test_the_carrier_says_what_twilio_says_and_counts_as_it_does() -> None:
    line = media.Inbound(SID, call_sid=CALL, account_sid=ACCOUNT)
    assert media.decode(line.connected()) == media.Connected()
    assert json.loads(line.start(parameters={"token": "t"})) == json.loads(start())
    assert json.loads(line.media(b"\x7e\x7e", timestamp_ms=0)) == {
        "event": "media",
        "sequenceNumber": "2",
        "media": {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": "fn4="},
        "streamSid": SID,
    }
    assert media.decode(line.media(FRAME, timestamp_ms=20)) == media.Media(FRAME, 20, 2, SID)
    assert media.decode(line.mark("m")) == media.Mark("m", SID)
    assert media.decode(line.dtmf("0")) == media.Dtmf("0", SID)
    stop = line.stop()
    assert media.decode(stop) == media.Stop(SID)
    assert json.loads(stop)["sequenceNumber"] == "6"
    assert json.loads(stop)["stop"] == {"accountSid": ACCOUNT, "callSid": CALL}


# ---- recorded sessions -------------------------------------------------------------------------------


def recorded(name: str) -> list[str]:
    if not RECORDED.is_dir():
        pytest.skip("not on this machine: recorded Media Streams sessions, which are not part of the project")
    return (RECORDED / name).read_text().splitlines()


@pytest.mark.parametrize("name", ["7358b0f7", "a234f42c", "ac226b25"])
def test_a_recorded_session_is_read_whole_and_said_again_the_same(name: str) -> None:
    texts = recorded(f"simulated_barista-{name}.jsonl")
    frames = [media.decode(text) for text in texts]
    first, second, *rest = frames
    assert isinstance(first, media.Connected)
    assert isinstance(second, media.Start)
    line = media.Inbound(second.stream_sid, call_sid=second.call_sid, account_sid=second.account_sid)
    line.start(parameters=second.parameters)
    sounds = [frame for frame in rest if isinstance(frame, media.Media)]
    assert len(sounds) > 300
    for text, sound in zip(texts[2:], sounds, strict=False):
        assert json.loads(line.media(sound.mulaw, timestamp_ms=sound.timestamp_ms)) == json.loads(text)
    assert {type(frame) for frame in rest} <= {media.Media, media.Mark, media.Stop}


def test_a_real_log_is_read_but_for_the_sound_that_was_cut_out_of_it() -> None:
    connected, beginning, sound, stop = recorded("real_log_2019_partial.jsonl")
    assert isinstance(media.decode(connected), media.Connected)
    frame = media.decode(beginning)
    assert isinstance(frame, media.Start)
    assert frame.parameters == {"hello": "HelloValue"}
    assert isinstance(media.decode(stop), media.Stop)
    with pytest.raises(media.MalformedFrame, match="base64"):
        media.decode(sound)


def test_one_frame_of_each_kind_as_recorded_is_read() -> None:
    session = json.loads("\n".join(recorded("webhook_and_frames_2024.json")))
    frames = [media.decode(json.dumps(frame)) for frame in session["frames"]]
    kinds = [media.Connected, media.Start, media.Media, media.Mark, media.Dtmf, media.Stop]
    assert [type(frame) for frame in frames] == kinds
    assert isinstance(frames[2], media.Media)
    assert len(frames[2].mulaw) == 160
    assert frames[2].timestamp_ms == 171
