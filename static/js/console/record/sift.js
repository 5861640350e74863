/** The filters over the record: links for what was decided, fields for by whom, why and until when. */

import { gettext } from "../../tongue.js";
import { write } from "../strokes.js";
import { Query } from "./query.js";
import { onlyWords } from "./words.js";

/** @typedef {import("./query.js").Name} Name */

export class Sift {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.verbs
   * @param {HTMLFormElement} parts.form
   * @param {HTMLElement} parts.only says that one post or one order is shown, and ends that
   * @param {HTMLAnchorElement[]} parts.exports
   * @param {(by: string) => string} parts.call
   * @param {(query: Query) => void} parts.onAsk
   */
  constructor({ verbs, form, only, exports, call, onAsk }) {
    this.#parts = { verbs, form, only, exports, call, onAsk };
    this.query = Query.of(location.search);
  }

  #parts;

  start() {
    const { verbs, form, only } = this.#parts;
    verbs.addEventListener("click", (event) => this.#click(event));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.name)) {
        this.#ask(this.query.with(/** @type {Name} */ (target.name), target.value));
      }
    });
    only.addEventListener("click", () => this.#ask(this.query.with("post", "").with("act", "").with("after", "")));
    addEventListener("popstate", () => this.#turn(Query.of(location.search)));
    this.#show();
  }

  /**
   * Who can be asked for: everybody who decided something.
   * @param {string[]} names
   */
  hearActors(names) {
    const select = this.#field("by");
    if (!(select instanceof HTMLSelectElement)) return;
    const known = new Set([...select.options].map(({ value }) => value));
    const asked = this.query.of("by");
    for (const name of asked ? [...names, asked] : names) {
      if (known.has(name)) continue;
      known.add(name);
      select.add(new Option(this.#parts.call(name), name));
    }
    select.value = asked;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#ask(this.query.with("verb", link.dataset.verb ?? ""));
  }

  /** @param {Query} query */
  #ask(query) {
    if (query.address === this.query.address) return;
    history.pushState(null, "", query.address);
    this.#turn(query);
  }

  /** @param {Query} query */
  #turn(query) {
    this.query = query;
    this.#show();
    this.#parts.onAsk(query);
  }

  #show() {
    const { verbs, only, exports } = this.#parts;
    const { query } = this;
    for (const link of verbs.querySelectorAll("a")) {
      const verb = link.dataset.verb ?? "";
      link.href = query.with("verb", verb).address;
      if (verb === query.of("verb")) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const name of /** @type {const} */ (["by", "reason", "before"])) {
      const field = this.#field(name);
      if (field) field.value = query.of(name);
    }
    this.hearActors([]);
    const words = onlyWords(query);
    write(only, words && gettext("only %(words)s ✕", { words }));
    only.setAttribute("aria-label", gettext("Shown is only %(words)s. Show all.", { words }));
    only.hidden = words === "";
    for (const link of exports) link.href = query.fileAs(link.dataset.export ?? "");
  }

  /** @param {Name} name */
  #field(name) {
    const field = this.#parts.form.elements.namedItem(name);
    return field instanceof HTMLSelectElement || field instanceof HTMLInputElement ? field : null;
  }
}
