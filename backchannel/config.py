"""The configuration: frozen values, parsed once. What is unknown or wrong stops the start with one sentence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from backchannel.concern import Concern
from backchannel.errors import StartError
from backchannel.membership import SignIn
from backchannel.rule import Coarse, Entry, Rule, short_form
from backchannel.schedules.place import address_of
from backchannel.schedules.settings import ProgrammeSettings, SessionSettings, by_hand
from backchannel.sponsor import Rota, Sponsor
from backchannel.theme import OwnTheme, Theme
from backchannel.web.catalogues import SOURCE, known_tags

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Address = Annotated[str, Meta(min_length=1, max_length=2000)]  # hosts, passwords and folders are as long as they are
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
# A hashtag of the networks: letters, digits and underscores of any script, with at least one that is no digit.
Tag = Annotated[str, Meta(pattern=r"^(?=.*[^\W\d])\w{1,100}$")]

# An origin, as browsers name it in frame-ancestors: nothing that could end that rule or begin another.
Site = Annotated[str, Meta(pattern=r"^https?://(\*\.)?[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]

# Up to the last @, since a password may hold anything; or in libpq's query.
PASSWORD: Final = re.compile(r"(?<=://)([^:/?#@]*:).+(?=@)|([?&](?:ssl)?password=)[^&]+")

MESSAGE_MAX: Final = 64 * 1024  # larger ones are not even taken in
DEFAULT_NETWORKS: Final = ("mastodon", "bluesky", "floor")


@dataclass(frozen=True, slots=True)
class Conference:
    """What is followed, where its clocks hang, and what pages speak where nobody asks for another language."""

    name: Name = "pink11"
    hashtags: Annotated[tuple[Tag, ...], Meta(min_length=1)] = ("pink11",)
    timezone: str = "UTC"
    language: str = SOURCE

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the venue."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server listens, and how people reach it; `embed_on` are the sites that may show `/embed` in a frame.

    With a certificate it speaks TLS itself.
    """

    host: Name = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8011
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    logs: Literal["json", "text"] = "json"
    embed_on: tuple[Site, ...] = ()
    certificate_file: str = ""
    key_file: str = ""

    @property
    def is_https(self) -> bool:
        """Whether people come by https."""
        return self.public_url.lower().startswith("https:") or bool(self.certificate_file)


@dataclass(frozen=True, slots=True)
class Storage:
    """Where everything is kept."""

    url: Address = "sqlite:///backchannel.db"


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall of the venue; `slug` names it in addresses, `room` is what the programme calls it, if otherwise.

    `theme` is what its screens wear, where that is another than the others'.
    """

    slug: Slug = "main"
    name: Name = "Main hall"
    room: Annotated[str, Meta(max_length=100)] = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Moderation:
    """What is allowed before a person looks, and what is decided without one."""

    floor_posts_per_minute: Annotated[int, Meta(ge=1, le=600)] = 10
    floor_newcomers_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 300
    floor_form_age_s: Annotated[float, Meta(ge=0, le=60)] = 2.0
    floor_waiting_max: Annotated[int, Meta(ge=1, le=100_000)] = 500
    coarse_words: Coarse = "hold"
    blocked_words: tuple[Entry, ...] = ()
    blocked_authors: tuple[Entry, ...] = ()
    trusted_authors: tuple[Entry, ...] = ()
    two_people: tuple[Concern, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def in_order(self) -> tuple[Rule, ...]:
        """All rules, those of the short form too, in the order in which they are asked."""
        return short_form(self.blocked_words, self.blocked_authors, self.trusted_authors, self.rules, self.coarse_words)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How long a browser stays signed in at the desk, unused and in any case; whether people come back by password."""

    idle_hours: Annotated[int, Meta(ge=1, le=720)] = 48
    lasts_days: Annotated[int, Meta(ge=1, le=90)] = 14
    passwords: bool = False

    @property
    def idle(self) -> timedelta:
        """How long it may be unused."""
        return timedelta(hours=self.idle_hours)

    @property
    def lasts(self) -> timedelta:
        """How long it lasts."""
        return timedelta(days=self.lasts_days)


@dataclass(frozen=True, slots=True)
class Screen:
    """How screens look; `farthest_seat` is a distance in heights of the picture, `lease_s` is in seconds."""

    farthest_seat: Annotated[float, Meta(ge=2, le=12)] = 6.0
    theme: str = Theme.BOARD
    lease_s: Annotated[int, Meta(ge=5, le=3600)] = 60
    reactions: bool = False
    sponsor_every_min: Annotated[float, Meta(ge=1, le=1440)] = 20.0
    sponsor_for_s: Annotated[float, Meta(ge=5, le=30)] = 12.0
    themes: tuple[OwnTheme, ...] = ()
    sponsors: tuple[Sponsor, ...] = ()

    @property
    def rota(self) -> Rota:
        """Which sponsor is thanked when."""
        names = tuple(sponsor.name for sponsor in self.sponsors)
        return Rota(names, timedelta(minutes=self.sponsor_every_min), timedelta(seconds=self.sponsor_for_s))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the server takes on. Open files, arrivals and messages: 0 is as many as there are."""

    clients: Annotated[int, Meta(ge=10, le=1_000_000)] = 12_000
    clients_per_device: Annotated[int, Meta(ge=1)] = 32
    arrivals_per_second: Annotated[int, Meta(ge=0)] = 2000
    message_bytes: Annotated[int, Meta(ge=1024, le=MESSAGE_MAX)] = 16 * 1024
    messages_per_minute: Annotated[int, Meta(ge=0)] = 600
    idle_s: Annotated[float, Meta(ge=2, le=120)] = 40.0
    open_files: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """Which pictures of posts are fetched, and how long they stay where nobody is shown them."""

    fetch: bool = True
    max_mb: Annotated[int, Meta(ge=1, le=50)] = 10
    max_megapixels: Annotated[int, Meta(ge=1, le=100)] = 40
    keep_unshown_days: Annotated[int, Meta(ge=0, le=365)] = 7


@dataclass(frozen=True, slots=True)
class Privacy:
    """How long what people said is kept, and whom they ask. `ends` is the last day of the conference, or empty."""

    contact: Annotated[str, Meta(max_length=200)] = ""
    opt_out_hashtags: tuple[Tag, ...] = ()
    ends: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    keep_days: Annotated[int, Meta(ge=0, le=3650)] = 30
    keep_unshown_days: Annotated[int, Meta(ge=1, le=3650)] = 30

    def over(self, zone: ZoneInfo) -> datetime | None:
        """When everything is deleted, on the clock of the venue; None where nobody said when the conference ends."""
        if not self.ends:
            return None
        after = date.fromisoformat(self.ends) + timedelta(days=1 + self.keep_days)
        return datetime(after.year, after.month, after.day, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. `sources` holds the settings that each network declares for itself."""

    conference: Conference = field(default_factory=Conference)
    server: Server = field(default_factory=Server)
    store: Storage = field(default_factory=Storage)
    halls: tuple[Hall, ...] = (Hall(),)
    sources: tuple[Any, ...] = ()
    moderation: Moderation = field(default_factory=Moderation)
    desk: DeskSettings = field(default_factory=DeskSettings)
    sign_in: SignIn = field(default_factory=SignIn)
    screen: Screen = field(default_factory=Screen)
    limits: Limits = field(default_factory=Limits)
    media: MediaSettings = field(default_factory=MediaSettings)
    privacy: Privacy = field(default_factory=Privacy)
    programme: ProgrammeSettings = field(default_factory=ProgrammeSettings)

    @property
    def hall_names(self) -> Mapping[str, tuple[str, ...]]:
        """What else each hall is called, by its slug."""
        return {hall.slug: (hall.name, hall.room) for hall in self.halls}


TABLES: Final[Mapping[str, type]] = {
    "conference": Conference,
    "server": Server,
    "store": Storage,
    "moderation": Moderation,
    "desk": DeskSettings,
    "sign_in": SignIn,
    "screen": Screen,
    "limits": Limits,
    "media": MediaSettings,
    "privacy": Privacy,
    "programme": ProgrammeSettings,
}
LISTS: Final = ("halls", "sources")
NESTED: Final = frozenset({"rules", "sessions", "themes", "sponsors"})  # lists of tables inside a table
COLOUR: Final = "write a colour with # and six digits, such as #0e1f1a"
MEMBERS: Final = 'write addresses, "@pink11.example" for everybody there, or a claim and its value: "groups=wall"'
# What msgspec would say of these, nobody could mend by.
WISHES: Final[Mapping[str, str]] = {
    "hashtags": 'write at least one, in letters, digits and underscores, such as ["pink11"]',
    "embed_on": 'write where the site begins, without a path, such as ["https://pink11.example"]',
    "ends": 'write a day, such as "2026-11-19", or ""',
    "slug": "write small letters, digits and hyphens, such as hall-a",
    "name": "write 1 to 100 characters",
    "OwnTheme.name": "write small letters, digits and hyphens, such as house",
    **dict.fromkeys(("owners", "moderators", "hosts", "viewers"), MEMBERS),
    "scope": 'write "openid" and what else the provider is to tell, such as "openid email profile groups"',
    "two_people": 'write any of "media", "links" and "first", such as ["media"]',
    "ground": COLOUR,
    "ink": COLOUR,
    "soft": COLOUR,
    "rail": COLOUR,
    "air": COLOUR,
    "air_ink": COLOUR,
    "room": "write a room's alias, such as #pink11:matrix.example, or its id, which begins with an exclamation mark",
}


def load(path: Path, networks: Mapping[str, type]) -> Config:
    """Read a file of settings. Raises StartError with one sentence that names the file and the setting."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); name another file with --config"
        raise StartError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: is not TOML: {error}"
        raise StartError(msg) from error
    try:
        config = parse(table, networks)
    except StartError as error:
        msg = f"{path}: {error}"
        raise StartError(msg) from error
    folder = path.absolute().parent
    sources = tuple(_with_anchored_files(source, folder) for source in config.sources)
    themes = tuple(_with_anchored_pictures(theme, folder) for theme in config.screen.themes)
    sponsors = tuple(
        replace(each, image=str(folder / each.image)) if each.image else each for each in config.screen.sponsors
    )
    programme = config.programme
    if programme.file:
        programme = replace(programme, file=str(folder / programme.file))
    store = Storage(_anchored(config.store.url, folder))
    server = _with_anchored_files(config.server, folder)
    sign_in = _with_anchored_files(config.sign_in, folder)
    screen = replace(config.screen, themes=themes, sponsors=sponsors)
    config = replace(config, server=server, store=store, sources=sources, programme=programme, screen=screen)
    return replace(config, sign_in=sign_in)


def parse(table: Mapping[str, Any], networks: Mapping[str, type]) -> Config:
    """Settings from parsed TOML; `networks` gives the settings type of every network. Raises StartError."""
    _know(table, {*TABLES, *LISTS}, "", "table")
    table, rules = _without_rules(table)
    table, sessions = _without_sessions(table)
    table, themes = _without_readable(table, "themes", OwnTheme)
    table, sponsors = _without_readable(table, "sponsors", Sponsor)
    parsed: dict[str, Any] = {name: _read(cls, table.get(name, {}), f"[{name}]") for name, cls in TABLES.items()}
    parsed["moderation"] = replace(parsed["moderation"], rules=rules)
    parsed["programme"] = replace(parsed["programme"], sessions=sessions)
    parsed["screen"] = replace(parsed["screen"], themes=themes, sponsors=sponsors)
    if "halls" in table:
        parsed["halls"] = tuple(_read(Hall, hall, "[[halls]]") for hall in _tables(table, "halls"))
    rows = _tables(table, "sources") if "sources" in table else [{"network": name} for name in DEFAULT_NETWORKS]
    parsed["sources"] = tuple(_source(row, networks) for row in rows)
    config = Config(**parsed)
    _agree(config)
    return config


def shown(config: Config) -> str:
    """The configuration as TOML-like lines, secrets masked."""
    lines: list[str] = []
    for name in TABLES:
        lines += [f"[{name}]", *_lines(getattr(config, name)), ""]
    for rule in config.moderation.rules:
        lines += ["[[moderation.rules]]", *_lines(rule), ""]
    for sponsor in config.screen.sponsors:
        lines += ["[[screen.sponsors]]", *_lines(sponsor), ""]
    for theme in config.screen.themes:
        lines += ["[[screen.themes]]", *_lines(theme), ""]
    for session in config.programme.sessions:
        lines += ["[[programme.sessions]]", *_lines(session), ""]
    for hall in config.halls:
        lines += ["[[halls]]", *_lines(hall), ""]
    for source in config.sources:
        lines += ["[[sources]]", f"network = {_toml(source.network)}", *_lines(source), ""]
    return "\n".join(lines)


def mask(url: str) -> str:
    """An address without the password in it, wherever it stands, and however badly it is written."""
    return PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", url)


def _anchored(url: str, folder: Path) -> str:
    """A relative file begins at the configuration's folder, wherever the server was started from."""
    scheme, separator, path = url.partition(":///")
    return f"{scheme}{separator}{folder / path}" if scheme == "sqlite" and path else url


def _with_anchored_files(settings: Any, folder: Path) -> Any:
    """Settings, with the files that they name found from the configuration's folder on."""
    named = {each.name: getattr(settings, each.name) for each in fields(settings)}
    anchored: dict[str, Any] = {}
    for name, setting in named.items():
        if name.endswith("_file") and setting:
            anchored[name] = str(folder / setting)
        elif name.endswith("_files"):
            anchored[name] = tuple(str(folder / each) for each in setting)
    return replace(settings, **anchored)


def _with_anchored_pictures(theme: OwnTheme, folder: Path) -> OwnTheme:
    named = {name: getattr(theme, name) for name in ("logo", "background", "font")}
    anchored: dict[str, Any] = {name: str(folder / path) for name, path in named.items() if path}
    return replace(theme, **anchored)


def _lines(settings: Any) -> list[str]:
    named = {each.name: getattr(settings, each.name) for each in fields(settings)}
    # What is unset has no word in TOML, and rules have tables of their own.
    return [f"{name} = {_toml(value)}" for name, value in named.items() if value is not None and name not in NESTED]


def _toml(value: Any) -> str:
    return msgspec.json.encode(mask(value) if isinstance(value, str) else value).decode()


def _tables(table: Mapping[str, Any], name: str, path: str = "") -> list[dict[str, Any]]:
    rows, path = table[name], path or name
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        msg = f"[[{path}]] is a list of one table or more; write [[{path}]] above each"
        raise StartError(msg)
    return rows


def _source(row: Mapping[str, Any], networks: Mapping[str, type]) -> Any:
    settings = dict(row)
    network = settings.pop("network", None)
    if not isinstance(network, str) or network not in networks:
        msg = f"[[sources]] network {network!r} is unknown{_nearest(str(network), networks)}"
        raise StartError(msg)
    return _read(networks[network], settings, f"[[sources]] ({network})")


def _without_rules(table: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[Rule, ...]]:
    """A table, and the rules that stood in it; they are read one by one, so that a wrong one is told by its name."""
    moderation = table.get("moderation")
    if not isinstance(moderation, dict) or "rules" not in moderation:
        return table, ()
    rules = tuple(_rule(row) for row in _tables(moderation, "rules", "moderation.rules"))
    rest = {name: setting for name, setting in moderation.items() if name != "rules"}
    return {**table, "moderation": rest}, rules


def _without_sessions(table: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[SessionSettings, ...]]:
    """A table, and the sessions that stood in it. TOML has times of its own; a string will do as well."""
    programme = table.get("programme")
    if not isinstance(programme, dict) or "sessions" not in programme:
        return table, ()
    sessions = []
    for row in _tables(programme, "sessions", "programme.sessions"):
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        sessions.append(_read(SessionSettings, told, f"[[programme.sessions]] ({row.get('title', 'without a title')})"))
    rest = {name: setting for name, setting in programme.items() if name != "sessions"}
    return {**table, "programme": rest}, tuple(sessions)


def _without_readable(table: Mapping[str, Any], name: str, cls: type) -> tuple[Mapping[str, Any], tuple[Any, ...]]:
    """A table, and the themes or sponsors of screens that stood in it; one that cannot be read stops the start."""
    screen = table.get("screen")
    if not isinstance(screen, dict) or name not in screen:
        return table, ()
    found: list[Any] = []
    for row in _tables(screen, name, f"screen.{name}"):
        where = f"[[screen.{name}]] ({row.get('name', 'without a name')})"
        found.append(_read(cls, row, where))
        if trouble := found[-1].trouble:
            msg = f"{where} {trouble}"
            raise StartError(msg)
    rest = {each: setting for each, setting in screen.items() if each != name}
    return {**table, "screen": rest}, tuple(found)


def _rule(row: Mapping[str, Any]) -> Rule:
    where = f"[[moderation.rules]] ({row.get('name', 'without a name')})"
    rule: Rule = _read(Rule, row, where)
    if rule.trouble:
        msg = f"{where} {rule.trouble}"
        raise StartError(msg)
    return rule


def _read(cls: type, table: Any, where: str) -> Any:
    """A table as its settings. People write hashtags with their sign, and mean the same."""
    if not isinstance(table, dict):
        msg = f"{where} is a table; write {where} above its settings"
        raise StartError(msg)
    _know(table, {each.name for each in fields(cls)}, where, "setting")
    if isinstance(tags := table.get("hashtags"), list):
        table = table | {"hashtags": [tag.lstrip("#＃") if isinstance(tag, str) else tag for tag in tags]}
    try:
        return msgspec.convert(table, cls)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`").partition("[")[0]
        wish = WISHES.get(f"{cls.__name__}.{name}") or WISHES.get(name) or reason
        msg = f"{f'{where} {name}'.rstrip()}: {wish}{_nearest_choice(cls, name, table.get(name))}"
        raise StartError(msg) from error


def _know(table: Mapping[str, Any], known: set[str], where: str, what: str) -> None:
    for key in table:
        if key not in known:
            name = f"{where} {key}".strip()
            msg = f"{name} is no {what}{_nearest(key, known)}"
            raise StartError(msg)


def _nearest(word: str, known: Mapping[str, Any] | set[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"


def _nearest_choice(cls: type, name: str, value: object) -> str:
    hint = get_type_hints(cls).get(name)
    choices = tuple(hint) if isinstance(hint, type) and issubclass(hint, StrEnum) else get_args(hint)
    return _nearest(str(value), set(choices)) if choices and all(isinstance(each, str) for each in choices) else ""


def _agree(config: Config) -> None:
    """What no single setting can know of itself."""
    # The rules of the long form were looked at when they were read.
    if trouble := next(filter(None, (rule.trouble for rule in config.moderation.in_order)), ""):
        msg = f"[moderation] blocked_{trouble}"
        raise StartError(msg)
    names = [rule.name for rule in config.moderation.in_order]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        msg = f"[[moderation.rules]] name: {twice!r} is the name of two rules; every rule needs its own"
        raise StartError(msg)
    slugs = [hall.slug for hall in config.halls]
    if len(set(slugs)) < len(slugs):
        msg = "[[halls]] slug: two halls have the same slug; every hall needs its own"
        raise StartError(msg)
    try:
        _ = config.conference.zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # Europe is a folder of them
        msg = f"[conference] timezone: {config.conference.timezone!r} is no time zone; write one like Europe/Berlin"
        raise StartError(msg) from error
    if config.conference.language not in known_tags():
        known = ", ".join(known_tags())
        msg = f"[conference] language: pages do not speak {config.conference.language!r}; they speak {known}"
        raise StartError(msg)
    try:
        config.privacy.over(config.conference.zone)
    except (ValueError, OverflowError) as error:
        msg = f"[privacy] ends: there is no day {config.privacy.ends!r}; {WISHES['ends']}"
        raise StartError(msg) from error
    if trouble := config.sign_in.trouble:
        msg = f"[sign_in] {trouble}"
        raise StartError(msg)
    _agree_on_themes(config)
    _agree_on_programme(config)
    _agree_on_server(config.server)


def _agree_on_server(server: Server) -> None:
    if server.public_url and not _is_origin(server.public_url):
        msg = "[server] public_url: write the address people type, like https://pink11.example, without a path"
        raise StartError(msg)
    if bool(server.certificate_file) != bool(server.key_file):
        msg = "[server] certificate_file and key_file: TLS needs both; name the other one, too"
        raise StartError(msg)
    if server.certificate_file and server.public_url.lower().startswith("http:"):
        msg = "[server] public_url: with a certificate people come by https; write https:// there"
        raise StartError(msg)
    for proxy in server.trusted_proxies:
        if not _is_network(proxy):
            like = "write one like 192.0.2.7 or 10.0.0.0/8"
            msg = f"[server] trusted_proxies: {proxy!r} is no address and no network; {like}"
            raise StartError(msg)


def _agree_on_themes(config: Config) -> None:
    names = [*Theme, *(theme.name for theme in config.screen.themes)]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        msg = f"[[screen.themes]] name: {str(twice)!r} is the name of two themes; every theme needs its own"
        raise StartError(msg)
    thanked = [sponsor.name for sponsor in config.screen.sponsors]
    if twice := next((name for name in thanked if thanked.count(name) > 1), ""):
        msg = f"[[screen.sponsors]] name: {twice!r} is the name of two sponsors; every one needs its own"
        raise StartError(msg)
    wished = [("[screen] theme", config.screen.theme)]
    wished += [(f"[[halls]] ({hall.slug}) theme", hall.theme) for hall in config.halls if hall.theme]
    for where, name in wished:
        if name not in names:
            msg = f"{where}: {name!r} is no theme{_nearest(name, set(map(str, names)))}"
            raise StartError(msg)


def _agree_on_programme(config: Config) -> None:
    programme = config.programme
    if programme.file and programme.url:
        msg = "[programme] file and url: the programme is read at one place; leave one of them out"
        raise StartError(msg)
    if programme.url and not address_of(programme.url):
        example = "https://pretalx.example/pink11/schedule/export/schedule.json"
        msg = f"[programme] url: {mask(programme.url)!r} is no web address; write one like {example}"
        raise StartError(msg)
    known = {name for hall in config.halls for name in (hall.slug, hall.name, hall.room)}
    for session in programme.sessions:
        if session.hall not in known | {""}:
            near = _nearest(session.hall, known - {""})
            msg = f"[[programme.sessions]] ({session.title}) hall {session.hall!r} is unknown{near}"
            raise StartError(msg)
    by_hand(programme.sessions, config.conference.zone)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not rest
