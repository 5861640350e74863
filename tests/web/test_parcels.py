"""Parcels: what they are made of, and how browsers keep them."""

import gzip
import re
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from backchannel.web.parcels import SCRIPTS, SHEETS, Parcels, script, sheet
from tests.served import Served

STATIC = Path(__file__).resolve().parents[2] / "static"


def test_a_script_has_every_module_once_and_those_first_that_others_need(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('import { b as bee } from "./b.js";\nimport { a } from "./a.js";\nbee(a);\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n/** Says it. */\nexport const b = () => a;\n')
    (tmp_path / "a.js").write_text("// a remark\nexport const a = 1;\nexport class A {}\n")
    assert script(tmp_path / "page.js").split("\n") == [
        "const _0 = (() => {",
        "const a = 1;",
        "class A {}",
        "return { a, A };",
        "})();",
        "const _1 = (() => {",
        "const { a } = _0;",
        "const b = () => a;",
        "return { b };",
        "})();",
        "const _2 = (() => {",
        "const { b : bee } = _1;",
        "const { a } = _0;",
        "bee(a);",
        "return {  };",
        "})();",
        "",
    ]


def test_a_module_may_be_imported_whole(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('import * as a from "./a.js";\na.say();\n')
    (tmp_path / "a.js").write_text("export const say = () => {};\n")
    assert "const a = _0;\na.say();" in script(tmp_path / "page.js")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_every_page_has_its_script_in_one_file(name: str) -> None:
    whole = script(STATIC / "js" / name)
    assert not re.search(r"^(?:import|export)\b", whole, re.MULTILINE)


def test_the_screens_script_is_at_most_15_kb_on_its_way() -> None:
    assert len(gzip.compress(script(STATIC / "js" / "screen.js").encode())) <= 15_000


@pytest.mark.parametrize("files", SHEETS.values(), ids=SHEETS)
def test_every_page_has_its_sheets_in_one_file_and_none_of_them_names_a_place_of_its_own(files: list[str]) -> None:
    assert not re.search(r'url\((?:[^"]|"(?!/static/|data:))', sheet(STATIC / "css", files))


@pytest.mark.parametrize("line", ['import all from "./a.js";', "export { a };", "export default 1;"])
def test_a_form_that_it_does_not_know_is_refused_by_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "page.js").write_text(f"const a = 1;\n{line}\n")
    with pytest.raises(ValueError, match=r"page\.js: .* cannot go into a parcel"):
        script(tmp_path / "page.js")


def test_modules_that_need_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n')
    with pytest.raises(ValueError, match="imports itself"):
        script(tmp_path / "a.js")


def test_a_sheet_keeps_the_order_and_every_rule() -> None:
    whole = sheet(STATIC / "css", ("tokens.css", "phone.css"))
    assert whole.index("--ground:") < whole.index(".phone {")
    for file in ("tokens.css", "phone.css"):
        for selector in re.findall(r"^\S.*\{$", (STATIC / "css" / file).read_text(), re.MULTILINE):
            assert selector in whole


async def test_a_browser_that_has_a_parcel_never_asks_again_and_an_old_page_gets_the_present_one(house: Served) -> None:
    page = (await house.client.get("/")).text
    script_address, sheet_address = (Parcels(STATIC).address(name) for name in ("phone.js", "phone.css"))
    for address, kind in ((script_address, "text/javascript"), (sheet_address, "text/css")):
        assert f'"{address}"' in page
        answer = await house.client.get(address)
        assert answer.headers["content-type"].startswith(kind)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.text == (await plain(house.client, address))
    old = await house.client.get("/parcels/phone.0123456789abcdef.js")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert (await house.client.get("/parcels/other.js")).status_code == 404


async def plain(client: AsyncClient, address: str) -> str:
    answer = await client.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    return answer.text


@pytest.mark.parametrize("name", ["none", "console.exe", "console.x.y.js", "none.js"])
async def test_a_parcel_that_nobody_made_is_not_found(house: Served, name: str) -> None:
    assert (await house.client.get(f"/parcels/{name}")).status_code == 404
