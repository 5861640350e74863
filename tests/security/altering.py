"""Alters JSON as JSON: a fuzzer that turns bits over breaks its brackets first, and is refused at the door."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from tests.security.vectors import WRITTEN

ODD: Final[Sequence[Any]] = (
    *(None, True, False, -1, 0, 0.5, 2**31, 2**63, 10**30, 1e308, float("nan"), [], {}, [None], [[]], [{}]),
    *("", "\0", "\ud800", "😀\u200d", "a\u0301" * 40, "\u202e", "at://", "did:plc:a", "@", "#", "##", ":", "x" * 9000),
    *("https://[", "https://a:b@c", "https://a:99999/", "https://\u3002", "//x", "javascript:alert(1)", "data:,x"),
    *("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+23:59", "9999-12-31", "00:00", "24:00", "1794916800", "T"),
    *("#pink11", "＃pink11", "#nowall", "pink11", "public", "deleted", "update", "[" * 40, '{"a":' * 40),
)
STEPS_MAX: Final = 4
Mutate = Callable[[bytes, int], bytes]


class Altering:
    """Alters JSON; what it puts in comes from `seeds`, or is odd. What is no JSON is left to `mutate`."""

    def __init__(self, seeds: Iterable[bytes], mutate: Mutate) -> None:
        self._mutate = mutate
        self._parts: list[Any] = [*ODD, *WRITTEN]
        names: dict[str, None] = {}
        for told in map(_read, seeds):
            for inside, name in _places([told]):
                self._parts.append(inside[name])
                names |= {name: None} if isinstance(name, str) else {}
        self._names = list(names) or ["id"]

    def __call__(self, raw: bytes, size_max: int, seed: int) -> bytes:
        """A neighbour of these bytes."""
        dice = random.Random(seed)  # noqa: S311 (a fuzz that can be had again)
        told = _read(raw)
        if not isinstance(told, dict | list) or dice.random() < 0.2:
            return self._mutate(raw, size_max)
        altered = json.dumps(self._altered(told, dice)).encode()
        return altered if len(altered) <= size_max else self._mutate(raw, size_max)

    def _altered(self, told: Any, dice: random.Random) -> Any:
        made = [told]
        for _ in range(dice.randint(1, STEPS_MAX)):
            places = _places(made)
            inside, name = dice.choice(places)
            self._alter(inside, name, dice, places)
        return made[0]

    def _alter(self, inside: Any, name: Any, dice: random.Random, places: list[tuple[Any, Any]]) -> None:
        value, kind = inside[name], dice.random()
        if isinstance(value, str) and kind < 0.5:
            inside[name] = self._other_words(value, dice)
        elif isinstance(value, dict) and kind < 0.4:
            value[dice.choice(self._names)] = _copy(dice.choice(self._parts))
        elif isinstance(value, list) and kind < 0.4:
            value.append(_copy(dice.choice(value or self._parts)))
        elif isinstance(inside, dict) and kind < 0.6:
            del inside[name]
        elif kind < 0.8:
            inside[name] = _copy(dice.choice(self._parts))
        else:
            elsewhere, there = dice.choice(places)
            with suppress(KeyError, IndexError):
                inside[name] = _copy(elsewhere[there])

    def _other_words(self, words: str, dice: random.Random) -> str:
        inner = _read(words.encode(errors="replace"))
        if isinstance(inner, dict | list):  # as Mastodon's stream packs its posts
            return json.dumps(self._altered(inner, dice))
        if dice.random() < 0.5:
            at = dice.randint(0, len(words))
            more = dice.choice([each for each in self._parts if isinstance(each, str)])
            return words[:at] + more + words[at + dice.randint(0, 3) :]
        return self._mutate(words.encode(errors="replace") or b"x", 2 * len(words) + 40).decode(errors="replace")


def _read(raw: bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(raw.decode())
    return None


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and by which name or number."""
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, inner in named for place in ((value, name), *_places(inner))]
