from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from backchannel.web.compiled import Compiled


def test_a_template_is_compiled_once_for_all_houses_until_it_changes(tmp_path: Path) -> None:
    times: list[str | None] = []

    class Counting(Environment):
        def _generate(self, source: object, name: str | None, *arguments: object, **more: object) -> str:
            times.append(name)
            return super()._generate(source, name, *arguments, **more)  # type: ignore[arg-type]

    compiled = Compiled()
    page = tmp_path / "page.html"
    page.write_text("Hello {{ name }}")
    houses = [Counting(loader=FileSystemLoader(tmp_path), bytecode_cache=compiled) for _ in range(2)]
    assert [house.get_template("page.html").render(name=name) for house, name in zip(houses, "ab", strict=True)] == [
        "Hello a",
        "Hello b",
    ]
    assert times == ["page.html"]
    page.write_text("Goodbye {{ name }}")
    changed = Counting(loader=FileSystemLoader(tmp_path), bytecode_cache=compiled)
    assert changed.get_template("page.html").render(name="c") == "Goodbye c"
    assert times == ["page.html"] * 2
