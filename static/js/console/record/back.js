/** Taking decisions back: one, or all that one order decided, each only where nobody decided again. */

import { gettext } from "../../tongue.js";
import { stands } from "./lines.js";
import { ordersOf } from "./orders.js";
import { Query } from "./query.js";
import { backWords } from "./words.js";

/** @typedef {import("./lines.js").Line} Line */

const PATIENCE_MS = 150;

export class Back {
  #isBusy = false;
  isStale = false;

  /**
   * @param {object} parts
   * @param {typeof import("./clerk.js").askAct} parts.askAct
   * @param {typeof import("../orders.js").carryOut} parts.carryOut
   * @param {import("../foot.js").Foot} parts.foot
   * @param {import("../ages.js").ServerClock} parts.clock
   * @param {(line: Line) => Promise<void>} parts.onDone
   * @param {import("../rights.js").Rights} parts.rights
   */
  constructor({ askAct, carryOut, foot, clock, onDone, rights }) {
    this.#parts = { askAct, carryOut, foot, clock, onDone, rights };
  }

  #parts;

  /** @param {Line | undefined} line */
  async take(line) {
    const { foot, clock, askAct, carryOut, onDone, rights } = this.#parts;
    if (!line || this.#isBusy) return;
    if (!rights.may("decide")) return foot.say([rights.refusal("decide")], "outbox");
    if (this.isStale) return foot.say([gettext("Not connected: nothing was taken back.")], "outbox");
    if (!stands(line))
      return foot.say([line.post ? gettext("This was decided again since.") : gettext("This post is gone.")], "outbox");
    this.#isBusy = true;
    const slow = setTimeout(
      () => foot.say([gettext("Taking back. The desk has not answered yet.")], "outbox"),
      PATIENCE_MS,
    );
    try {
      const orders = ordersOf(line.together > 1 ? await askAct(new Query([["act", line.act]])) : [line]);
      const outcomes = [];
      for (const order of orders) outcomes.push(...(await carryOut(order)));
      clearTimeout(slow);
      const isDone = outcomes.some(({ outcome }) => outcome === "done");
      foot.say([backWords(outcomes, orders[0]?.verb ?? "restore", clock.now())], isDone ? "queued" : "outbox");
      await onDone(line);
    } catch {
      foot.say([gettext("Not taken back: the desk did not answer. Try again.")], "outbox");
    } finally {
      clearTimeout(slow);
      this.#isBusy = false;
    }
  }
}
