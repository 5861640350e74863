"""Which browser a request comes from, in the words of a technician. Pure."""

import re
from typing import Final

# The more special ones first: each calls itself by the names of all that it is like.
BROWSERS: Final = (
    ("Edge", re.compile(r"Edg/(\d{1,5})")),
    ("Opera", re.compile(r"OPR/(\d{1,5})")),
    ("Firefox", re.compile(r"Firefox/(\d{1,5})")),
    ("OBS", re.compile(r"OBS/(\d{1,5})")),
    ("Chromium", re.compile(r"(?:Headless)?Chrom(?:e|ium)/(\d{1,5})")),
    ("Safari", re.compile(r"Version/(\d{1,5})[^ ]* (?:Mobile/\S+ )?Safari/")),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """The browser and its system, such as “Chromium 140, Linux”; empty where its words do not tell."""
    named = (f"{name} {found[1]}" for name, said in BROWSERS if (found := said.search(agent)))
    on = (system for sign, system in SYSTEMS if sign in agent)
    return ", ".join(part for part in (next(named, ""), next(on, "")) if part)
