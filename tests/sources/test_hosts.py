"""Which Jetstream is listened to when one fails."""

import pytest

from backchannel.errors import SourceError
from backchannel.sources.hosts import BACK_AFTER, HEALTHY_AFTER, Hosts
from backchannel.sources.jetstream import Jetstream
from tests.made_up import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> Hosts:
    return Hosts([Jetstream(f"ws://{name}.example") for name in "abc"], clock)


def fail(hosts: Hosts, error: SourceError | None = None, opened: bool = False) -> SourceError | None:
    host = hosts.choose()
    if opened:
        hosts.opened(host)
    return hosts.failed(host, error or SourceError(f"{host.host} is down."))


def chosen(hosts: Hosts) -> str:
    return hosts.choose().host


def test_the_first_is_chosen_and_one_failure_changes_nothing(hosts: Hosts) -> None:
    assert chosen(hosts) == "a.example"
    assert str(fail(hosts)) == "a.example is down."
    assert (chosen(hosts), hosts.trouble) == ("a.example", "")


def test_a_second_failure_in_a_row_brings_the_next_one_and_says_why(hosts: Hosts) -> None:
    fail(hosts)
    told = fail(hosts)
    assert told is not None
    assert str(told) == "a.example is down. Next is b.example."
    assert told.retry_after_s == 0
    assert chosen(hosts) == "b.example"
    assert hosts.trouble == "a.example is down. Meanwhile b.example is listened to."


@pytest.mark.parametrize("error", [SourceError("No.", needs_person=True), SourceError("Later.", retry_after_s=900)])
def test_what_will_not_mend_at_once_brings_the_next_one_at_once(hosts: Hosts, error: SourceError) -> None:
    told = fail(hosts, error)
    assert told is not None
    assert (told.needs_person, told.retry_after_s, chosen(hosts)) == (False, 0, "b.example")


def test_where_all_fail_the_last_one_s_wish_for_a_pause_counts(hosts: Hosts) -> None:
    limited = SourceError("Later.", retry_after_s=900)
    told = [fail(hosts, limited) for _ in range(3)]
    assert [error.retry_after_s for error in told if error] == [0, 0, 900]
    assert chosen(hosts) == "a.example"


def test_failures_long_apart_are_not_in_a_row(hosts: Hosts, clock: Clock) -> None:
    fail(hosts)
    host = hosts.choose()
    hosts.opened(host)
    clock.turn(HEALTHY_AFTER.total_seconds())
    hosts.failed(host, SourceError("Closed."))
    assert chosen(hosts) == "a.example"


def test_the_first_is_tried_again_later_and_in_vain_means_the_other_goes_on(hosts: Hosts, clock: Clock) -> None:
    fail(hosts)
    fail(hosts)
    hosts.opened(hosts.choose())
    assert not hosts.is_first_due
    clock.turn(BACK_AFTER.total_seconds())
    assert hosts.is_first_due
    assert fail(hosts, SourceError("a.example is still down.")) is None
    assert (chosen(hosts), hosts.is_first_due) == ("b.example", False)
    assert hosts.trouble == "a.example is still down. Meanwhile b.example is listened to."
    clock.turn(BACK_AFTER.total_seconds())
    hosts.opened(hosts.choose())
    assert (chosen(hosts), hosts.trouble) == ("a.example", "")


def test_a_host_without_others_is_told_as_it_is(clock: Clock) -> None:
    hosts = Hosts([Jetstream("ws://a.example")], clock)
    error = SourceError("No.", needs_person=True)
    assert [fail(hosts, error) for _ in range(3)] == [error] * 3
