"""The checks of the house, in the order in which they are listed."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.provision import FRONTEND, Need

ROOT: Final = Path(__file__).parent.parent

PYTHON: Final = (sys.executable, "-m")
NPM_TOOLS: Final = FRONTEND / "node_modules" / ".bin"
LINTED: Final = ("../../static/js", "../../static/css", ".", "../pds/server.mjs", "../pds/compose.mjs")
NODE: Final = frozenset({Need.NODE, Need.NPM_PACKAGES})

# Three workers on two cores, because tests also wait for a database and time to pass; each has a PostgreSQL of its own,
# and who has nothing left to do takes from the others. Browsers keep two cores busy with two workers.
AT_ONCE: Final = ("-n", "3", "--dist", "worksteal")
UNITS: Final = (*PYTHON, "pytest", "--ignore=tests/journeys", *AT_ONCE)
UNITS_WANT: Final = frozenset({Need.POSTGRESQL, Need.COMPILER})
# Playwright's Firefox now and then takes one navigation for two. That alone is tried again, and said; what a page did
# wrong fails at once.
AGAIN: Final = ("--reruns=1", "--only-rerun=is interrupted by another navigation", "-rR")
PYTEST_CLOSING: Final = (
    r"^tests\S* .*[\d.]+ s in \d+ tests$|^SKIPPED \[|^RERUN |"
    r"\b(passed|failed|errors?|skipped|no tests ran)\b.* in [\d.]+s"
)
NODE_CLOSING: Final = r"^\W+(tests|pass|fail|cancelled|skipped) \d+$"


@dataclass(frozen=True)
class Check:
    """One check: commands that run in order until one fails.

    What it `needs` it cannot run without; without what it `wants` some of its tests skip themselves.
    `closing` matches the lines of its output that are shown even when it passed. One that runs `alone` has the
    machine to itself, because its tests keep time. One that is `only_named` runs where its name is given.
    """

    name: str
    tells: str
    commands: tuple[tuple[str | Path, ...], ...]
    needs: frozenset[Need] = frozenset()
    wants: frozenset[Need] = frozenset()
    folder: Path = ROOT
    closing: str = r"(?!)"
    alone: bool = False
    only_named: bool = False


def frontend_tests() -> tuple[str, ...]:
    """The files of the JavaScript tests; where there are none, a name that makes node say so and fail."""
    found = (path.relative_to(FRONTEND) for path in FRONTEND.rglob("*.test.*js"))
    return tuple(sorted(str(path) for path in found if "node_modules" not in path.parts)) or ("no.test.js",)


CHECKS: Final = (
    Check("format", "ruff: Python is formatted", ((*PYTHON, "ruff", "format", "--check", "--diff", "."),)),
    Check("ruff", "ruff: Python keeps the rules of style", ((*PYTHON, "ruff", "check", "."),)),
    Check("imports", "import-linter: imports point down", ((Path(sys.executable).with_name("lint-imports"),),)),
    Check("mypy", "mypy --strict: types agree", ((*PYTHON, "mypy"),)),
    Check("djlint", "djlint: templates are sound", ((*PYTHON, "djlint", "--lint", "templates"),)),
    Check(
        "biome",
        "biome: JavaScript and CSS keep the rules and are formatted",
        ((NPM_TOOLS / "biome", "check", "--error-on-warnings", *LINTED),),
        needs=NODE,
        folder=FRONTEND,
    ),
    Check(
        "tsc",
        "tsc --checkJs --strict: types in JavaScript agree",
        ((NPM_TOOLS / "tsc", "-p", "tsconfig.json"), (NPM_TOOLS / "tsc", "-p", "tsconfig.tests.json")),
        needs=NODE,
        folder=FRONTEND,
    ),
    Check(
        "node",
        "node --test: the pages' state",
        (("node", "--import", "./modules.js", "--test", *frontend_tests()),),
        needs=NODE,
        folder=FRONTEND,
        closing=NODE_CLOSING,
    ),
    Check(
        "pytest",
        "pytest: units and contracts",
        (UNITS,),
        wants=UNITS_WANT,
        closing=PYTEST_CLOSING,
        alone=True,
    ),
    Check(
        "journeys",
        "pytest: whole journeys through real pages in Chromium and Firefox",
        ((*PYTHON, "pytest", "tests/journeys", "-n", "2", "--dist", "worksteal", *AGAIN),),
        needs=frozenset({Need.BROWSER, Need.FIREFOX, *NODE}),
        closing=PYTEST_CLOSING,
        alone=True,
    ),
    Check(
        "audit",
        "what is known against our dependencies: asks their indexes and tells it, never fails; only where it is named",
        ((*PYTHON, "tests.security.audit"),),
        closing=r".",
        only_named=True,  # what is known changes without us
    ),
    Check(
        "coverage",
        "pytest: the same units and contracts, with branch coverage of backchannel/; only where it is named",
        ((*UNITS, "--cov", "--cov-report=term", "--timeout=180"),),
        wants=UNITS_WANT,
        closing=rf"{PYTEST_CLOSING}|^TOTAL\b",
        alone=True,
        only_named=True,  # on Python 3.11 every test takes three times as long while its lines are counted
    ),
)
