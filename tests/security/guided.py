"""Coverage-guided fuzzing by atheris, where that program is installed: it is no part of the tests' requirements.

`python -m tests.security.guided [TARGET…] [--seconds N]` fuzzes each target (targets.py) for a while, one after the
other, in a process of its own; it tells how many inputs were tried and how much code was reached, and of a crash its
traceback and the file with the bytes that cause it. JSON is altered as JSON (altering.py).
"""

import argparse
import gc
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Final

from tests.security.altering import Altering
from tests.security.seeds import ROOT, seeds
from tests.security.targets import TARGETS

# Whose code is looked into: ours, and that of those who read for us.
READERS: Final = (
    *("backchannel", "feedparser", "icalendar", "sgmllib", "html.parser", "_markupbase", "email._parseaddr", "tomllib"),
    *("json.decoder", "urllib.parse", "uvicorn.middleware", "starlette.requests", "starlette.datastructures"),
    *("standardwebhooks", "dateutil", "xml.etree", "defusedxml", "ipaddress", "http.cookies", "msgspec"),
)
PLAIN: Final = frozenset({"text", "forwarded"})  # what is no JSON, and never will be


def _words_of(corpus: Iterable[bytes]) -> str:
    """What stands in the seeds most often, as libFuzzer's dictionary."""
    counted = Counter(word for seed in corpus for word in re.findall(rb"[\w<#@$&/:-]{3,30}", seed))
    return "".join(f'"{word.decode("latin-1")}"\n' for word, _ in counted.most_common(400) if word.isascii())


def _functions() -> list[FunctionType]:
    """Everything of theirs that is loaded; with all that Python brings it would be eight times as much."""
    loaded = [each for each in gc.get_objects() if isinstance(each, FunctionType) and isinstance(each.__module__, str)]
    return [each for each in loaded if each.__module__.startswith(READERS)]


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    atheris = import_module("atheris")  # whoever wants it has it: it is no part of the tests' requirements

    for function in _functions():
        atheris.instrument_func(function)
    corpus = seeds(name)
    mutating = Altering(corpus, lambda raw, size_max: atheris.Mutate(raw, size_max))  # which Setup puts there
    altering = {} if name in PLAIN else {"custom_mutator": mutating}
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(corpus):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        words = Path(folder).with_suffix(".dict")
        words.write_text(_words_of(corpus))
        options = [
            f"-max_total_time={seconds}",
            f"-dict={words}",
            f"-max_len={4_000 if name == 'feed' else 20_000}",  # feedparser may be slow, and is left when it is
            f"-timeout={60 if name == 'feed' else 10}",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
            f"-artifact_prefix={Path(tempfile.gettempdir()) / name}-",
        ]
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[name], **altering)
        atheris.Fuzz()


def _told(said: str) -> str:
    """How many inputs were tried, and how much code was reached at first and at last."""
    executed = re.findall(r"number_of_executed_units: +(\d+)", said) or re.findall(r"^#(\d+)", said, re.MULTILINE)[-1:]
    reached = re.findall(r" cov: (\d+)", said)
    return f", {''.join(executed)} inputs, {' to '.join(dict.fromkeys(reached[:1] + reached[-1:]))} branches"


def main() -> int:
    """Fuzz the targets that were asked for; 1 where one crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.guided")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--here", action="store_true", help="in this process")
    asked = parser.parse_args()
    if asked.here:
        fuzz(asked.targets[0], asked.seconds)
        return 0
    crashed = []
    for name in asked.targets or TARGETS:
        command = (sys.executable, "-m", "tests.security.guided", name, "--here", "--seconds", str(asked.seconds))
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        told = _told(ended.stderr)
        sys.stdout.write(f"{name}: {'crashed' if ended.returncode else 'no crash'}{told}\n")
        sys.stdout.flush()
        if ended.returncode:
            crashed.append(name)
            sys.stdout.write(ended.stderr[-4000:] + "\n")
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
