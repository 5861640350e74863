"""What every test shares: one event loop, a store of its own, and a word where there is no browser."""

import asyncio
import gc
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backchannel.store.house import Store, open_store
from backchannel.store.tables import metadata
from tests import compiled, impatient, migrated
from tests.browser import CHROMIUM, FIREFOX, chromium, firefox
from tests.cluster import Cluster, cluster, programs
from tests.provision import CI

TEMPLATE = "migrated"
ENGINES = ("sqlite", "postgresql", CHROMIUM, FIREFOX)

# These machines have two noisy cores: how long an example takes says nothing about the code.
settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("noisy"), max_examples=1200)
settings.load_profile("noisy")
compiled.share()
impatient.hurry()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(migrated.at(tmp_path / "backchannel.db"), ["main", "foyer"]) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_is_here() -> None:
    """PostgreSQL can be started on this machine; elsewhere the test is skipped, and under CI=true it fails."""
    if programs() is None:
        say = pytest.fail if CI else pytest.skip
        say("NO POSTGRESQL FOUND: nothing is tested on that engine (apt-get install postgresql)")


@pytest.fixture(scope="session")
def postgresql(postgresql_is_here: None) -> Generator[Cluster]:
    """A server of the tests' own, without fsync; tests/store/test_durability.py has one that waits for the disk."""
    with cluster() as running:
        running.sql(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(migrated.bring(running.url(TEMPLATE)))
        yield running


@pytest.fixture(scope="session")
def spare_databases() -> list[str]:
    """Databases that are empty again: to make one and drop it takes longer than most tests."""
    return []


@pytest.fixture
def fresh_postgresql(postgresql: Cluster, spare_databases: list[str]) -> Generator[Callable[[], str]]:
    """Addresses of databases that nobody uses, with tables and nothing in them."""
    names: list[str] = []

    def fresh() -> str:
        names.append(spare_databases.pop() if spare_databases else postgresql.database(TEMPLATE))
        return postgresql.url(names[-1])

    yield fresh
    postgresql.empty(names, metadata.tables)
    spare_databases += names


def pytest_collection_finish() -> None:
    """What is imported and collected is there for good: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not item.get_closest_marker("journey"):
        return
    parameters: dict[str, str] = getattr(getattr(item, "callspec", None), "params", {})
    engine = parameters.get("engine", CHROMIUM)
    if {CHROMIUM: chromium, FIREFOX: firefox}[engine]() is None:
        (pytest.fail if CI else pytest.skip)(f"no {engine} found; BACKCHANNEL_{engine.upper()} may hold its path")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How long the tests of each folder took on each engine, over all workers."""
    took_s: defaultdict[str, float] = defaultdict(float)
    many: Counter[str] = Counter()
    for report in (each for kind in terminalreporter.stats.values() for each in kind):
        if isinstance(report, pytest.TestReport):
            part = _part_of(report.nodeid)
            took_s[part] += report.duration
            many[part] += report.when == "call"
    for part in sorted(took_s):
        terminalreporter.write_line(f"{part:<30}{took_s[part]:7.1f} s in {many[part]} tests")


def _part_of(nodeid: str) -> str:
    path, _, name = nodeid.partition("::")
    parameters = name.partition("[")[2].removesuffix("]").split("-")
    engine = next((each for each in ENGINES if each in parameters), "")
    return f"{path.rpartition('/')[0]} {engine}".strip()
