/** The form of one rule. Conditions come one by one, as the server tells that rules can have them. */

import { gettext } from "../../tongue.js";
import { clone, fill } from "../strokes.js";
import { ruleOf } from "./book.js";
import { fieldOf } from "./words.js";

/**
 * @typedef {import("./book.js").Rule} Rule
 * @typedef {import("./book.js").Condition} Condition
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control
 */

export class RuleForm {
  /** @type {readonly Condition[]} */
  #conditions = [];
  /** @type {Rule | null} the rule as it was when the form was opened; null for a new one */
  opened = null;

  /**
   * @param {object} parts
   * @param {HTMLFormElement} parts.form
   * @param {HTMLElement} parts.place holds the conditions
   * @param {HTMLSelectElement} parts.more names those that can be added
   * @param {HTMLTemplateElement} parts.template
   * @param {string} parts.zone
   * @param {() => void} parts.onChange
   */
  constructor({ form, place, more, template, zone, onChange }) {
    this.#parts = { form, place, more, template, zone, onChange };
  }

  #parts;

  get isOpen() {
    return !this.#parts.form.hidden;
  }

  start() {
    const { form, place, more, onChange } = this.#parts;
    form.addEventListener("input", () => {
      this.#fit();
      onChange();
    });
    more.addEventListener("change", () => {
      const condition = this.#conditions.find(({ name }) => name === more.value);
      if (condition) this.#add(condition, undefined).focus();
      this.#offer();
      onChange();
    });
    place.addEventListener("click", ({ target }) => {
      const row = target instanceof Element && target.closest("button")?.closest("[data-condition]");
      if (!row) return;
      row.remove();
      this.#offer();
      more.focus();
      onChange();
    });
  }

  /**
   * @param {Rule | null} rule
   * @param {readonly Condition[]} conditions
   */
  open(rule, conditions) {
    const { form, place, zone } = this.#parts;
    this.#conditions = conditions;
    this.opened = rule;
    form.reset();
    place.replaceChildren();
    this.#set("name", rule?.name ?? "");
    this.#set("verdict", rule?.verdict ?? "hold");
    this.#set("reason", rule?.reason ?? "");
    this.#set("hold_s", rule?.hold_s ? String(rule.hold_s) : "");
    this.#set("until", fieldOf(rule?.until, zone));
    for (const condition of conditions) {
      if (rule && rule[condition.name] !== undefined) this.#add(condition, rule[condition.name]);
    }
    if (!rule) for (const condition of conditions.slice(0, 1)) this.#add(condition, undefined);
    this.#offer();
    this.#fit();
    form.hidden = false;
    this.#field("name")?.focus();
  }

  close() {
    this.#parts.form.hidden = true;
  }

  /** The rule as it stands in the form. @returns {Rule} */
  read() {
    const { form } = this.#parts;
    const fields = new FormData(form);
    const text = (/** @type {string} */ name) => String(fields.get(name) ?? "").trim();
    const verdict = text("verdict");
    /** @type {Record<string, unknown>} */
    const asked = {};
    for (const { name, form: kind } of this.#conditions) {
      const control = this.#control(name);
      if (control) asked[name] = answerOf(control, kind);
    }
    return ruleOf({
      name: text("name"),
      verdict,
      reason: text("reason"),
      hold_s: verdict === "hold" && Number(text("hold_s")) ? Number(text("hold_s")) : null,
      on: this.opened?.on === false ? false : null,
      until: text("until"),
      ...asked,
    });
  }

  /**
   * @param {Condition} condition
   * @param {unknown} value
   * @returns {Control}
   */
  #add(condition, value) {
    const { place, template } = this.#parts;
    const row = clone(template);
    const { name, words, hint } = condition;
    const control = controlOf(condition, value);
    control.id = `condition-${name}`;
    control.dataset.of = name;
    row.dataset.condition = name;
    const label = /** @type {HTMLLabelElement | null} */ (fill(row, "label", words));
    if (label) label.htmlFor = control.id;
    const told = fill(row, ".hint", hint);
    if (told instanceof HTMLElement && hint) {
      told.id = `hint-${name}`;
      control.setAttribute("aria-describedby", told.id);
    }
    row.querySelector(".answer")?.append(control);
    row.querySelector("button")?.setAttribute("aria-label", gettext("Leave out: %(words)s", { words }));
    place.append(row);
    return control;
  }

  /** Names the conditions that the rule does not have yet. */
  #offer() {
    const { more } = this.#parts;
    const first = more.options[0];
    const open = this.#conditions.filter(({ name }) => !this.#control(name));
    more.replaceChildren(...(first ? [first] : []), ...open.map(({ name, words }) => new Option(words, name)));
    more.value = "";
  }

  /** Only what is held can be shown later. */
  #fit() {
    const isHeld = new FormData(this.#parts.form).get("verdict") === "hold";
    const row = this.#field("hold_s")?.closest(".field");
    if (row instanceof HTMLElement) row.hidden = !isHeld;
  }

  /** @param {string} name */
  #control(name) {
    return /** @type {Control | null} */ (this.#parts.place.querySelector(`[data-of="${name}"]`));
  }

  /** @param {string} name */
  #field(name) {
    const found = this.#parts.form.elements.namedItem(name);
    return found instanceof HTMLElement ? found : null;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #set(name, value) {
    const found = this.#parts.form.elements.namedItem(name);
    if (found && "value" in found) found.value = value;
  }
}

/**
 * @param {Condition} condition
 * @param {unknown} value
 * @returns {Control}
 */
function controlOf({ form, choices = [], min, max }, value) {
  if (form === "list") {
    const area = document.createElement("textarea");
    area.rows = 3;
    area.spellcheck = false;
    area.value = Array.isArray(value) ? value.join("\n") : "";
    return area;
  }
  if (form === "yes_no" || form === "choice" || form === "choices") {
    const select = document.createElement("select");
    const offered =
      form === "yes_no"
        ? [
            [gettext("yes"), "true"],
            [gettext("no"), "false"],
          ]
        : choices.map((each) => [each, each]);
    select.multiple = form === "choices";
    const chosen = new Set(Array.isArray(value) ? value : [String(value ?? true)]);
    select.append(...offered.map(([words = "", each = ""]) => new Option(words, each, false, chosen.has(each))));
    return select;
  }
  const input = document.createElement("input");
  input.type = form === "number" ? "number" : form === "time" ? "datetime-local" : "text";
  if (form === "number") {
    input.min = String(min ?? 0);
    if (max !== null && max !== undefined) input.max = String(max);
  }
  input.value = String(value ?? (form === "number" ? 1 : ""));
  return input;
}

/**
 * @param {Control} control
 * @param {Condition["form"]} form
 */
function answerOf(control, form) {
  if (form === "list") {
    return control.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  }
  if (form === "yes_no") return control.value === "true";
  if (form === "choices" && control instanceof HTMLSelectElement) {
    return [...control.selectedOptions].map(({ value }) => value);
  }
  if (form === "number") return control.value === "" ? null : Number(control.value);
  return control.value.trim();
}
