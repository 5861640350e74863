"""Measures, and asserts nothing: python -m tests.bench [NAME] [OPTIONS]. Without a name: the table of the live path.

live        all of the live path in one table: viewers, pings, phones that do not read, decisions, hours. It is run
            without a name, too, and takes --quick, --json, --rounds, --readme and --history
jetstream   frames of Bluesky's stream told apart per second, beside the atproto package and a decode-then-look loop
viewers     an update to thousands of viewers, beside servers in C, JavaScript and Python
workers     the same by several processes of one machine: one alone, and with one and two workers beside it
rules       posts judged in a second by a thousand rules, beside loops over them
disguises   disguised words that rules see through, by kind, and good words that the list of coarse words flags
console     the desk in Chromium over 10,000 waiting posts: keys, decisions, pages, a hundred posts cleared, memory
screens     ten screens in Chromium: from a decision to the glass, and until what is withdrawn is gone from all
soak        one screen for twelve hours of its clock, with 5,000 posts: memory, nodes, listeners; tasks too long
votes       10,000 votes of 2,000 devices in 10 s: counted once each, decisions meanwhile, totals on phones
burst       10,000 matching posts in 10 s into the queue: how long the event loop is held up, and what memory does
"""

import sys
from collections.abc import Callable, Mapping
from typing import Final

from tests.bench import burst, console, disguises, jetstream, live, rules, screens, soak, viewers, votes, workers

BENCHES: Final[Mapping[str, Callable[[list[str]], int]]] = {
    "burst": burst.main,
    "console": console.main,
    "disguises": disguises.main,
    "jetstream": jetstream.main,
    "live": live.main,
    "rules": rules.main,
    "screens": screens.main,
    "soak": soak.main,
    "viewers": viewers.main,
    "votes": votes.main,
    "workers": workers.main,
}


def main(arguments: list[str]) -> int:
    """Runs the bench that is named first, or the table of the live path."""
    if not arguments or (arguments[0].startswith("--") and arguments[0] not in {"--help", "-h"}):
        return live.main(arguments)
    if arguments[0] not in BENCHES:
        print(__doc__)
        return 2
    return BENCHES[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
