"""A client that a tool writes from the document works: what a stranger would do first."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from apps.accounts import tokens
from apps.accounts.models import User
from apps.tenants import scope
from tests.orders.people import commit, quote


@pytest.fixture(scope="module")
def written(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The package's name, importable while these tests run."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "document.json").write_text(json.dumps(document))
    (folder / "config.yml").write_text("post_hooks: []\npackage_name_override: loman_client\n")
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
    command += ["--path", str(folder / "document.json"), "--config", str(folder / "config.yml")]
    command += ["--output-path", str(folder / "loman_client"), "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield "loman_client"
    sys.path.remove(str(folder))


def test_it_lists_orders_takes_one_forward_and_reads_a_refusal(written: str, in_bella: Any, application: Any) -> None:
    order = commit(in_bella, quote(in_bella, customer_number="+15125550134").version)
    with scope.public():
        ana = User.objects.get(email="ana@bella.test")
        access = tokens.begin(ana, restaurant="", now=timezone.now())[1]["access"]
    client = importlib.import_module(written).AuthenticatedClient(
        base_url="http://testserver", token=access, httpx_args={"transport": httpx.WSGITransport(app=application)}
    )
    api, models = f"{written}.api.orders", importlib.import_module(f"{written}.models")
    orders_list = importlib.import_module(f"{api}.orders_list")
    listed = orders_list.sync(client=client, status=[models.OrdersListStatusItem.NEW])
    assert [each.number for each in listed.results] == [order.number]
    assert listed.results[0].customer_number == "••• 0134"
    change = importlib.import_module(f"{api}.orders_partial_update")
    ready, accepted = (models.PatchedStepRequest.from_dict({"status": status}) for status in ("ready", "accepted"))
    assert change.sync(order.pk, client=client, body=ready).status == "ready"
    assert change.sync(order.pk, client=client, body=accepted).detail == f"Order {order.number} is already ready."
