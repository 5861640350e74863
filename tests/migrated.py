"""A file of SQLite that is migrated already: most tests want a store that is ready, and to migrate takes longer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from backchannel.store.house import place_at
from backchannel.store.migrations import migrate


def at(file: Path) -> str:
    """The address of a file with tables and nothing in them, made where it is missing."""
    if not file.exists():
        file.write_bytes(_template())
    return f"sqlite:///{file}"


async def bring(url: str) -> None:
    """Migrate a database, and leave it."""
    writing, reading = place_at(url).open_engines()
    await migrate(writing)
    await writing.dispose()
    await reading.dispose()


@cache
def _template() -> bytes:
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as elsewhere:  # the test's own loop runs here
        file = Path(folder) / "template.db"
        elsewhere.submit(asyncio.run, bring(f"sqlite:///{file}")).result()
        return file.read_bytes()  # whole: who closes a file last writes its log back
