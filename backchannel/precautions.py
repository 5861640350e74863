"""What is unsafe about a set-up, said to the organiser before people come. It looks at settings and files alone."""

from collections.abc import Iterator
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import make_url

from backchannel.config import Conference, Config, Server
from backchannel.store.house import database_at
from backchannel.web.addresses import Addresses
from backchannel.web.headers import is_loopback

EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (compared, not bound)
OTHERS: Final = 0o077  # whoever is not the owner of a file
EXAMPLES: Final = frozenset({"PASSWORD", "password", "postgres", "backchannel"})  # of README, and of every tutorial
WIDEST_V4, WIDEST_V6 = 8, 16  # a network of proxies that is wider than these is everybody's


def warnings_of(config: Config, where: Addresses, file: Path) -> tuple[str, ...]:
    """What to put right before people come, a sentence or two each; `file` is the one that the settings stand in."""
    names = _names(config.conference, where)
    return (*_on_the_way(config.server, where), *names, *_beyond(config.store.url), *_kept(config, file))


def _on_the_way(server: Server, where: Addresses) -> Iterator[str]:
    """What others on the network could read, or pass themselves off as."""
    public = urlsplit(where.public)
    if public.scheme == "http" and not _is_near(public.hostname or ""):
        yield (
            f"People come to {where.public} without encryption: whoever shares the hall's Wi-Fi can read invitations "
            "and take over the desk. Use https: a proxy before the server and its https address as [server] "
            "public_url, or [server] certificate_file and key_file."
        )
    if server.public_url.lower().startswith("https:") and not server.certificate_file:
        if server.host in EVERYWHERE:
            yield (
                "People are meant to come by the proxy with https, but the whole network can also come past it, "
                f"without encryption, on port {server.port}. Where the proxy runs on this machine, set [server] host = "
                '"127.0.0.1".'
            )
        if not server.trusted_proxies:
            yield (
                "Behind the proxy everybody seems to come from one address, the proxy's. Name it in [server] "
                'trusted_proxies; on this machine that is ["127.0.0.1"].'
            )
    for proxy in server.trusted_proxies:
        network = ip_network(proxy)
        if network.prefixlen < (WIDEST_V4 if network.version == 4 else WIDEST_V6):
            yield (
                f"[server] trusted_proxies: {proxy} is nearly everybody, and each of them could say to be anybody. "
                "Name the proxy's own address."
            )


def _names(conference: Conference, where: Addresses) -> Iterator[str]:
    """What still is as it was shipped, though people can come."""
    shipped = Conference()
    if where.public and conference.hashtags == shipped.hashtags:
        yield (
            f"The wall follows #{shipped.hashtags[0]}, as it was shipped. Unless that is your conference, whatever is "
            "posted there comes into your queue, and your own hashtag is not followed. Set [conference] hashtags, and "
            "its name."
        )
    elif where.public and conference.name == shipped.name:
        yield f"Every page calls your conference {shipped.name}, as it was shipped. Set [conference] name."


def _kept(config: Config, file: Path) -> Iterator[str]:
    """Who on this machine, or on the database's network, could read what is kept and what is secret."""
    database = database_at(config.store.url)
    password = make_url(config.store.url).password if database else None
    if password in EXAMPLES:
        yield "The database has a password out of an example, which anybody tries first. Give it one of its own."
    if password and _is_open(file):
        yield f"{file} holds the database's password, and every user of this machine can read it. Run: chmod 600 {file}"
    if not database:
        store = Path(make_url(config.store.url).database or "none")
        for each in (store, store.with_name(f"{store.name}-wal")):
            if _is_open(each):
                yield (
                    f"Every user of this machine can read {each}, with every rejected post in it. Run: chmod 600 {each}"
                )
    for setting, secret in _secrets(config):
        if _is_open(Path(secret)):
            yield f"Every user of this machine can read {secret}, the secret of {setting}. Run: chmod 600 {secret}"


def _beyond(url: str) -> Iterator[str]:
    """What others could read between us and a database, where nobody looks who answers there (libpq's sslmode)."""
    told = make_url(url)
    host, mode = told.host or "", str(told.query.get("sslmode", ""))
    if ("." in host or ":" in host) and not _is_near(host) and not mode.startswith("verify-"):
        yield (
            f"The database is on another machine, {host}, and who is in between can read all that goes there: posts, "
            "names, its password. Have it speak TLS, and write ?sslmode=verify-full behind [store] url."
        )


def _secrets(config: Config) -> Iterator[tuple[str, str]]:
    """Every file that holds a secret, with the setting that names it."""
    if config.server.key_file:
        yield "[server] key_file", config.server.key_file
    if config.sign_in.client_secret_file:
        yield "[sign_in] client_secret_file", config.sign_in.client_secret_file
    for source in config.sources:
        for name, files in _named(source):
            for each in files:
                yield f"[[sources]] ({source.network}) {name}", each


def _named(settings: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in fields(settings):
        setting = getattr(settings, each.name)
        if each.name.endswith("_file") and setting:
            yield each.name, (setting,)
        elif each.name.endswith("_files"):
            yield each.name, tuple(setting)


def _is_open(file: Path) -> bool:
    """Whether somebody besides its owner may read or change a file; one that is not there is nobody's."""
    try:
        return bool(file.stat().st_mode & OTHERS)
    except OSError:
        return False


def _is_near(host: str) -> bool:
    return host == "localhost" or is_loopback(host)
