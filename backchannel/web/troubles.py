"""What sources tell of their trouble, in the reader's language.

They tell it in English, as the log and programs read it. Here are the sentences that they have, with places for what
varies. What is not among them, and what a network says itself, is shown as it came.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from backchannel.web.catalogues import SOURCE, Tongue
from backchannel.wording import spoken

TROUBLES: Final = (
    # Names of places and sources
    spoken("%(host)s (answer %(num)s)"),
    spoken("Floor"),
    spoken("Feed (%(where)s)"),
    spoken("Recording %(name)s"),
    # Any network
    spoken("Something went wrong on our side; the log has the details."),
    spoken("It answers, but no post has come from it for %(num)s minutes, while others have heard some."),
    spoken("Are its hashtags spelled as people write them there, and does its server know of their posts?"),
    spoken("%(where)s wants us to ask less often."),
    spoken("%(where)s is in trouble itself."),
    spoken("%(where)s is gone for good."),
    spoken("%(where)s is not ready yet."),
    spoken("%(where)s refuses: %(said)s"),
    spoken("%(where)s refuses."),
    spoken("%(host)s closed the connection."),
    spoken("%(host)s closed the stream."),
    spoken("%(host)s broke off."),
    spoken("%(host)s broke its answer off."),
    spoken("%(host)s cannot be reached."),
    spoken("%(host)s refuses connections."),
    spoken("%(host)s did not answer within %(num)s seconds."),
    spoken("%(host)s has sent nothing for %(num)s seconds."),
    spoken("%(host)s is no web address."),
    spoken("%(host)s is no web address, or sent us on to something that is none."),
    spoken("%(host)s answered with broken JSON."),
    spoken("%(host)s answered with more than %(num)s kB."),
    spoken("%(host)s answered with %(what)s where JSON was asked for."),
    spoken("%(host)s answered with something that is no WebSocket."),
    spoken("%(host)s answered with a body that cannot be unpacked."),
    spoken("%(host)s sent a frame of more than %(num)s kB."),
    spoken("%(host)s sent us on more than %(num)s times."),
    spoken("%(host)s sent us on to a place that is not safe, or answered with too much."),
    spoken("The name %(host)s cannot be found: is it spelled right, and is there a network?"),
    spoken("The certificate of %(host)s cannot be trusted."),
    spoken("The proxy on the way to %(host)s refuses."),
    spoken("The connection to %(host)s broke off."),
    spoken("The request to %(host)s failed."),
    spoken("Next is %(host)s."),
    spoken("It says: %(said)s"),
    spoken("Is the sign-in page of a Wi-Fi in between? Else check the source's server."),
    spoken("Is this machine, or its network, overloaded?"),
    spoken("Check the source's server in config.toml."),
    spoken("Check the source's url in config.toml."),
    spoken("Name another server for the source in config.toml."),
    # Mastodon
    spoken("There is no Mastodon at %(where)s."),
    spoken("There is no live stream: %(error)s Posts still come, only somewhat later."),
    spoken("Posts still come, only somewhat later: there is nothing to do."),
    spoken("%(host)s opens its stream, but sends nothing on it."),
    spoken("%(host)s shows hashtags to nobody."),
    spoken("%(where)s refuses the access token."),
    spoken("%(where)s refuses the access token for its stream."),
    spoken("%(where)s has no stream."),
    spoken("%(host)s allows no more requests for %(num)s s."),
    spoken("%(account)s is gone from %(host)s."),
    spoken("%(host)s does not know @%(account)s."),
    spoken("Is it spelled right? Search for it once on %(host)s, or follow it on its own server."),
    spoken("Take it out of the source's accounts in config.toml, or find out where %(account)s went."),
    # Bluesky
    spoken("There is no Jetstream at %(where)s."),
    spoken("There is no server of Bluesky at %(where)s."),
    spoken("%(host)s finds us too slow."),
    spoken("Nobody on Bluesky is called %(account)s."),
    spoken("More was posted before than may be searched for: the oldest posts are missing."),
    spoken("%(host)s counts its posts anew: we went on by time, and nothing is missing."),
    # Feeds
    spoken("There is no feed at %(where)s."),
    spoken("%(where)s is a web page and no feed."),
    spoken("%(where)s answered with something that is no feed."),
    spoken("%(where)s answered with an empty document."),
    spoken("%(where)s answered with a feed that is too broken to be read."),
    spoken("%(where)s does not show its feed to everybody."),
    spoken("Check the source's url in config.toml; it is the address of an RSS, Atom or JSON feed."),
    spoken("Write the address of its feed as the source's url in config.toml."),
    spoken("The page names its feed: write %(url)s as the source's url in config.toml."),
    spoken("Remove the source from config.toml, or write the address where the feed lives now."),
    spoken("A feed is read without signing in: open it in a private window, and name one that shows there."),
    # Matrix
    spoken("There is no Matrix at %(where)s."),
    spoken("%(where)s does not know the access token."),
    spoken("%(host)s knows no room %(room)s."),
    spoken("The room %(room)s is encrypted, so nothing can be read in it."),
    spoken("The room %(room)s was left for another one."),
    spoken("The room %(room)s does not let %(name)s in."),
    spoken("The account that reads %(room)s is no longer in the room, says %(host)s."),
    spoken("Sign the source's account in again, and put its access token where token_file or token_env says."),
    spoken("Invite it again: it tries to come back by itself."),
    spoken("Invite %(name)s into the room, or open it for everybody."),
    # X
    spoken("X shows posts to apps only, and the source has no token."),
    spoken("Reading X costs money, and none may be spent: X is not asked for anything."),
    spoken("Today's %(num)s posts are read. X is asked again from 00:00 UTC on."),
    spoken("%(where)s refuses the token."),
    spoken("%(where)s gives nothing more for what is paid."),
    spoken("%(where)s has enough connections."),
    spoken("%(where)s does not let us read."),
    spoken("Set reads_per_day of the source in config.toml to how many posts may be read a day."),
    spoken("Where it may cost more, raise reads_per_day of the source in config.toml."),
    spoken("Only one program may read the stream of an app: is another one running?"),
    spoken("Buy credits at https://console.x.com, or take the source out of config.toml."),
    # The programme
    spoken("There is no file %(path)s."),
    spoken("%(path)s cannot be read (%(why)s)."),
    spoken("%(where)s gives no programme (answer %(num)s)."),
    spoken("The programme is empty."),
    spoken("The programme is a web page."),
    spoken("The programme is JSON, but no schedule."),
    spoken("The programme is XML, but no schedule."),
    spoken("The programme is XML that cannot be read; it may be cut off."),
    spoken("The programme is an iCalendar file that cannot be read; it may be cut off."),
    spoken("The programme is neither JSON nor XML nor iCalendar; it may be cut off."),
    spoken("The programme holds no session that can be used."),
    spoken("The programme holds no session that can be used (%(why)s)."),
    spoken("Is it released? pretalx exports only what is."),
    spoken("Name the address of schedule.json or schedule.xml (pretalx, Frab), or of an iCalendar file."),
    spoken("Name the address of schedule.xml, schedule.json or an iCalendar file."),
    spoken("Check [programme] url; it must show without signing in."),
    spoken("Write [programme] file relative to config.toml's folder."),
    spoken("Export it again."),
    spoken("Export it again as schedule.xml."),
    # Why a session is left out
    spoken("without a title"),
    spoken("without a time at which it begins"),
    spoken("without a time at which it ends"),
    spoken("without a time of day"),
    spoken("ends before it begins"),
    spoken("longer than a week"),
    spoken("the same session twice"),
    spoken("repeats by a rule: name each session"),
    spoken("cannot be read"),
    # Why a post is not taken
    spoken("the post is empty"),
    spoken("the entry is empty"),
    spoken("the post is not public"),
    spoken("the post is excluded by the settings"),
    spoken("the post has what is excluded"),
    spoken("the post cannot be stored"),
    spoken("the post repeats another one"),
    spoken("the author opted out in the post"),
    spoken("the author opted out in the profile"),
    spoken("the author opted out in the entry"),
    spoken("the author does not want to be indexed"),
    spoken("the author shows posts to followers only"),
    spoken("the author wants to be read by signed-in people only"),
    spoken("it is a boost of a post without the hashtag"),
    spoken("it is a notice of a program"),
    spoken("its network hides it, or its author"),
    spoken("the message is encrypted"),
    spoken("the message was deleted"),
    spoken("a post has no id"),
    spoken("a post has no author"),
    spoken("other reasons"),
)
PLACE: Final = re.compile(r"%\((\w+)\)s")


def retold(words: str, tongue: Tongue) -> str:
    """What a source tells; of several sentences each for itself."""
    if tongue.tag == SOURCE or not words:
        return words
    for pattern, template in _patterns():
        if found := pattern.fullmatch(words):
            values = found.groupdict()
            rest = values.pop("rest")
            said = tongue.say(
                template, **{name: _apart(retold(value, tongue), tongue) for name, value in values.items()}
            )
            return f"{said} {retold(rest, tongue)}" if rest else said
    return words


def _apart(words: str, tongue: Tongue) -> str:
    """What stands at a place: an address does not run into the words around it where those go from right to left."""
    return f"\u2068{words}\u2069" if tongue.direction == "rtl" else words


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence as it is found, alone or with others behind it; those with most words of their own first."""
    ordered = sorted(TROUBLES, key=lambda template: -len(PLACE.sub("", template)))
    return tuple((re.compile("".join(_parts(template)), re.DOTALL), template) for template in ordered)


def _parts(template: str) -> Iterator[str]:
    at = 0
    for place in PLACE.finditer(template):
        yield re.escape(template[at : place.start()])
        yield f"(?P<{place[1]}>.+?)"
        at = place.end()
    yield re.escape(template[at:])
    yield r"(?: (?P<rest>.+))?"
