"""TLS by certificate files, and the recipes of README for those who put a proxy before us."""

import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import trustme
from httpx2 import AsyncClient
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.served import Served, made_config, served

README = Path(__file__).parents[2] / "README.md"


def certified(folder: Path) -> dict[str, str]:
    """The settings of a certificate that was just made."""
    made = trustme.CA().issue_cert("127.0.0.1", "pink11.example")
    made.private_key_pem.write_to_path(folder / "own.key")
    with (folder / "own.pem").open("wb") as chain:
        for each in made.cert_chain_pems:
            chain.write(each.bytes())
    return {"certificate_file": str(folder / "own.pem"), "key_file": str(folder / "own.key")}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, server={"port": 0, **certified(tmp_path)})) as running:
        yield running


async def test_with_a_certificate_people_come_by_https_and_stay_there(house: Served) -> None:
    assert house.url.startswith("https://127.0.0.1:")
    page = await house.client.get("/")
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert page.headers["set-cookie"].startswith("__Host-device=")
    assert "Secure" in page.headers["set-cookie"]
    assert (await house.client.post("/posts", json={"text": "x"}, headers=house.from_page)).status_code == 202


@pytest.mark.parametrize("view", ["screen", "phone"])
async def test_sockets_follow_through_tls(house: Served, view: str) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    url = f"{house.url.replace('https', 'wss', 1)}/feed/{view}"
    async with connect(url, ssl=trusting, origin=Origin(house.url), compression=None) as socket:
        assert '"op":"hello"' in str(await socket.recv())
        await house.approved("Said through TLS")
        while "Said through TLS" not in str(await socket.recv()):
            pass


async def test_nobody_is_answered_without_tls_or_by_an_old_one(house: Served) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    for url, more in ((house.url.replace("https", "http"), {}), (house.url, {"verify": old})):
        async with AsyncClient(**more) as client:  # type: ignore[arg-type]
            with pytest.raises(Exception, match=r".*"):
                await client.get(url)


def recipe(begins: str) -> str:
    """What stands in README between fences and begins so."""
    [found] = [each for each in re.findall(r"```\w*\n(.*?)```", README.read_text(), re.DOTALL) if begins in each]
    return str(found)


def test_nginx_can_read_its_recipe_and_passes_on_what_is_needed(tmp_path: Path) -> None:
    told = recipe("proxy_pass")
    for line in ("proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Host $host;"):
        assert line in told
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in told  # what others said before is not passed on
    if (nginx := shutil.which("nginx")) is None:  # then these words are all that can be asked
        return
    files = certified(tmp_path)
    for place, name in zip(re.findall(r"ssl_certificate\S* (\S+);", told), files.values(), strict=True):
        told = told.replace(place, name)
    site = f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{told}\n}}"
    (tmp_path / "nginx.conf").write_text(re.sub(r"listen [^;]*443[^;]*;", "listen 127.0.0.1:1 ssl;", site))
    ran = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_caddy_is_told_where_we_are() -> None:
    assert "reverse_proxy 127.0.0.1:8011" in recipe("reverse_proxy")
