"""The carrier's REST API, asked as Twilio's is."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import httpx

from apps.voice.carrier import rest
from apps.voice.carrier.rest import Api
from apps.voice.carrier.terms import Dialling
from apps.voice.carrier.wire import Line
from tests.voice.carrier.exchange import ACCOUNT, ORIGIN, Server

SID = "CA" + "2" * 32
CALL = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Calls/{SID}.json"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"
NEWS = ORIGIN + "/webhooks/twilio/sms-status"


def an_api(server: Server) -> Api:
    api = Api(account=ACCOUNT, exchange=server.exchange(), sid=lambda kind: kind + "3" * 32)
    dialling = Dialling(caller="+15125550188", called="+15125550101", base_url=ORIGIN)
    api.lines[SID] = Line(dialling, exchange=server.exchange(), account=ACCOUNT, call_sid=SID)
    return api


async def ask(api: Api, path: str, form: dict[str, str], *, token: str = ACCOUNT.token) -> httpx.Response:
    async with httpx.AsyncClient(auth=(ACCOUNT.sid, token), trust_env=False) as client:
        return await client.post(api.url + path, data=form)


async def test_a_wrong_password_is_refused_and_nothing_is_recorded() -> None:
    async with rest.serving(an_api(Server())) as api:
        answer = await ask(api, CALL, {"Status": "completed"}, token="wrong")
        assert answer.status_code == 401
        assert api.asked == []


async def test_a_live_call_is_given_new_twiml_and_an_unknown_call_is_not_found() -> None:
    async with rest.serving(an_api(Server())) as api:
        answer = await ask(api, CALL, {"Twiml": "<Response><Hangup/></Response>"})
        assert answer.status_code == 200
        assert answer.json()["sid"] == SID
        missing = await ask(api, CALL.replace(SID, "CA" + "9" * 32), {"Status": "completed"})
        assert missing.status_code == 404


async def test_a_call_that_is_over_can_not_be_updated() -> None:
    async with rest.serving(an_api(Server())) as api:
        api.lines[SID].status = "completed"
        answer = await ask(api, CALL, {"Twiml": "<Response/>"})
        assert (answer.status_code, answer.json()["code"]) == (400, 21220)


async def test_a_text_message_is_reported_sent_then_delivered_with_a_signature() -> None:
    server = Server(pages={"/webhooks/twilio/sms-status": ""})
    async with rest.serving(an_api(server)) as api:
        form = {"To": "+15125550188", "From": "+15125550101", "Body": "Ready", "StatusCallback": NEWS}
        answer = await ask(api, MESSAGES, form)
        assert (answer.status_code, answer.json()["status"]) == (201, "queued")
        await api.settle()
    assert [form["MessageStatus"] for _, form in server.posts] == ["sent", "delivered"]
    assert api.messages[0]["Body"] == "Ready"


async def test_a_number_that_wrote_stop_is_refused_with_twilios_code() -> None:
    api = an_api(Server())
    api.suppressed = frozenset({"+15125550188"})
    async with rest.serving(api):
        answer = await ask(api, MESSAGES, {"To": "+15125550188", "Body": "Ready"})
    assert (answer.status_code, answer.json()["code"]) == (400, 21610)


async def test_what_is_deleted_is_not_found_again() -> None:
    api = an_api(Server())
    api.recordings.append("RE1")
    async with rest.serving(api):
        sid = (await ask(api, MESSAGES, {"To": "+15125550188", "Body": "Ready"})).json()["sid"]
        async with httpx.AsyncClient(auth=(ACCOUNT.sid, ACCOUNT.token), trust_env=False) as client:
            base = api.url + MESSAGES.removesuffix("/Messages.json")
            for path in (f"{base}/Messages/{sid}.json", f"{base}/Recordings/RE1.json"):
                assert [(await client.delete(path)).status_code for _ in range(2)] == [204, 404]
    assert (api.messages, api.recordings) == ([], [])


async def test_rubbish_on_the_port_is_answered_and_forgotten() -> None:
    import asyncio

    async with rest.serving(an_api(Server())) as api:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(api.url.rpartition(":")[2]))
        writer.write(b"nonsense\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        writer.close()
        assert (await ask(api, CALL, {"Status": "completed"})).status_code == 200


async def test_the_carrier_advertises_itself_privately_and_takes_the_notice_down(tmp_path: Path) -> None:
    file = tmp_path / "carrier.json"
    async with rest.serving(an_api(Server())) as api:
        with rest.advertised(api, file=file):
            content = json.loads(file.read_text())
            assert content == {
                "url": api.url,
                "account_sid": ACCOUNT.sid,
                "auth_token": ACCOUNT.token,
                "pid": os.getpid(),
            }
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.exists()


def test_a_notice_of_a_dead_carrier_is_nobody(tmp_path: Path) -> None:
    file = tmp_path / "carrier.json"
    file.write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": 2**22 + 1}))
    assert rest.running(file) is None
