from dataclasses import replace
from datetime import datetime, timedelta

from backchannel.digest import Digest
from backchannel.poll import Asked, Poll
from backchannel.programme import Session
from backchannel.question import Question, State
from backchannel.web.catalogues import ENGLISH, tongue
from tests.made_up import MORNING, content, post

SESSION = Session("reviews", "Reviews_and *more*", MORNING, MORNING + timedelta(minutes=45), "main", "main")


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def asked(text: str, votes: int, state: State = State.OPEN) -> Asked:
    return Asked(replace(post(content=content(text)), question=Question("main", state)), votes, ("Ada", "Bob"))


def test_what_nobody_answered_stands_first_and_the_most_wanted_before_all() -> None:
    questions = (
        asked("Who?", 1),
        asked("What?", 7),
        asked("Done?", 9, State.ANSWERED),
        asked("Now?", 2, State.CURRENT),
    )
    digest = Digest(SESSION, Poll("main", "reviews", questions))
    assert [each.post.content.text for each in digest.unanswered] == ["Now?", "What?", "Who?"]
    assert [each.post.content.text for each in digest.answered] == ["Done?"]


def test_in_markdown_what_people_wrote_means_nothing_but_itself_and_stays_in_its_line() -> None:
    questions = (asked("# Is <b>this</b> [a link](https://evil.example)\n- or a list?", 1),)
    text = Digest(SESSION, Poll("main", "reviews", questions), (post(text="`code` | ~~no~~ & so on"),)).to_markdown(
        clock, ENGLISH
    )
    assert text.splitlines() == [
        "# Reviews\\_and \\*more\\*",
        "",
        "09:00 to 09:45",
        "",
        "## Not answered",
        "",
        "- **1 vote**: \\# Is \\<b\\>this\\</b\\> \\[a link\\](https://evil.example) - or a list? (Ada, Bob)",
        "",
        "## Answered",
        "",
        "None was marked as answered.",
        "",
        "## Said",
        "",
        "- **Ines Kowalczyk**: \\`code\\` \\| \\~\\~no\\~\\~ \\& so on",
    ]


def test_markdown_speaks_the_language_of_its_reader() -> None:
    text = Digest(SESSION, Poll("main", "reviews", (asked("Who?", 7),)), ()).to_markdown(clock, tongue("de"))
    assert "09:00 bis 09:45" in text
    assert "## Nicht beantwortet" in text
    assert "- **7 Stimmen**: Who?" in text
