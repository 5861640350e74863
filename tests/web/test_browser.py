import pytest

from backchannel.web.browser import browser_of

LINUX = "Mozilla/5.0 (X11; Linux x86_64)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{LINUX} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chromium 140, Linux"),
        (f"{LINUX} AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36", "Chromium 140, Linux"),
        (f"{LINUX.removesuffix(')')}; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge 140, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1", "Safari 18, macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/127.0 Safari/537.36 OBS/31.0", "OBS 31, Windows"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_the_words_of_a_technician(agent: str, words: str) -> None:
    assert browser_of(agent) == words
