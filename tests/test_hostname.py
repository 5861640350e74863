import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.hostname import is_odd, readable


@pytest.mark.parametrize(
    "host",
    [
        "pink11.example", "xn--80ak6aa92e.com", "bücher.example", "пример.рф", "例え.jp", "テスト日本.jp",
        "도메인.한국", "παράδειγμα.gr", "مثال.إختبار", "x你好.cn", "",
    ],
)  # fmt: skip
def test_a_host_in_one_script_is_read_as_it_is(host: str) -> None:
    assert readable(host) == host


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("gооgle.com", "xn--ggle-55da.com"),  # two Cyrillic о
        ("аррӏе.com", "xn--80ak6aa92e.com"),  # all of it Cyrillic, and all of it like Latin
        ("www.pαypal.com", "www.xn--pypal-d9d.com"),
        ("ρo.example", "xn--o-vmb.example"),
    ],
)
def test_one_that_mixes_scripts_or_passes_for_another_is_shown_in_punycode(host: str, shown: str) -> None:
    assert is_odd(host)
    assert readable(host) == shown


@given(st.text(max_size=40))
def test_no_host_raises(host: str) -> None:
    assert readable(readable(host)) is not None
