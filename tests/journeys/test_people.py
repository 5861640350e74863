"""Who comes in and who goes, by keyboard alone: an invitation with a role, what its holder may do, and the way out."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from backchannel.clock import now
from backchannel.roles import Role
from tests.journeys.people import Visit, connected, desk, sign_in
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

TABS_MAX = 40


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def opened(house: Served, visit: Visit, role: Role, name: str, place: str = "/console") -> Page:
    """A page of the desk, for somebody who is signed in."""
    return await desk(house, visit, name, role, place)


async def tab_to(page: Page, place: Locator, key: str = "Tab") -> None:
    """Go on by Tab until something has the keyboard."""
    await place.wait_for()
    for _ in range(TABS_MAX):
        if await place.evaluate("it => it === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{place} cannot be reached by {key}")


async def invited(page: Page, name: str, role: str) -> str:
    """Invite somebody by keys alone; the link."""
    await tab_to(page, page.get_by_label("Who is it?"))
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    while not await page.get_by_label(re.compile(rf"^{role}")).is_checked():
        await page.keyboard.press("ArrowDown")
    await tab_to(page, page.get_by_role("button", name="Make a link"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#made-for")).to_be_focused()
    await expect(page.locator("#made-for")).to_contain_text(f"For {name}, as {role.lower()}, until")
    return await page.get_by_label("The link", exact=True).input_value()


async def test_an_owner_invites_a_host_who_picks_but_does_not_reject_and_is_shown_out(
    house: Served, visit: Visit
) -> None:
    await house.post("A question that waits")
    shown = await house.approved("A question that is shown")
    owner = await opened(house, visit, Role.OWNER, "Ada")
    await owner.keyboard.press("g")
    await owner.keyboard.press("p")
    await owner.wait_for_url("**/console/people")
    await connected(owner)
    host = await sign_in(visit, await invited(owner, "Sam", "Host"), "Sam")

    await host.locator("#cards article[aria-current]").wait_for()
    await expect(host.get_by_role("button", name="Approve")).to_be_hidden()
    await host.keyboard.press("r")
    await expect(host.locator("#status")).to_have_text("You are here as host. Moderators decide on posts.")
    await host.keyboard.press("g")
    await host.keyboard.press("l")
    await host.wait_for_url("**list=live")
    await connected(host)
    await host.keyboard.press("s")
    await expect(host.locator("#status")).to_contain_text("undoes")
    assert (await house.store.stages.read("main")).spotlight == shown

    await owner.bring_to_front()
    await tab_to(owner, owner.get_by_role("button", name="Sign out Sam"), "Shift+Tab")
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_role("dialog")).to_contain_text("Sign Sam out?")
    await owner.keyboard.press("Enter")  # the careful answer has the keyboard
    await expect(owner.get_by_role("dialog")).to_be_hidden()
    await expect(owner.get_by_role("button", name="Sign out Sam")).to_be_focused()
    await owner.keyboard.press("Enter")
    await owner.keyboard.press("Shift+Tab")
    await owner.keyboard.press("Enter")
    await host.wait_for_url("**/join?out=1")
    await expect(host.get_by_role("status")).to_contain_text("You are signed out here")
    await expect(owner.locator("#status")).to_have_text("Sam is signed out.")
    await expect(owner.get_by_role("button", name="Sign out Sam")).to_have_count(0)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_an_invitation_is_taken_back_and_the_last_owner_is_warned_before_leaving(
    house: Served, visit: Visit
) -> None:
    owner = await opened(house, visit, Role.OWNER, "Ada", "/console/people")
    link = await invited(owner, "Eve", "Viewer")
    await tab_to(owner, owner.get_by_role("button", name="Invite somebody else"))
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_label("Who is it?")).to_be_focused()
    await tab_to(owner, owner.get_by_role("button", name="Take back the invitation of Eve"), "Shift+Tab")
    await owner.keyboard.press("Enter")
    await expect(owner.locator("#status")).to_have_text("The link of Eve works no more.")
    await expect(owner.locator("#invitations-none")).to_be_visible()
    late = await house.client.post("/join", data={"invitation": link, "name": "Eve"}, headers=house.from_page)
    assert late.status_code == 403

    await tab_to(owner, owner.get_by_role("button", name="Sign out here"), "Shift+Tab")
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_role("dialog")).to_contain_text("You are the only owner here")
    await owner.keyboard.press("Shift+Tab")
    await owner.keyboard.press("Enter")
    await owner.wait_for_url("**/join?out=1")
    assert await house.store.people.signed_in(now()) == ()


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_a_viewer_sees_the_desk_and_signs_out_without_a_word(house: Served, visit: Visit) -> None:
    await house.post("A question that waits")
    viewer = await opened(house, visit, Role.VIEWER, "Eve")
    await expect(viewer.locator("#cards article[aria-current]")).to_contain_text("A question that waits")
    for button in ("Approve", "Freeze", "Calm"):
        await expect(viewer.get_by_role("button", name=button)).to_be_hidden()
    await viewer.keyboard.press("Shift+F")
    await expect(viewer.locator("#status")).to_contain_text("You are here as viewer.")
    await viewer.keyboard.press("g")
    await viewer.keyboard.press("p")
    await viewer.wait_for_url("**/console/people")
    await connected(viewer)
    await tab_to(viewer, viewer.get_by_role("button", name="Sign out here"))
    await viewer.keyboard.press("Enter")
    await viewer.wait_for_url("**/join?out=1")
