import pytest

from backchannel import pulse
from backchannel.roles import Role
from backchannel.web.openapi import DESCRIPTION
from tests.served import Served


async def test_owners_see_the_pulse_and_what_is_newer_than_they_know(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, jo = await house.badge("Ada", Role.OWNER), await house.badge()
    monkeypatch.setattr(pulse, "SAMPLE_EVERY_S", 0.0)
    told = (await house.client.get("/api/pulse", headers=owner)).json()
    while not told["samples"]:
        told = (await house.client.get("/api/pulse", headers=owner)).json()
    schema = DESCRIPTION["paths"]["/api/pulse"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(told) == set(schema["properties"])
    assert set(told["samples"][0]) == set(schema["properties"]["samples"]["items"]["properties"])
    last = told["samples"][-1]["at"]
    later = (await house.client.get(f"/api/pulse?after={last}", headers=owner)).json()
    assert all(each["at"] > last for each in later["samples"])
    assert (await house.client.get("/api/pulse?after=soon", headers=owner)).status_code == 400
    assert (await house.client.get("/console/pulse", headers=owner)).status_code == 200
    assert (await house.client.get("/console/pulse", headers=jo)).status_code == 403
    assert (await house.client.get("/console/pulse")).status_code == 303
