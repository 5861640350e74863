// Lays a screen's page out in every way that its own modules know, and tells what the last row could not read.
// Put into a page whose own script was kept away, so that nothing but this moves in it.
async ({ cards, questions }) => {
  const [{ fillColumns }, { setSpotlight }, { fillQuestions }, { Board }] = await Promise.all(
    ["columns", "spotlight", "questions", "board"].map((name) => import(`/static/js/screen/${name}.js`)),
  );
  const template = document.createElement("template");
  template.innerHTML = cards.join("");
  const posts = [...template.content.children].map((post) => document.adoptNode(post));
  const place = (name) => document.querySelector(`.${name}`);
  const board = new Board(place("programme"));
  const atTheFoot = [...document.querySelectorAll(".screen-door, .screen-pairing")];
  place("screen-pairing").hidden = false;
  document.body.dataset.unpaired = "";
  place("screen-pairing").lastElementChild.textContent = "WWWW WWWW";
  place("screen-clock").textContent = "23:59";
  await document.fonts.ready;

  const session = (title) => ({
    title,
    start: "2031-05-04T15:00:00+02:00",
    end: "2031-05-04T16:00:00+02:00",
    speakers: [{ name: "Dana Okafor-Lindqvist" }],
  });
  const words = questions.map(({ text }) => text);
  const groups = (list, many) =>
    Array.from({ length: Math.ceil(list.length / many) }, (_, group) => list.slice(group * many, group * many + many));
  /** What each layout is filled with, one filling after the other. */
  const layouts = {
    columns: groups(posts, 9).map((group) => () => fillColumns(place("columns"), group)),
    spotlight: posts.map((post) => () => setSpotlight(place("spotlight"), post)),
    "lower-third": posts.map((post) => () => place("third").replaceChildren(post)),
    questions: groups(questions, 3).map((group) => () => fillQuestions(place("questions"), group, atTheFoot)),
    "now-next": groups(words, 2).map(([now, next = "Tea"]) => () => {
      board.show(session(now.slice(0, 200)), session(next.slice(0, 200)));
    }),
    sponsor: words.map((text) => () => {
      place("sponsor").hidden = false;
      place("sponsor-words").textContent = text.slice(0, 120);
    }),
    holding: [() => {}],
  };

  /** The boxes that words may not leave, from the inside out: each with whether it ends what it cuts with “…”. */
  const clips = new Map();
  const clipOf = (element) => {
    if (!element || element === document.body) return null;
    if (!clips.has(element)) {
      const style = getComputedStyle(element);
      const cutter = style.overflow !== "visible" && {
        box: element.getBoundingClientRect(),
        isTold: style.webkitLineClamp !== "none" || style.textOverflow === "ellipsis",
      };
      clips.set(element, cutter || clipOf(element.parentElement));
    }
    return clips.get(element);
  };
  const offenders = () => {
    clips.clear();
    const found = [];
    const floor = (6 / 200 / 0.67) * Math.min(innerHeight, innerWidth);
    const safe = 0.035 * Math.min(innerWidth, innerHeight);
    const ways = atTheFoot.map((each) => each.getBoundingClientRect()).filter(({ height }) => height > 0);
    const isOver = (box, by) =>
      ways.some(
        (way) =>
          box.right > way.left + 1 &&
          box.left < way.right - 1 &&
          box.bottom - by > way.top &&
          box.top + by < way.bottom,
      );
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const say = (what, node) =>
      found.push(`${what}: ${node.parentElement.className} “${node.data.trim().slice(0, 30)}”`);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (!node.data.trim() || holder.closest("script, .visually-hidden")) continue;
      if (!holder.checkVisibility({ checkOpacity: true })) continue;
      const size = Number.parseFloat(getComputedStyle(holder).fontSize);
      if (size < floor - 0.5) say(`${size} px`, node);
      const range = document.createRange();
      range.selectNodeContents(node);
      const clip = clipOf(holder);
      for (const box of range.getClientRects()) {
        if (!box.width) continue;
        const over = size * 0.45; // a line's box is higher than its letters
        const isCut =
          clip &&
          (box.bottom > clip.box.bottom + over || box.right > clip.box.right + 1 || box.left < clip.box.left - 1);
        if (isCut && !clip.isTold) say("cut", node);
        if (isCut) continue;
        if (!atTheFoot.some((each) => each.contains(holder)) && isOver(box, over)) say("over the way in", node);
        if (box.left < safe - 1 || box.right > innerWidth - safe + 1) say("beside the safe area", node);
        if (box.top < safe - over || box.bottom > innerHeight - safe + over) say("above or below the safe area", node);
      }
    }
    for (const picture of document.querySelectorAll(".stage img")) {
      const box = picture.getBoundingClientRect();
      if (!box.width || !picture.checkVisibility()) continue;
      const isOutside = box.left < safe - 1 || box.top < safe - 1;
      if (isOutside || box.right > innerWidth - safe + 1 || box.bottom > innerHeight - safe + 1)
        found.push(`outside the safe area: a picture of ${picture.width} by ${picture.height}`);
    }
    return found;
  };

  /** The texts that are cut although their column has room for another line. */
  const cutInVain = () =>
    [...document.querySelectorAll(".column")].flatMap((column) => {
      const last = column.lastElementChild;
      const roomPx = last ? column.clientHeight - last.offsetTop - last.offsetHeight : 0;
      const linePx = (text) => Number.parseFloat(getComputedStyle(text).lineHeight);
      return [...column.querySelectorAll(".post-text")]
        .filter((text) => text.scrollHeight - text.clientHeight > linePx(text) / 2 && linePx(text) + 1 < roomPx)
        .map((text) => `cut in vain: “${text.textContent.slice(0, 30)}”`);
    });

  /** Turns to a layout, with nothing in it yet. */
  const turn = (layout) => {
    document.body.dataset.layout = layout;
    for (const name of ["columns", "spotlight", "third", "questions"]) place(name).replaceChildren();
    place("sponsor").hidden = true;
  };
  /** A layout as it is with the first posts. */
  window.shown = (layout) => {
    turn(layout);
    layouts[layout][0]();
  };

  window.measured = () => {
    const told = [];
    for (const [layout, fillings] of Object.entries(layouts)) {
      turn(layout);
      for (const fill of fillings) {
        fill();
        const found = layout === "columns" ? [...offenders(), ...cutInVain()] : offenders();
        told.push(...found.map((offender) => `${layout}, ${offender}`));
        if (layout === "columns" && !place("columns").querySelector(".post")) told.push("columns: no post at all");
      }
    }
    return [...new Set(told)];
  };
};
