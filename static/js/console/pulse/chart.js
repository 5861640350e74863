/** One chart of the pulse, drawn by uPlot (static/vendor) in the colours of the page. */

/**
 * @typedef {object} Line
 * @property {string} stroke the name of a token
 * @property {number[]} [dash]
 * @property {string} [fill] the name of a token
 *
 * @typedef {{setData: (columns: number[][]) => void, setSize: (size: {width: number, height: number}) => void}} Plot
 * @typedef {new (options: object, columns: number[][], place: HTMLElement) => Plot} Plotter
 */

export class Chart {
  /** @type {Plot | null} */
  #plot = null;
  #place;
  #lines;
  #zone;

  /**
   * @param {HTMLElement} place
   * @param {readonly Line[]} lines
   * @param {string} zone the venue's
   */
  constructor(place, lines, zone) {
    this.#place = place;
    this.#lines = lines;
    this.#zone = zone;
    new ResizeObserver(() => this.#plot?.setSize(this.#size)).observe(place);
    for (const wish of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"])
      matchMedia(wish).addEventListener("change", () => this.#begin([[]]));
  }

  /** @param {number[][]} columns */
  draw(columns) {
    if (!this.#plot) this.#begin(columns);
    else this.#plot.setData(columns);
  }

  /** @param {number[][]} columns */
  #begin(columns) {
    const { uPlot } = /** @type {{uPlot?: Plotter & {tzDate: (date: Date, zone: string) => Date}}} */ (
      /** @type {unknown} */ (globalThis)
    );
    if (!uPlot) return;
    this.#place.replaceChildren();
    const tokens = getComputedStyle(this.#place);
    const token = (/** @type {string} */ name) => tokens.getPropertyValue(name).trim();
    const axis = {
      stroke: token("--soft"),
      font: `13px ${tokens.fontFamily}`,
      grid: { stroke: token("--line"), width: 1 },
      ticks: { show: false },
    };
    const lines = this.#lines.map(({ stroke, dash, fill }) => ({
      stroke: token(stroke),
      width: 2,
      points: { show: false },
      ...(dash ? { dash } : {}),
      ...(fill ? { fill: token(fill) } : {}),
    }));
    this.#plot = new uPlot(
      {
        ...this.#size,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        tzDate: (/** @type {number} */ at) => uPlot.tzDate(new Date(at * 1000), this.#zone),
        scales: {
          y: {
            range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ most) => [
              0,
              Math.max(1, most * 1.1),
            ],
          },
        },
        axes: [
          { ...axis, space: 90, incrs: [60, 120, 300], values: "{HH}:{mm}" },
          { ...axis, size: 56 },
        ],
        series: [{}, ...lines],
      },
      columns,
      this.#place,
    );
  }

  get #size() {
    const { clientWidth, clientHeight } = this.#place;
    return { width: Math.max(120, clientWidth), height: Math.max(120, clientHeight) };
  }
}
