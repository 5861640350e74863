"""Which scripts a page's script imports: a browser that is told at once need not find one behind the other."""

from pathlib import Path
from re import MULTILINE
from re import compile as pattern
from typing import Final

_IMPORT: Final = pattern(r"""^(?:import|export)\b[^;"']*["'](\.[^"']+)["'];""", MULTILINE)


def modules_of(script: Path) -> tuple[Path, ...]:
    """A script, and all that it imports, each once and those that are nearer first. Imports are relative."""
    found = {(script := script.resolve()): None}
    for each in (waiting := [script]):
        for name in _IMPORT.findall(each.read_text(encoding="utf-8")):
            module = (each.parent / name).resolve()
            if module not in found:
                found[module] = None
                waiting.append(module)
    return tuple(found)
