/** The page of the pulse: it asks for the figures every two seconds while it is seen, and draws them. */

import { Chart } from "./console/pulse/chart.js";
import { readable, Series } from "./console/pulse/series.js";
import { Surround, the } from "./console/surround.js";
import { gettext, inTongue } from "./tongue.js";

/** @typedef {import("./console/pulse/series.js").Figure} Figure */

const EVERY_MS = 2000;
const DEADLINE_MS = 8000;
const LANGUAGE = document.documentElement.lang;
/** @type {readonly {name: string, figures: readonly Figure[], lines: readonly import("./console/pulse/chart.js").Line[]}[]} */
const CHARTS = [
  {
    name: "connected",
    figures: ["phones", "screens", "consoles", "programs"],
    lines: [
      { stroke: "--ink" },
      { stroke: "--warn-text" },
      { stroke: "--alarm-text", dash: [8, 4] },
      { stroke: "--soft", dash: [2, 4] },
    ],
  },
  { name: "written", figures: ["deliveries"], lines: [{ stroke: "--ink" }] },
  {
    name: "late",
    figures: ["lag_ms", "delay_ms"],
    lines: [{ stroke: "--ink" }, { stroke: "--warn-text", dash: [8, 4] }],
  },
  {
    name: "away",
    figures: ["refused", "ended"],
    lines: [{ stroke: "--alarm-text" }, { stroke: "--ink", dash: [8, 4] }],
  },
];

const { zone = "UTC" } = document.body.dataset;
const surround = new Surround();
const series = new Series();
const charts = CHARTS.map(({ name, lines }) => new Chart(the(`plot-${name}`), lines, zone));

/** @param {number} figure */
const said = (figure) => readable(figure, LANGUAGE);

let verdict = "";

function show() {
  for (const place of document.querySelectorAll("[data-figure]")) {
    if (!(place instanceof HTMLElement)) continue;
    const { figure, of } = place.dataset;
    const name = /** @type {Figure} */ (figure);
    place.textContent = said(of === "sum" ? series.sum(name) : of === "most" ? series.most(name) : series.now(name));
  }
  the("inside").textContent = said(series.inside);
  the("places").textContent = said(series.places);
  const short = the("short");
  short.hidden = series.places >= series.wanted;
  short.textContent = gettext(
    "The settings want %(wanted)s places, but the system allows too few open files. Raise its limit: ulimit -n, or LimitNOFILE in systemd.",
    { wanted: said(series.wanted) },
  );
  CHARTS.forEach(({ figures }, number) => {
    charts[number]?.draw(series.columns(figures));
  });
  const { words, state } = series.verdict;
  if (words !== verdict) surround.foot.say([words], state); // it is read out
  verdict = words;
}

async function look() {
  try {
    const address = inTongue(`/api/pulse?after=${series.after}`);
    const answer = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!answer.ok) return;
    series.hear(await answer.json());
    show();
  } catch {
    // The bar says that the desk does not answer.
  }
}

async function poll() {
  if (document.visibilityState === "visible") await look();
  setTimeout(poll, EVERY_MS);
}

surround.start();
poll();
