import pytest

from backchannel.web.addresses import addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_loopback_address_has_no_door_and_says_how_to_open_one(host: str) -> None:
    where = addresses(host, 8011, "")
    assert where.door() is None
    assert "public_url" in where.hint


def test_the_public_address_is_printed_and_drawn() -> None:
    where = addresses("127.0.0.1", 8011, "https://pink11.example/")
    assert (where.best, where.hint) == ("https://pink11.example", "")
    door = where.door()
    assert door is not None
    assert door.url_text == "pink11.example"
    assert door.qr.startswith("<svg")
    assert "style=" not in door.qr


def test_an_address_of_the_network_is_a_door() -> None:
    door = addresses("192.0.2.7", 8011, "").door()
    assert door is not None
    assert door.url == "http://192.0.2.7:8011"


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert addresses("2001:db8::7", 80, "").local == "http://[2001:db8::7]:80"


def test_every_network_includes_this_machine() -> None:
    assert addresses("0.0.0.0", 8011, "").local == "http://127.0.0.1:8011"


def test_the_code_of_a_hall_leads_there_and_the_printed_address_stays_short() -> None:
    door = addresses("127.0.0.1", 8011, "https://pink11.example").door("foyer")
    assert door is not None
    assert (door.url, door.url_text) == ("https://pink11.example/?hall=foyer", "pink11.example")
    plain = addresses("127.0.0.1", 8011, "https://pink11.example").door()
    assert plain is not None
    assert door.qr != plain.qr
    proven = addresses("127.0.0.1", 8011, "https://pink11.example").door("foyer", "abcdefgh")
    assert proven is not None
    assert (proven.url, proven.url_text) == ("https://pink11.example/?hall=foyer&room=abcdefgh", "pink11.example")
