from pathlib import Path

from backchannel.web.modules import modules_of
from tests.served import Served

JS = Path(__file__).resolve().parents[2] / "static" / "js"


def test_a_script_comes_with_all_that_it_imports_each_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "page.js").write_text('import { a } from "./a.js";\nimport {\n  b,\n} from "./deep/b.js";\n')
    (tmp_path / "a.js").write_text('/** import("./never.js") in a comment */\nexport { c } from "./deep/c.js";\n')
    (tmp_path / "deep" / "b.js").write_text('import { a } from "../a.js";\nimport "./c.js";\n')
    (tmp_path / "deep" / "c.js").write_text("export const c = 1;\n")
    names = [module.relative_to(tmp_path.resolve()).as_posix() for module in modules_of(tmp_path / "page.js")]
    assert names == ["page.js", "a.js", "deep/b.js", "deep/c.js"]


async def test_the_desk_names_its_modules_before_its_script_asks_for_them(house: Served) -> None:
    headers = await house.badge()
    for page, name in (("/console", "console"), ("/console/record", "record")):
        html = (await house.client.get(page, headers=headers)).text
        named = {module.relative_to(JS).as_posix() for module in modules_of(JS / f"{name}.js")}
        assert all(f'<link rel="modulepreload" href="/static/js/{module}">' in html for module in named)
        assert html.count("modulepreload") == len(named) > 20
