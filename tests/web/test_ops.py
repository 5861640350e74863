import re

from backchannel.post import Status
from backchannel.web.openapi import DESCRIPTION
from tests.served import Served


async def test_liveness_readiness_and_metrics_answer(house: Served) -> None:
    await house.post()
    assert (await house.client.get("/healthz")).status_code == 200
    assert (await house.client.get("/readyz")).json() == {"ready": True, "reasons": []}
    metrics = (await house.client.get("/metrics")).text
    assert 'backchannel_posts{status="queued"} 1.0' in metrics
    assert 'backchannel_source_following{source="floor"} 1.0' in metrics


async def test_the_description_names_every_address_of_the_api(house: Served) -> None:
    described = (await house.client.get("/openapi.json")).json()
    assert set(described["paths"]) == {
        "/posts",
        "/hooks/{source}",
        "/api/floor",
        "/api/forgettings",
        "/api/posts",
        "/api/posts/{key}/copies",
        "/api/posts/{key}/similar",
        "/api/posts/{key}/session",
        "/api/decisions",
        "/api/found",
        "/api/sources",
        "/api/screens",
        "/api/screens/code",
        "/api/screens/{id}",
        "/screen/{hall}/door",
        "/api/posts/{key}/receipts",
        "/api/receipts.{form}",
        "/posts/mine",
        "/api/record",
        "/api/record/shares",
        "/api/record.{form}",
        "/api/rules",
        "/api/rules/trial",
        "/api/rules/apply",
        "/api/rules/end",
        "/api/rules/preset",
        "/api/rules/versions",
        "/api/rules/versions/{version}",
        "/api/mutes",
        "/api/trusts",
        "/api/histories",
        "/api/service",
        "/api/programme",
        "/api/programme/now",
        "/leave",
        "/sign-in",
        "/sign-in/away",
        "/sign-in/back",
        "/password",
        "/api/people",
        "/api/pulse",
        "/api/invitations",
        "/api/invitations/{id}",
        "/api/badges",
        "/api/badges/{id}",
        "/api/passwords/{id}",
        "/api/posts/{key}/notes",
        "/api/posts/{key}/notes/{id}",
        "/api/posts/{key}/descriptions",
        "/api/halls/{hall}/messages",
        "/api/halls/{hall}/messages/{id}/got",
        "/api/halls/{hall}/speaker",
        "/api/halls/{hall}/stage",
        "/posts/{key}/take-back",
        "/feed/phone",
        "/feed.json",
        "/runner",
        "/reactions",
        "/questions",
        "/questions/{key}/vote",
        "/api/halls/{hall}/questions",
        "/api/questions/{key}/state",
        "/api/questions/{key}/merge",
        "/sessions/{id}/digest.json",
    }
    assert described["components"]["schemas"]["Post"]["properties"]["status"]["enum"] == [each.value for each in Status]


async def test_an_address_says_by_which_methods_it_is_asked_and_so_does_the_description(house: Served) -> None:
    for path, methods in DESCRIPTION["paths"].items():
        answer = await house.client.request("PATCH", re.sub(r"{\w+}", "1", path))
        described = {method.upper() for method in methods if method != "parameters"}
        said = set(answer.headers["allow"].split(", ")) - {"HEAD"}
        assert answer.status_code == 405, path
        assert described <= said, path


async def test_what_the_description_says_of_a_post_is_true(house: Served) -> None:
    await house.approved()
    schema = DESCRIPTION["components"]["schemas"]["Post"]
    [post] = (await house.client.get("/api/posts")).json()["posts"]
    assert set(post) == set(schema["required"])
    [post] = (await house.client.get("/api/posts", headers=await house.badge())).json()["posts"]
    assert set(post) == set(schema["properties"])
    assert set(post["decision"]) == {"by", "verb", "reason", "at"}


async def test_what_the_description_says_of_the_record_and_the_service_level_is_true(house: Served) -> None:
    await house.approved()
    schemas, headers = DESCRIPTION["components"]["schemas"], await house.badge()
    [recorded] = (await house.client.get("/api/record", headers=headers)).json()["decisions"]
    assert set(recorded) == set(schemas["Recorded"]["properties"])
    assert set((await house.client.get("/api/service", headers=headers)).json()) == set(
        schemas["Service"]["properties"]
    )
