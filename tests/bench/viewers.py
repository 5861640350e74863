"""How fast one core tells thousands of viewers the same, beside servers in C, in JavaScript and in Python.

    python -m tests.bench viewers [--viewers N …] [--rounds N] [--sizes N …] [--quick] [--json] [--history FILE]

A server has one core to itself and the load client, in C, has another; contestants take turns, round by round, and
what is told is the median of the rounds, for single runs differ by a fifth. The yardstick is a loop of send() in C: no
server can do less. gcc builds both; nginx with nchan and Node with ws take part where they are installed. Only loopback
is spoken to. `--history` adds the results, as a line of JSON, to a file.
"""

import argparse
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
YARDSTICKS: Final = Path(__file__).with_name("yardsticks")
NCHAN: Final = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
OURS, BARE, NCHAN_NAME = "Backchannel", "a loop of send() in C", "nginx with nchan"
SERVER_CORE, CLIENT_CORE = "0", "1"
GAP_MS: Final = 120  # our updates share a message within 100 ms: each of these has one of its own
START_S: Final = 60.0
RUN_S: Final = 240.0

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Contestant:
    """How a server is started on a port, and at which paths it takes viewers and messages."""

    command: Callable[[Path, int], Sequence[str]]
    viewers: str = "/ws"
    publish: tuple[str, str] = ("-P", "/pub")
    is_here: Callable[[], bool] = lambda: True
    has_worker: bool = False


@dataclass(frozen=True)
class Row:
    """A figure, and what it should be; `goal` is empty where none is set."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None


def _python(name: str) -> Callable[[Path, int], Sequence[str]]:
    return lambda _, port: (sys.executable, "-m", "tests.bench.fanouts", name, str(port))


def _nchan(folder: Path, port: int) -> Sequence[str]:
    template = (YARDSTICKS / "nchan.conf").read_text()
    for word, meant in {"PORT": str(port), "FOLDER": str(folder), "MODULE": str(NCHAN)}.items():
        template = template.replace(word, meant)
    path = folder / "nginx.conf"
    path.write_text(template)
    return ("nginx", "-p", str(folder), "-c", str(path))


def _node_has_ws() -> bool:
    return bool(shutil.which("node")) and (ROOT / "tests" / "frontend" / "node_modules" / "ws").exists()


CONTESTANTS: Final[Mapping[str, Contestant]] = {
    BARE: Contestant(lambda folder, port: (str(folder / "bare"), str(port))),
    OURS: Contestant(_python("backchannel"), viewers="/feed/phone?epoch=bench&since=0"),
    NCHAN_NAME: Contestant(
        _nchan,
        publish=("-Q", "/pub"),
        is_here=lambda: bool(shutil.which("nginx")) and NCHAN.exists(),
        has_worker=True,
    ),
    "Node's ws": Contestant(lambda _, port: ("node", str(YARDSTICKS / "ws.mjs"), str(port)), is_here=_node_has_ws),
    "websockets.broadcast()": Contestant(_python("broadcast")),
    "a loop of send_text": Contestant(_python("send_text")),
}


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench viewers", description="Time to the last of many viewers.")
    parser.add_argument("--viewers", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--sizes", type=int, nargs="+", default=[600, 2048])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="one round, one size, 1,000 viewers")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--history", type=Path)
    options = parser.parse_args(arguments)
    if options.quick:
        options.viewers, options.sizes, options.rounds = [1000], [600], 1
    if missing := [name for name in ("gcc", "taskset") if not shutil.which(name)]:
        print(f"{' and '.join(missing)} must be installed")
        return 2
    measured = measure(options.viewers, options.sizes, options.rounds, options.messages)
    rows = [row for (viewers, size), found in measured.items() for row in rows_of(viewers, size, found)]
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 (a bench has no clock put in)
        "machine": machine(),
        "rounds": options.rounds,
        "rows": [asdict(row) for row in rows],
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        tell(measured, rows)
    if options.history:
        with options.history.open("a") as history:
            history.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


def measure(
    viewers: Sequence[int], sizes: Sequence[int], rounds: int, messages: int
) -> dict[tuple[int, int], dict[str, Figures]]:
    """The medians of every contestant that is here, by number of viewers and size of the message."""
    here = {name: each for name, each in CONTESTANTS.items() if each.is_here()}
    runs: dict[tuple[int, int], dict[str, list[Figures]]] = {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        for program in ("bare", "loadclient"):
            source = YARDSTICKS / f"{program}.c"
            subprocess.run(["gcc", "-O2", "-o", str(folder / program), str(source)], check=True)
        for _ in range(rounds):
            for size in sizes:
                for many in viewers:
                    for name, contestant in here.items():
                        found = run(contestant, folder, many, size, messages)
                        runs.setdefault((many, size), {}).setdefault(name, []).append(found)
    return {where: {name: _medians(each) for name, each in found.items()} for where, found in runs.items()}


def run(contestant: Contestant, folder: Path, viewers: int, size: int, messages: int) -> Figures:
    """What one contestant does once."""
    port = _free_port()
    with _serving(contestant, folder, port) as pid:
        command = [
            *("taskset", "-c", CLIENT_CORE, str(folder / "loadclient"), "-p", str(port)),
            *("-u", contestant.viewers, *contestant.publish, "-n", str(viewers), "-s", str(size)),
            *("-m", str(messages), "-g", str(GAP_MS), "-S", str(pid)),
        ]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=RUN_S, check=True)
    figures: dict[str, Any] = json.loads(ran.stdout)
    return {name: figure for name, figure in figures.items() if isinstance(figure, int | float)}


@contextmanager
def _serving(contestant: Contestant, folder: Path, port: int) -> Iterator[int]:
    """The process that serves, once it does."""
    command = ["taskset", "-c", SERVER_CORE, *contestant.command(folder, port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield _worker_of(server.pid) if contestant.has_worker else server.pid
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int) -> None:
    end = monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if monotonic() > end:
                raise
            sleep(0.05)
        else:
            return


def _worker_of(pid: int) -> int:
    end = monotonic() + START_S
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        if monotonic() > end:
            msg = f"process {pid} started no worker"
            raise OSError(msg)
        sleep(0.05)
    return int(children[0])


def _free_port() -> int:
    """A port outside the range that the system gives to clients: a past viewer's may be blocked for a while."""
    for port in range(21000 + os.getpid() % 1000, 32000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    msg = "no port is free"
    raise OSError(msg)


def _medians(runs: Sequence[Figures]) -> Figures:
    return {name: median(each[name] for each in runs) for name in runs[0]}


def rows_of(viewers: int, size: int, found: Mapping[str, Figures]) -> list[Row]:
    """What was found beside what it should be (the issue of the live path)."""
    ours, bare, nchan = found[OURS], found[BARE], found.get(NCHAN_NAME)
    where = f"{viewers:,} viewers, {size} bytes"
    many = viewers >= 10_000
    rows = [
        _at_most(f"{where}: time to the last", "last_ms_med", ours, bare, BARE, 1.20 if many else 1.30),
        *([_at_most(f"{where}: time to the last", "last_ms_med", ours, nchan, NCHAN_NAME, 1.10)] if nchan else []),
        _at_most(f"{where}: CPU of a delivery", "srv_us_per_delivery", ours, bare, BARE, 1.20 if many else None),
    ]
    if (loop := found.get("a loop of send_text")) is not None:
        limit = 0.65 if many else None
        rows.append(
            _at_most(f"{where}: CPU of a delivery", "srv_us_per_delivery", ours, loop, "a loop of send_text", limit)
        )
    memory, accepted = ours["rss_kib_per_conn"], ours["conn_per_s"]
    return [
        *rows,
        Row(f"{where}: memory of a viewer", memory, "KiB", "≤ 4" if many else "", memory <= 4 if many else None),
        Row(f"{where}: accepted in a second", accepted, "1/s", "≥ 2,000", accepted >= 2000),
    ]


def _at_most(name: str, figure: str, ours: Figures, other: Figures, beside: str, limit: float | None) -> Row:
    ratio = ours[figure] / other[figure] if other[figure] else float("nan")
    goal = f"≤ {limit:.2f}" if limit is not None else ""
    return Row(f"{name}, beside {beside}", round(ratio, 3), "×", goal, None if limit is None else ratio <= limit)


def tell(measured: Mapping[tuple[int, int], Mapping[str, Figures]], rows: Sequence[Row]) -> None:
    """The tables."""
    print(machine())
    for (viewers, size), found in measured.items():
        where = f"{viewers:,} viewers, {size} bytes"
        print(f"\n{where:<34}{'last, ms':>10}{'× C':>7}{'CPU, µs':>9}{'× C':>7}{'KiB each':>10}{'accepts/s':>11}")
        for name, each in found.items():
            last, cpu = each["last_ms_med"], each["srv_us_per_delivery"]
            in_c = last / found[BARE]["last_ms_med"], cpu / found[BARE]["srv_us_per_delivery"]
            print(f"{name:<34}{last:>10.1f}{in_c[0]:>7.2f}{cpu:>9.2f}{in_c[1]:>7.2f}"
                  f"{each['rss_kib_per_conn']:>10.2f}{each['conn_per_s']:>11,.0f}")  # fmt: skip
    print()
    for row in rows:
        if row.met is not None:
            print(f"{'met' if row.met else 'MISSED':<8}{row.name}: {row.value:,.2f} {row.unit} (goal {row.goal})")
    for name, contestant in CONTESTANTS.items():
        if not contestant.is_here():
            print(f"!!! SKIPPED: {name} is not installed (libnginx-mod-nchan; npm ci in tests/frontend)")


def machine() -> str:
    """What it was measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        model = ""
    return f"{os.cpu_count()} cores, {model or platform.machine()}, {platform.system()} {platform.release()}, " \
           f"Python {platform.python_version()}"  # fmt: skip
