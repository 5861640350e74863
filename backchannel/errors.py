"""The errors that somebody catches.

BackchannelError
├── StartError    the server cannot start: one sentence for the person at the terminal, exit status 2
├── StoreError    the store takes and gives nothing for now: whoever asked is told why, as 503
├── SourceError   a source cannot go on for now: the collector says why in its health and tries again
└── Refusal       a client asked for something it may not have: a wire code and an HTTP status
"""

from collections.abc import Mapping


class BackchannelError(Exception):
    """Root of every error that Backchannel raises on purpose."""


class StartError(BackchannelError):
    """The server cannot start; the message names the setting or resource and what to do."""


class StoreError(BackchannelError):
    """The store cannot be used for now; the message is for whoever asked, and names no place and no address."""


class SourceError(BackchannelError):
    """A source cannot go on for now; the message is for the moderator, in plain words.

    `remedy` says what a person can do. `retry_after_s` is the network's own wish, in seconds; None leaves the pause to
    the collector's back-off. `needs_person` is true where waiting alone will not mend it (a token is missing).
    """

    def __init__(
        self, message: str, *, remedy: str = "", retry_after_s: float | None = None, needs_person: bool = False
    ) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.retry_after_s = retry_after_s
        self.needs_person = needs_person


class Refusal(BackchannelError):
    """A request is refused: `code` is stable for programs, the message is for people, `status` is HTTP's.

    `template` is what the catalogues know; its places, such as `%(hall)s`, are filled with `values`. Who is refused
    with 429 or 503 may ask again after `retry_after_s`. `besides` is what a program is told beside the words.
    """

    retry_after_s = 60

    def __init__(self, status: int, code: str, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.status = status
        self.code = code
        self.template = message
        self.values = values
        self.besides: Mapping[str, object] = {}

    def again(self) -> "Refusal":
        """The same, to be raised once more."""
        refusal = Refusal(self.status, self.code, self.template, **self.values)
        refusal.besides, refusal.retry_after_s = self.besides, self.retry_after_s
        return refusal
