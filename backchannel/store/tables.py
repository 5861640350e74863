"""The tables. `migrations/` makes them; a test says that both agree.

Only `posts` holds what strangers wrote, so erasing is one row; `pictures` hold what they show. A decision is named by
its post and the version it made, so one version cannot have two winners.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
    true,
)

from backchannel.picture import Picture
from backchannel.post import Description, Media, Outcome
from backchannel.store.columns import Instant, Json
from backchannel.text import Emoji, Span

metadata: Final = MetaData()

# One row. `halls` are the slugs the store was last opened with.
house: Final = Table(
    "house",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("halls", Json(tuple[str, ...]), nullable=False),
)

# The last number given on each stream.
streams: Final = Table(
    "streams",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

log: Final = Table(
    "log",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("post_key", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)

posts: Final = Table(
    "posts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("network", Text, nullable=False),
    Column("network_id", Text),  # NULL once erased, like author_id
    Column("author_id", Text),
    Column("status", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_address", Text, nullable=False),
    Column("author_url", Text, nullable=False),
    Column("author_avatar", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("spans", Json(tuple[Span, ...]), nullable=False),
    Column("url", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("media", Json(tuple[Media, ...]), nullable=False),
    Column("warning", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("reply_name", Text),  # NULL where the post answers nobody
    Column("reply_address", Text),
    Column("posted_at", Instant),
    Column("edited_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("arrived", BigInteger, nullable=False),  # 0 where it was gone before it was seen
    Column("moved", BigInteger, nullable=False),
    Column("halls", Json(tuple[str, ...])),  # NULL for all halls
    Column("reasons", Json(tuple[str, ...]), nullable=False),
    Column("decided_by", Text),  # the last decision; all NULL before the first
    Column("decided_verb", Text),
    Column("decided_reason", Text),
    Column("decided_at", Instant),
    Column("marks", Json(tuple[tuple[int, int], ...]), nullable=False, server_default=text("'[]'")),
    Column("fold", Text),  # a keyed hash of who said what; NULL where nothing can be a copy of it, and once erased
    Column("copy_of", Text),  # the key of the post that stands for it
    Column(
        "bands", Json(tuple[int, ...])
    ),  # keyed hashes of what it says; NULL where it says too little, and once erased
    Column("matched", Json(tuple[str, ...]), nullable=False, server_default=text("'[]'")),
    Column(
        "saying", Text
    ),  # a keyed hash of what it says, whoever says it; NULL where it says nothing, and once erased
    Column("release_at", Instant),  # NULL unless a rule holds it for a time
    Column("author_created_at", Instant),  # NULL where the network does not tell, like the next one
    Column("author_followers", BigInteger),
    Column("session", Text),  # the id of the session that it belongs to, and why; both NULL where nobody knows
    Column("session_why", Text),
    Column("descriptions", Json(tuple[Description, ...])),  # the desk's words on pictures; NULL for none
    Column("pictures", Json(tuple[Picture, ...])),  # what we keep of its media; NULL for none
    Column("remarks", BigInteger, nullable=False, server_default=text("0")),
    Column("asks", Text),  # the hall in which it asks the speaker, or empty; NULL for what is no question
    Column("asks_state", Text),
    Column("asks_at", Instant),  # since when it has been in that state; NULL from the first
    Column("is_first", Boolean, nullable=False, server_default=false()),
    Column("sought", Text, nullable=False, server_default=text("''")),  # what a search looks through; empty once erased
    Column("author_emoji", Json(tuple[Emoji, ...])),  # custom ones in the name; NULL for none, like the next
    Column("warning_emoji", Json(tuple[Emoji, ...])),
    Index("posts_by_arrival", "status", "arrived"),
    Index("posts_by_move", "status", "moved"),
    Index("posts_by_author", "network", "author_id", "arrived"),
    Index("posts_by_fold", "fold"),
    Index("posts_by_copy", "copy_of"),
    Index("posts_by_receipt", "received_at"),
    Index("posts_by_saying", "saying"),
    Index("posts_by_release", "release_at"),
    Index("posts_by_question", "asks", "session"),
)

# Who wants which question answered: a device has one vote, and what tells it apart is a hash. Rows go with the
# question's content.
votes: Final = Table(
    "votes",
    metadata,
    Column("post_key", Text, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Index("votes_by_device", "device"),
)

# Pictures as they are served, by a hash of their bytes: WebP that we made ourselves. Rows go with the last use.
pictures: Final = Table(
    "pictures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
)

# Which posts show a picture, and by which address it was found, so that none is fetched twice. Rows go with the post's
# content.
picture_uses: Final = Table(
    "picture_uses",
    metadata,
    Column("post_key", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Index("picture_uses_by_name", "name"),
    Index("picture_uses_by_url", "url"),
)

# By which name of its own each source knows a post. Rows go with the post's content.
sightings: Final = Table(
    "sightings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("post_key", Text, nullable=False),
    Index("sightings_by_post", "post_key"),
)

# Where to look for posts that say nearly the same: the bands of all posts that stand by themselves, and of no other.
likenesses: Final = Table(
    "likenesses",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("arrived", BigInteger, primary_key=True, autoincrement=False),  # the post's: a third as large as its key
    sqlite_with_rowid=False,  # there is nothing but the primary key
)

# Who was forgotten: keyed hashes of what an author was known by. What comes with one of them is not taken in.
forgotten: Final = Table(
    "forgotten",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

# Append-only. `halls` is NULL for all halls; `version` is the one the decision made; `act` names the order that decided
# several posts at once.
decisions: Final = Table(
    "decisions",
    metadata,
    Column("post_key", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("verb", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("halls", Json(tuple[str, ...])),
    Column("at", Instant, nullable=False),
    Column("act", Text),
    Index("decisions_by_time", "at", "post_key", "version"),
    Index("decisions_by_actor", "by", "at"),
    Index("decisions_by_act", "act", "post_key"),
)

# What each hall shows, one row for a hall that ever turned: the fields of `Stage`.
stages: Final = Table(
    "stages",
    metadata,
    Column("hall", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("layout", Text, nullable=False),
    Column("calm", Boolean, nullable=False),
    Column("spotlight", Text),
    Column("panic", Text, nullable=False),
    Column("on_air", Json(tuple[str, ...]), nullable=False),
    Column("next", Json(tuple[str, ...]), nullable=False),
    Column("relief", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("aged_out", BigInteger, nullable=False),
    Column("turned_at", Instant),
    Column("sponsors", Boolean, nullable=False, server_default=true()),
    Column("sponsor", Text),
    Column("is_sponsored", Boolean, nullable=False, server_default=false()),
    Column("sponsored_at", Instant),
    Column("lined_up", Json(tuple[str, ...]), nullable=False, server_default="[]"),
)

# Append-only: every version of the desk's rules, whole, as JSON.
rulebooks: Final = Table(
    "rulebooks",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("book", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# First answers, for orders that are repeated.
answers: Final = Table(
    "answers",
    metadata,
    Column("by", Text, primary_key=True),
    Column("idem", Text, primary_key=True),
    Column("outcomes", Json(tuple[Outcome, ...]), nullable=False),
    Column("at", Instant, nullable=False),
)

badges: Final = Table(
    "badges",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),  # when its holder last asked anything, to some minutes
    Column("until", Instant),  # NULL: it has no end
    Column("idle_s", BigInteger),  # it ends when nothing was asked for so long; NULL: it does not
    Column("browser", Text),  # NULL or empty where it is a bearer badge
    Column("who", Text),  # whose password it came by, or was used to set; or "member:" and whom an organisation knows
)

passwords: Final = Table(
    "passwords",
    metadata,
    Column("who", Text, primary_key=True),  # the folded name, hashed: nobody else comes under it
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("hash", Text, nullable=False),  # by argon2id
    Column("at", Instant, nullable=False),
)

invitations: Final = Table(
    "invitations",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("redeemed_at", Instant),
    Column("by", Text),  # NULL or empty where it was made at the server's own terminal
)

# Append-only: what moderators tell each other of a post, and how they described its pictures. Who takes one back is
# written beside it, once. Rows go with the post's content.
notes: Final = Table(
    "notes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("taken_by", Text),
    Column("taken_at", Instant),
    Index("notes_by_post", "post_key", "at"),
)

# Lines to the speaker view of each hall, and who took note of each.
messages: Final = Table(
    "messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("got_by", Text),
    Column("got_at", Instant),
    Index("messages_by_hall", "hall", "at"),
)

# Who is at the desk: the last word of each moderator, and the post in hand, if any. A word lapses by itself.
claims: Final = Table(
    "claims",
    metadata,
    Column("by", Text, primary_key=True),
    Column("post_key", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("at", Instant, nullable=False),
)

# How often each reaction was sent, by hall and session: nothing is kept of who sent it.
tallies: Final = Table(
    "tallies",
    metadata,
    Column("place", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("many", BigInteger, nullable=False),
)

# Projectors' pages that a moderator named. `secret_hash` proves one; it is NULL once it is no screen any more: what it
# showed keeps its name.
screens: Final = Table(
    "screens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text),
    Column("name", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("layout", Text),  # NULL for the hall's
    Column("panic", Text, nullable=False),
    Column("reloads", BigInteger, nullable=False),
    Column("shows", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("screens_by_secret", "secret_hash", unique=True),
)

# Codes that screens show until somebody pairs them.
pairings: Final = Table(
    "pairings",
    metadata,
    Column("code", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

# The pages that are or were open as screens of late: the fields of `Opening`.
openings: Final = Table(
    "openings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("screen", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("browser", Text, nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
    Column("latency_ms", BigInteger),
    Column("painted_at", Instant),
    Column("is_over", Boolean, nullable=False),
)

# Which post was on which screen from when until when. Rows go with the post's content.
receipts: Final = Table(
    "receipts",
    metadata,
    Column("screen", Text, primary_key=True),
    Column("post_key", Text, primary_key=True),
    Column("came_at", Instant, primary_key=True),
    Column("hall", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("has_left", Boolean, nullable=False),
    Index("receipts_by_post", "post_key"),
    Index("receipts_by_time", "came_at", "screen", "post_key"),
)

# What became of each takedown on the screens of one server.
takedowns: Final = Table(
    "takedowns",
    metadata,
    Column("hall", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("node", Text, primary_key=True),
    Column("post_key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("confirmed", BigInteger, nullable=False),
    Column("took_ms", BigInteger),
    Column("late", Json(tuple[str, ...]), nullable=False),
    Index("takedowns_by_time", "at"),
    Index("takedowns_by_post", "post_key"),
)

cursors: Final = Table(
    "cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
