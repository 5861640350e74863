"""A PostgreSQL cluster of the tests' own: made in a folder, reached by a socket in it, and gone with it.

It speaks through a Unix socket only, so it is in nobody's way. `keyed` is a user who must give a password.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

USER: Final = "postgres"
PASSWORD: Final = "sesame"
BINARIES: Final = Path("/usr/lib/postgresql")
ACCESS: Final = f"local all keyed scram-sha-256\nlocal all {USER} trust\n"
DEADLINE_S: Final = 60
NUMBERS: Final = count(1)
QUIETLY: Final = ("-XqAt", "-v", "ON_ERROR_STOP=1")
# A session that ends by itself while it is being ended is a warning, and no answer to what was asked.
ERRORS_ALONE: Final = {"PGOPTIONS": "-c client_min_messages=error"}
# The server ends with whoever holds the other end of the pipe, however that ends; who says nothing before takes its
# folder along.
GUARDED: Final = """
"$0" start -s -w -D pages -l server.log -o "$1" || exit
echo up
read -r said
"$0" stop -s -w -D pages -m immediate
[ "$said" ] || rm -rf "$PWD"
"""
END_SESSIONS: Final = (
    "PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid();"
)
EMPTIED: Final = "emptied"


def programs() -> Path | None:
    """The folder of the newest server that is installed, or None."""
    by_version = {int(path.parts[-2]): path for path in BINARIES.glob("*/bin") if path.parts[-2].isdigit()}
    found = [by_version[version] for version in sorted(by_version, reverse=True)]
    named = [Path(path).parent for path in [shutil.which("initdb")] if path]
    return next((path for path in [*found, *named] if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def as_its_user() -> list[str]:
    """What stands before a command; a server refuses to run as root."""
    return ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []


class Cluster:
    """A running server. Databases are made of a template, which `prepare` may have filled."""

    def __init__(self, programs: Path, folder: Path, *, is_durable: bool) -> None:
        self._programs = programs
        self._folder = folder
        self._is_durable = is_durable
        self._emptier: subprocess.Popen[str] | None = None

    def url(self, database: str, user: str = USER, password: str = "") -> str:
        """The address of a database, for `store.url`."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self._folder}"

    def run(self, program: str, *arguments: str, script: str = "") -> str:
        """What a program of PostgreSQL prints. As root it runs as the user whose the cluster is."""
        ran = subprocess.run(
            [*as_its_user(), str(self._programs / program), *arguments],
            cwd=self._folder,
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert ran.returncode == 0, f"{program}: {ran.stdout}"
        return ran.stdout

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements, each in a transaction of its own; returns what the last one found."""
        commands = [part for statement in statements for part in ("-c", statement)]
        return self.run("psql", *QUIETLY, "-h", str(self._folder), "-U", USER, *commands, database)

    def database(self, template: str = "template0") -> str:
        """The name of a database that nobody used yet."""
        name = f"b{next(NUMBERS)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def empty(self, databases: Iterable[str], tables: Iterable[str]) -> None:
        """End every session of these databases, and leave no row in these tables."""
        rows = " ".join(f"DELETE FROM {table};" for table in tables)  # noqa: S608 (our own tables)
        emptying = f"DO $$ BEGIN {END_SESSIONS} {rows} END $$;"
        script = "".join(f"\\connect {name}\n{emptying}\n" for name in databases)
        asked = self._psql()
        assert asked.stdin is not None
        assert asked.stdout is not None
        asked.stdin.write(f"{script}\\echo {EMPTIED}\n")
        asked.stdin.flush()
        said = asked.stdout.readline()
        if said != f"{EMPTIED}\n":
            self.leave()  # or its late answer would be taken for the next one's
            raise AssertionError(said)

    def _psql(self) -> subprocess.Popen[str]:
        """One psql for all that is emptied: most tests are over sooner than another one has started."""
        if self._emptier is None or self._emptier.poll() is not None:
            command = [*as_its_user(), str(self._programs / "psql"), *QUIETLY, "-h", str(self._folder), "-U", USER]
            self._emptier = subprocess.Popen(
                [*command, "postgres"],
                cwd=self._folder,
                env=os.environ | ERRORS_ALONE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        return self._emptier

    def leave(self) -> None:
        """End what empties databases, if it was ever asked."""
        if self._emptier is not None:
            self._emptier.communicate(timeout=DEADLINE_S)
            self._emptier = None

    def start(self) -> None:
        """Start it, or start it again."""
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self._folder}'",
            "fsync": "on" if self._is_durable else "off",
            "full_page_writes": "on" if self._is_durable else "off",
            "max_connections": "200",
            "shared_buffers": "32MB",
            "autovacuum": "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        guarded = [*as_its_user(), "sh", "-c", GUARDED, str(self._programs / "pg_ctl"), options]
        self._guard = subprocess.Popen(
            guarded, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._guard.stdout is not None
        assert self._guard.stdout.readline() == "up\n", self.log()

    def crash(self) -> None:
        """End it as if it were killed: nothing is written any more, no connection is told."""
        with self._guard as guard:  # which closes its pipes and waits for its end
            assert guard.stdin is not None
            guard.stdin.write("the folder is still wanted\n")
            guard.stdin.close()

    def made(self) -> None:
        """Make the cluster's files."""
        self.run("initdb", "-D", "pages", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-A", "trust")
        (self._folder / "pages" / "pg_hba.conf").write_text(ACCESS)

    def log(self) -> str:
        """What the server wrote down."""
        return (self._folder / "server.log").read_text()


@contextmanager
def cluster(*, is_durable: bool = False) -> Generator[Cluster]:
    """A server for a while. `is_durable` is how a real one runs; without it nothing waits for the disk."""
    found = programs()
    assert found is not None
    # A socket's path must be short, and the server's user must come there: so it is not pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="backchannel-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
    made = Cluster(found, folder, is_durable=is_durable)
    try:
        made.made()
        made.start()
        try:
            made.sql(f"CREATE ROLE keyed LOGIN PASSWORD '{PASSWORD}'")
            yield made
        finally:
            made.leave()
            made.crash()
    finally:
        shutil.rmtree(folder)
