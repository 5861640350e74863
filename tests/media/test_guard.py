"""The list of what is not public, beside what Python's own idea of it lets pass."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.media.guard import PUBLIC, Guard, is_disguised


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "1.1.1.1", "2606:4700::6810:84e5", "2a00:1450::1"])
def test_what_is_public_is_admitted(address: str) -> None:
    assert PUBLIC.admits(address)


@given(st.ip_addresses())
def test_nothing_that_python_calls_not_global_is_admitted(address: object) -> None:
    assert ip_address(str(address)).is_global or not PUBLIC.admits(str(address))


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::", "224.0.1.1", "ff0e::1"])
def test_what_pythons_own_idea_lets_pass_is_refused(address: str) -> None:
    assert not PUBLIC.admits(address)


def test_an_exception_is_a_value_of_its_own() -> None:
    mine = Guard(frozenset({8080}), (ip_network("127.0.0.1/32"),))
    assert mine.admits("127.0.0.1")
    assert not mine.admits("127.0.0.2")
    assert not PUBLIC.admits("127.0.0.1")


@pytest.mark.parametrize("address", ["", "pictures.example", "127.0.0.1/8", "1.2.3", "2606:4700::1%eth0"])
def test_what_is_no_address_is_not_admitted(address: str) -> None:
    assert not PUBLIC.admits(address)


@pytest.mark.parametrize(
    ("host", "disguised"),
    [
        ("0x7f.1", True),
        ("2130706433", True),
        ("0177.0.0.1", True),
        ("1.2.3.4.", True),
        ("1.2.3.4", False),
        ("2606:4700::1", False),
        ("pictures.example", False),
        ("4.example", False),
        ("0xample", False),
        ("a.0xfe", True),
    ],
)
def test_numbers_in_disguise_are_told_apart(host: str, disguised: bool) -> None:
    assert is_disguised(host) is disguised
