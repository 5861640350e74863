"""The servers that are measured, each in a process on a core of its own, and the load client in C on another.

Only loopback is spoken to. gcc builds the load client and the yardstick, a loop of send() in C: no server can do less.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@contextmanager
def yardsticks() -> Iterator[Path]:
    """A folder in which the programs in C are built."""
    with TemporaryDirectory() as place:
        for program in ("bare", "loadclient"):
            source = YARDSTICKS / f"{program}.c"
            subprocess.run(["gcc", "-O2", "-o", str(Path(place) / program), str(source)], check=True)
        yield Path(place)


def missing() -> list[str]:
    """The programs that are needed and not installed."""
    return [name for name in ("gcc", "taskset") if not shutil.which(name)]


def run(contestant: Contestant, folder: Path, viewers: int, size: int, messages: int) -> Figures:
    """What one contestant does once."""
    port = free_port()
    with serving(contestant.command(folder, port), port) as pid:
        served = workers_of(pid)[0] if contestant.has_worker else pid
        options = ("-u", contestant.viewers, *contestant.publish, "-n", viewers, "-s", size, "-m", messages)
        return figures_of(load_client(folder, port, served, *options, "-g", GAP_MS))


def load_client(folder: Path, port: int, pids: int | str, *options: object) -> subprocess.Popen[str]:
    """The load client, with options as the comment at its top has them, against a server's process or several."""
    command = ("taskset", "-c", CLIENT_CORE, str(folder / "loadclient"), "-p", str(port), "-S", str(pids))
    return subprocess.Popen([*command, *map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def figures_of(client: subprocess.Popen[str]) -> Figures:
    """What a load client measured, once it is done."""
    said, trouble = client.communicate(timeout=RUN_S)
    if client.returncode:
        raise subprocess.CalledProcessError(client.returncode, "loadclient", said, trouble)
    figures: dict[str, Any] = json.loads(said)
    return {name: figure for name, figure in figures.items() if isinstance(figure, int | float)}


@contextmanager
def serving(command: Sequence[str], port: int, cores: str = SERVER_CORE) -> Iterator[int]:
    """The process that serves, once it does."""
    pinned = ["taskset", "-c", cores, *command]
    with subprocess.Popen(pinned, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield server.pid
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


def workers_of(pid: int, many: int = 1) -> list[int]:
    """The processes that a server has started, as soon as there are so many."""
    end = monotonic() + START_S
    while len(children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()) < many:
        if monotonic() > end:
            msg = f"process {pid} started {len(children)} of {many} workers"
            raise OSError(msg)
        sleep(0.05)
    return [int(child) for child in children]


def free_port() -> int:
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


def medians(runs: Sequence[Figures]) -> Figures:
    """Of each figure the median."""
    return {name: median(each[name] for each in runs) for name in runs[0]}
