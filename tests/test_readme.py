"""What README's tables say of networks and their settings is what the code and the suite of rows know."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from backchannel.interest import Following
from backchannel.networks import NETWORKS
from backchannel.sources import bluesky, homeserver, jetstream, reading, stretch
from tests.sources import networks as followed

ROOT: Final = Path(__file__).parents[1]
WORDS: Final = {
    "mastodon": "Mastodon and its kin",
    "bluesky": "Bluesky",
    "feed": "feeds",
    "x": "X",
    "matrix": "a Matrix room",
    "webhook": "webhooks",
    "floor": "floor",
}


def table(begins: str) -> Iterator[dict[str, str]]:
    """The rows of README's table whose head begins so, each by the words of its head."""
    lines = (ROOT / "README.md").read_text().split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(begins))
    head = _cells(lines[start])
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return
        yield dict(zip(head, _cells(line), strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def networks() -> dict[str, dict[str, str]]:
    return {row[""]: row for row in table("| | new posts |")}


def test_the_table_of_networks_names_all_that_can_be_configured_and_no_other() -> None:
    assert WORDS.keys() == NETWORKS.keys()
    assert networks().keys() == set(WORDS.values())


@pytest.mark.parametrize("network", followed.NETWORKS.values(), ids=list(followed.NETWORKS))
def test_what_the_table_claims_of_a_network_is_what_the_suite_of_rows_proves(network: type[followed.Network]) -> None:
    row = networks()[network.row]
    assert network.posts in row["new posts"]
    assert network.edits in row["edits"]
    assert network.deletes in row["deletes"]


def test_the_table_says_how_far_back_each_network_is_read() -> None:
    def away(network: str) -> str:
        return networks()[WORDS[network]]["what was said while away"]

    assert f"{jetstream.V1_REACH // timedelta(hours=1)} h" in away("bluesky")
    assert f"{bluesky.FIRST_REACH.days} days" in away("bluesky")
    assert f"newest {reading.ENTRIES_MAX}" in away("feed")
    assert f"last {stretch.PAGES_MAX * homeserver.PAGE_MAX:,} messages" in away("matrix")


def test_the_tests_that_the_table_names_are_there() -> None:
    for row in networks().values():
        for name in re.findall(r"`([\w/.]+)`", row["tests"]):
            folder = ROOT / "tests" if "/" in name else ROOT / "tests" / "sources"
            assert (folder / name.removeprefix("tests/")).is_file(), name


def test_the_table_of_settings_names_every_setting_of_a_source() -> None:
    named: set[tuple[str, str]] = set()
    for row in table("| setting |"):
        if row["setting"].startswith("`[[sources]]"):
            network, colon, _ = row["meaning"].partition(": ")
            names = re.findall(r"`(\w+)`", row["setting"].replace("[[sources]] ", ""))
            named |= {(network if colon and network in NETWORKS else "", name) for name in names}
    common = {each.name for each in fields(Following)}
    own = {
        (network, each.name)
        for network, settings in NETWORKS.items()
        for each in fields(settings)
        if each.name not in common
    }
    assert named == own | {("", name) for name in common} | {("", "network")}
