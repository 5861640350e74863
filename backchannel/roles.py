"""Who may do what: the one table of roles and commands. Pure.

Every command over HTTP and every claim on a socket asks this table, by the gate; the console asks it which buttons to
offer; the API's description tells it to programs; a test walks all of it.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from backchannel.post import RULE
from backchannel.text import fold, tame_line
from backchannel.wording import spoken


class Role(StrEnum):
    """What the holder of a badge is here."""

    OWNER = "owner"  # a moderator who also says who comes in and who goes
    MODERATOR = "moderator"  # decides
    HOST = "host"  # leads through a session: picks and orders what is on stage, decides on no post
    VIEWER = "viewer"  # sees the desk
    SCREEN = "screen"  # a projector's page; no person


class Command(StrEnum):
    """What somebody may ask of the desk."""

    SEE = "see"  # the desk: its lists, the record, the sources, the service level
    LEAVE = "leave"  # sign oneself out
    STAGE = "stage"  # layout, calm, spotlight, order and panic of a hall
    SPEAK = "speak"  # the speaker view of a hall, and “got it”
    CARRY = "carry"  # type posts in for people without a phone
    PAUSE = "pause"  # stop posts from phones for a while, and let them come again
    PICK = "pick"  # take up a question, and mark it answered
    CLAIM = "claim"  # have a post in hand, so that the others are led past it
    DECIDE = "decide"  # approve, reject, hold, withdraw, restore
    RULE = "rule"  # rules, mutes and whom one trusts
    NOTE = "note"  # read and write what moderators tell each other about a post
    DESCRIBE = "describe"  # give a picture the description that its author left out
    MESSAGE = "message"  # write a line to a hall's speaker view
    WATCH = "watch"  # how the server itself does
    FORGET = "forget"  # have an author forgotten, which nobody can take back
    ADMIT = "admit"  # invite, see who is signed in, sign others out


_SEES: Final = frozenset({Command.SEE, Command.LEAVE})
_HOSTS: Final = _SEES | {Command.STAGE, Command.SPEAK, Command.CARRY, Command.PICK, Command.PAUSE}
_DECIDES: Final = _HOSTS | {
    Command.CLAIM,
    Command.DECIDE,
    Command.RULE,
    Command.NOTE,
    Command.DESCRIBE,
    Command.MESSAGE,
}

# A host may freeze or blacken what everybody sees, for whoever stands on the stage sees the trouble first; but what is
# shown to a hall at all is decided by moderators, so that no post is ever up because its reader liked it.
MAY: Final[Mapping[Role, frozenset[Command]]] = {
    Role.OWNER: _DECIDES | {Command.ADMIT, Command.WATCH, Command.FORGET},
    Role.MODERATOR: _DECIDES,
    Role.HOST: _HOSTS,
    Role.VIEWER: _SEES,
    Role.SCREEN: frozenset(),
}

# What who may not is told; the console says the same beside a button that is closed.
WORDS: Final[Mapping[Command, str]] = {
    Command.SEE: "see the desk",
    Command.LEAVE: "sign out here",
    Command.STAGE: "change what the screens show",
    Command.SPEAK: "open the speaker view",
    Command.CARRY: "type posts in for others",
    Command.PAUSE: "pause the floor",
    Command.PICK: "pick questions",
    Command.CLAIM: "take posts into hand",
    Command.DECIDE: "decide on posts",
    Command.RULE: "change rules",
    Command.NOTE: "read or write notes",
    Command.DESCRIBE: "describe pictures",
    Command.MESSAGE: "write to the stage",
    Command.WATCH: "see how the server does",
    Command.FORGET: "have authors forgotten",
    Command.ADMIT: "say who comes in",
}
# What each role of a person is for, to who invites.
ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.OWNER: spoken("decides, and says who comes in"),
    Role.MODERATOR: spoken("decides on posts, writes rules and notes"),
    Role.HOST: spoken("picks what is on stage, decides nothing"),
    Role.VIEWER: spoken("sees the desk, changes nothing"),
}
# What the pages call a role; the words are its own.
ROLE_NAMES: Final = (spoken("owner"), spoken("moderator"), spoken("host"), spoken("viewer"))
SOURCE: Final = "source"


def may(role: Role, command: Command) -> bool:
    """Whether somebody of this role may do this."""
    return command in MAY[role]


def roles_that_may(command: Command) -> tuple[Role, ...]:
    """Who may do this, who may most first."""
    return tuple(role for role in Role if command in MAY[role])


# What somebody is told whose name is taken.
TAKEN_WORDS: Final = spoken(
    "“%(name)s” would read in the record as a rule or a network that decides. Please take another name."
)


def refused_words(name: str, role: Role, command: Command) -> str:
    """What somebody is told who may not."""
    *others, last = (f"{each}s" for each in roles_that_may(command))
    those = f"{', '.join(others)} and {last}" if others else last
    return f"{name} is here as {role}. Only {those} may {WORDS[command]}."


def is_taken(name: str, networks: Collection[str]) -> bool:
    """Whether a decision under this name would read as a rule's, a network's or a source's."""
    said = fold(tame_line(name, len(name))).strip()
    head = said.partition(":")[0].strip()
    return RULE in {said, head} or said in {SOURCE, *map(fold, networks)}
