"""Backchannel's command line: `server.py --help`. `run` is the default."""

import argparse
import asyncio
import gc
import os
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

from backchannel import config as settings
from backchannel.admission import Admission
from backchannel.app import admission_of, keeper_of, locked, open_house, store_url
from backchannel.clock import now
from backchannel.config import Config
from backchannel.errors import StartError
from backchannel.forgotten import Forgot, Leaving, marks_of_leaving
from backchannel.front import provider_of
from backchannel.logs import log_as
from backchannel.networks import NETWORKS, Rehearsal, sources_of
from backchannel.post import folded_address
from backchannel.precautions import warnings_of
from backchannel.roles import TAKEN_WORDS, Role, is_taken
from backchannel.schedules.settings import ProgrammeSettings
from backchannel.sources.floor import Floor
from backchannel.store.base import Badge, Term
from backchannel.store.house import Store, database_at, open_store
from backchannel.web import badges
from backchannel.web.addresses import Addresses, addresses
from backchannel.web.doorstep import Doorstep
from backchannel.web.export import FORMS, save
from backchannel.web.people import HOURS_MAX
from backchannel.web.transport import Bounds, ClientProtocol, Turnstile

T = TypeVar("T")

DAYS_MAX = 366

HERE = Path(__file__).resolve().parent
GRACE_S = 3
BACKLOG = 2048
TERMINAL = "server.py"  # who decides where somebody types a command beside the server
FILES_WANTED = 65_536
WORKERS_MAX = 64
CLIENTS_MIN = 10
FILES_SPARE = 256  # for the store, the sources and the log; half of them also where every place is taken
FEW_FILES = """\
backchannel: the system allows {files:,} open files: there is room for {clients:,} clients, not for {wanted:,}.
Allow more, by `ulimit -n {needed}` or LimitNOFILE={needed} in its unit of systemd; or set [limits] clients lower."""
GREETING = """\
Backchannel follows {hashtags}{rehearsal}.

  Phones    {best}/
  Screens   {best}/screen
  Console   {best}/console

The owner signs in here, once, within 24 hours, and invites the others:
  {best}/join#{secret}
{hint}"""
UNSAFE = """
Before people come: {many} to put right for everybody's safety; `server.py check` names what and how.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it went well, 2 when something is missing or wrong."""
    asked = _parser().parse_args(arguments)
    log_as("json")
    try:
        config = settings.load(asked.config, NETWORKS)
        log_as(config.server.logs)
        asked.command(config, asked)
    except StartError as error:
        print(f"backchannel: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def run(config: Config, asked: argparse.Namespace) -> None:
    """Serve until stopped."""
    if asked.workers and config.server.certificate_file:
        msg = "--workers: of TLS only this process knows the keys. Leave it to a proxy, or start without workers"
        raise StartError(msg)
    rehearsal = _rehearsal(asked)
    admission = _admission(config)
    check_certificate(config.server)
    with locked(config, rehearsal) as lock, listening(config) as listener:
        where = addresses_of(config, listener.getsockname()[1])
        if lock is not None:  # a database is for many servers
            lock.announce(where.best)
        unsafe = len(warnings_of(config, where, asked.config))
        uvloop.run(_serve(config, listener, where, rehearsal, admission, unsafe, asked.workers))


def check(config: Config, asked: argparse.Namespace) -> None:
    """Print the configuration that is in force, and say what is missing."""
    rehearsal = _rehearsal(asked)
    sources_of(config, Floor(), rehearsal)
    _family(config)
    check_certificate(config.server)
    database_at(config.store.url)
    where = addresses_of(config, config.server.port)
    provider_of(config, where, now)
    programme = asyncio.run(_programme_read(config)) if config.programme != ProgrammeSettings() else ""
    print(settings.shown(config))
    if programme:
        print(programme, end="\n\n")
    said = [*filter(None, [where.hint]), *warnings_of(config, where, asked.config)]
    print("\n".join(f"# {each}" for each in said or ["All is well."]))


async def _programme_read(config: Config) -> str:
    """What there is to say of the programme. Raises StartError where it cannot be read."""
    keeper = keeper_of(config, now)
    await keeper.look()
    found = keeper.condition
    if found.error:
        msg = f"[programme] {found.error} {found.remedy}".rstrip()
        raise StartError(msg)
    halls = {session.hall or session.room for session in keeper.programme.sessions} - {""}
    lines = [f"# The programme has {found.sessions} sessions in {len(halls)} halls."]
    if strange := sorted({session.room for session in keeper.programme.sessions if not session.hall} - {""}):
        lines.append(f"# These rooms of it are no halls of [[halls]]: {', '.join(strange)}.")
    lines += [f"# Left out: {many} {reason}." for reason, many in found.refused.items()]
    if found.overlaps:
        lines.append(f"# {found.overlaps} sessions begin before the one before them in their room has ended.")
    return "\n".join(lines)


def badge(config: Config, asked: argparse.Namespace) -> None:
    """Print a bearer badge, once."""
    _check_name(asked.name)

    async def issue(store: Store) -> str:
        at = now()
        term = Term(at + timedelta(days=asked.days))
        return await badges.issue(store.badges, Badge(asked.name, Role(asked.role)), at, term)

    print(uvloop.run(_with_store(config, asked, issue)))


def invite(config: Config, asked: argparse.Namespace) -> None:
    """Print a link that turns into a badge, once."""
    _check_name(asked.name)

    async def invited(store: Store) -> str:
        badge, lasts = Badge(asked.name, Role(asked.role)), timedelta(hours=asked.hours)
        return await badges.invite(store.badges, badge, now(), lasts)

    where = addresses_of(config, config.server.port)
    print(f"{where.best}/join#{uvloop.run(_with_store(config, asked, invited))}")


def export(config: Config, asked: argparse.Namespace) -> None:
    """Write the record of all decisions to a file that ends in .csv or .jsonl."""
    form = FORMS.get(asked.file.suffix.removeprefix("."))
    if form is None:
        msg = f"export: {asked.file} must end in {' or '.join(f'.{form}' for form in FORMS)}"
        raise StartError(msg)

    async def write(store: Store) -> None:
        try:
            await save(store.record, form, asked.file)
        except OSError as error:
            if error.errno is None:  # no file's trouble, but a store's that keeps no deadline
                raise
            msg = f"export: {asked.file} cannot be written ({error.strerror}); name another file"
            raise StartError(msg) from error

    uvloop.run(_with_store(config, asked, write))


def forget(config: Config, asked: argparse.Namespace) -> None:
    """Forget an author: nothing of theirs is kept, and what they post is not taken in. Nobody can take it back."""

    async def erase(store: Store) -> list[tuple[Leaving, Forgot]]:
        at = now()
        of_post = await store.forgetting.of_post(asked.author)
        leaving = [of_post] if of_post else list(await store.forgetting.known(asked.author))
        # Whoever is not known yet is refused all the same, by the address that was typed.
        wanted = leaving or [Leaving("", "", addresses=frozenset({folded_address(asked.author)}))]
        return [
            (each, await store.forgetting.forget(each, marks_of_leaving(each, store.secret), TERMINAL, at))
            for each in wanted
        ]

    told = uvloop.run(_with_store(config, asked, erase))
    for leaving, forgot in told:
        where = f" on {leaving.network}" if leaving.network else ""
        gone = "1 post is gone" if forgot.posts == 1 else f"{forgot.posts} posts are gone"
        print(f"Forgotten: {asked.author}{where}. {gone}; what comes from there is not taken in.")
        if forgot.mentions:
            print(
                f"Others mention them in {forgot.mentions} posts. Those are the others' words: look at them yourself."
            )
    print("What was copied before is not within reach: backups, exported files, printed pages, config.toml.")


def _check_name(name: str) -> None:
    if is_taken(name, NETWORKS):
        raise StartError(TAKEN_WORDS % {"name": name})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="server.py", description="A moderated live wall for a conference's hashtag.")
    _add_common(parser, with_defaults=True)
    parser.set_defaults(command=run)
    commands = parser.add_subparsers(
        title="commands", metavar="run | check | badge NAME | invite NAME | export FILE | forget AUTHOR"
    )
    for command in (run, check, badge, invite, export, forget):
        about = (command.__doc__ or "").strip()
        sub = commands.add_parser(command.__name__, help=about, description=about)
        sub.set_defaults(command=command)
        _add_common(sub, with_defaults=False)
        if command is export:
            sub.add_argument("file", type=Path, metavar="FILE", help="where to write it, such as record.csv")
        if command is forget:
            sub.add_argument("author", help="an address, a profile's address, or the key of one of their posts")
        if command in (badge, invite):
            sub.add_argument("name", help="whose it is, as the others will read it")
            sub.add_argument("--role", choices=[role.value for role in Role], default=Role.MODERATOR.value)
        if command is badge:
            sub.add_argument("--days", type=_days, default=30.0, metavar="N", help="how long it works")
        if command is invite:
            sub.add_argument("--hours", type=_hours, default=24.0, metavar="N", help="how long the link works")
    return parser


def _add_common(parser: argparse.ArgumentParser, *, with_defaults: bool) -> None:
    """The options may stand before or after the command; the second place must not reset the first."""

    def default(value: object) -> object:
        return value if with_defaults else argparse.SUPPRESS

    parser.add_argument("--config", type=Path, default=default(HERE / "config.toml"), metavar="FILE")
    parser.add_argument(
        "--recording", type=Path, default=default(None), metavar="FILE", help="play this, follow nothing"
    )
    parser.add_argument("--speed", type=_speed, default=default(1.0), metavar="N", help="how fast the recording plays")
    parser.add_argument(
        "--workers", type=_workers, default=default(0), metavar="N", help="run: so many processes more serve phones"
    )


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 10_000:
        raise argparse.ArgumentTypeError("a number above 0, such as 20")
    return speed


def _workers(text: str) -> int:
    workers = int(text)
    if not 0 <= workers <= WORKERS_MAX:
        raise argparse.ArgumentTypeError(f"a number from 0 to {WORKERS_MAX}: as many as there are cores to spare")
    return workers


def _hours(text: str) -> float:
    return _up_to(HOURS_MAX, text)


def _days(text: str) -> float:
    return _up_to(DAYS_MAX, text)


def _up_to(most: int, text: str) -> float:
    many = float(text)
    if not 0 < many <= most:
        raise argparse.ArgumentTypeError(f"a number above 0 and up to {most}, such as 24")
    return many


def listening(config: Config) -> socket.socket:
    """A socket bound to the configured address. Raises StartError where that is impossible."""
    host, port = config.server.host, config.server.port
    try:
        # It listens at once: who follows the greeting's links now waits a moment instead of being refused.
        listener = socket.create_server(
            (host, port),
            family=_family(config),
            backlog=BACKLOG,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
        # Connections inherit it. uvloop sets it anyway; asyncio, in which tests serve, only where a socket names its
        # protocol, and then an answer's body waits until its headers are acknowledged, which takes a client 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        msg = f"[server] {host}:{port} cannot be bound ({why}); stop what uses it, or set another port"
        raise StartError(msg) from error
    return listener


def addresses_of(config: Config, port: int) -> Addresses:
    """Where we are reached, on the port that we are bound to."""
    server = config.server
    return addresses(server.host, port, server.public_url, has_tls=bool(server.certificate_file))


def check_certificate(server: settings.Server) -> None:
    """Raises StartError where the files of a certificate are of no use."""
    if not server.certificate_file:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(server.certificate_file, server.key_file, password="")
    except OSError as error:
        why = "wanted: certificates and their own key, as PEM" if isinstance(error, ssl.SSLError) else error.strerror
        files = f"{server.certificate_file} and {server.key_file}"
        msg = f"[server] certificate_file, key_file: {files} cannot be used ({why})"
        raise StartError(msg) from error


def _family(config: Config) -> int:
    host = config.server.host
    try:
        return socket.getaddrinfo(host, config.server.port, type=socket.SOCK_STREAM)[0][0]
    except (socket.gaierror, UnicodeError) as error:
        msg = f"[server] host: {host!r} is no address of this machine; 127.0.0.1 is always one"
        raise StartError(msg) from error


async def _serve(
    config: Config,
    listener: socket.socket,
    where: Addresses,
    rehearsal: Rehearsal | None,
    admission: Admission,
    unsafe: int,
    workers: int,
) -> None:
    async with open_house(config, where, rehearsal, say=_say, admission=admission, workers=workers) as (web, store):
        secret = await badges.invite(store.badges, Badge("Owner", Role.OWNER), now())
        hashtags = ", ".join(f"#{hashtag}" for hashtag in config.conference.hashtags)
        playing = f", played from {rehearsal.path.name} at {rehearsal.speed:g}× speed" if rehearsal else ""
        hint = f"\n{where.hint}\n" if where.hint else ""
        hint += UNSAFE.format(many=unsafe) if unsafe else ""
        greeting = GREETING.format(hashtags=hashtags, rehearsal=playing, best=where.best, secret=secret, hint=hint)
        spare_what_stands()
        await Server(uvicorn_config(config, web.app, admission, web.turnstile), greeting).serve([listener])


def spare_what_stands() -> None:
    """Have the garbage collector pass over what is there for good: to look at all of it holds the loop up for 80 ms."""
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """uvicorn's server, which ends alike on Ctrl+C and SIGTERM: it returns, and everything around it is closed."""

    def __init__(self, config: uvicorn.Config, greeting: str = "") -> None:
        super().__init__(config)
        self._greeting = greeting
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and greet: from then on everything that the greeting promises works, the signals included."""
        await super().startup(sockets)
        if self._greeting:
            print(self._greeting, flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End, as a signal tells it to."""
        super().handle_exit(sig, frame)
        self._told.set()

    async def main_loop(self) -> None:
        """Tick once a second, which the answers' dates need, until told to end: then at once."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._told.wait()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take both signals while serving."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(each)


def _say(line: str) -> None:
    print(line, flush=True)


def uvicorn_config(
    config: Config, app: ASGIApp, admission: Admission, turnstile: Turnstile | None = None
) -> uvicorn.Config:
    """How uvicorn serves us."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    bounds = Bounds(
        max(files - admission.clients, FILES_SPARE) - FILES_SPARE // 2,
        config.limits.idle_s,
        admission.figures,
        turnstile,
    )
    return uvicorn.Config(
        app,
        http=partial(Doorstep, bounds),  # type: ignore[arg-type]
        ws=partial(ClientProtocol, bounds),  # type: ignore[arg-type]
        ws_per_message_deflate=False,  # it costs 2.5 times the CPU of a broadcast
        ws_max_size=settings.MESSAGE_MAX,
        ws_ping_interval=config.limits.idle_s / 2,
        ws_ping_timeout=config.limits.idle_s / 2,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        ssl_certfile=config.server.certificate_file or None,
        ssl_keyfile=config.server.key_file or None,
        forwarded_allow_ips=list(config.server.trusted_proxies),
        proxy_headers=bool(config.server.trusted_proxies),
        timeout_graceful_shutdown=GRACE_S,
    )


def _rehearsal(asked: argparse.Namespace) -> Rehearsal | None:
    return Rehearsal(asked.recording, asked.speed) if asked.recording else None


def _admission(config: Config) -> Admission:
    """Who may come; says so where the system has not as many open files as clients are wanted."""
    files, wanted = _raise_limit(config.limits.open_files), config.limits.clients
    room = max(files - FILES_SPARE, CLIENTS_MIN)
    if room < wanted:
        words = {"files": files, "clients": room, "wanted": wanted, "needed": wanted + FILES_SPARE}
        print(FEW_FILES.format(**words), file=sys.stderr, flush=True)
    return admission_of(config, room)


def _raise_limit(asked: int) -> int:
    """Every phone is an open file, and systems allow a few hundred where many thousands may be had for the asking."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else max(soft, FILES_WANTED)
    with suppress(ValueError, OSError):  # then it stays as it is
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(asked, most) if asked else most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def _with_store(config: Config, asked: argparse.Namespace, work: Callable[[Store], Awaitable[T]]) -> T:
    async with open_store(store_url(config, _rehearsal(asked)), [hall.slug for hall in config.halls]) as store:
        return await work(store)


if __name__ == "__main__":
    sys.exit(main())
