/** Every command of the desk, with its key and its words. Keys are named nowhere else: the sheet, hints and buttons are written from here. */

import { gettext } from "../tongue.js";

/**
 * @typedef {object} Entry
 * @property {string} key the stroke it ships with: one key, with Shift+ before a letter where it is shifted
 * @property {string} words what it does, on the sheet of all keys
 * @property {"hand" | "many" | "screens" | "moving"} section of the sheet
 * @property {string} [place] where it leads; its key comes after the one of `prefix`
 * @property {string} [always] a key that has it besides, also with single-letter keys off
 * @property {boolean} [isFixed] its key cannot be changed
 * @property {boolean} [repeats] a held key does it on and on; every other command it does once
 *
 * @typedef {keyof typeof COMMANDS} Command
 */

/** @satisfies {Record<string, Entry>} */
export const COMMANDS = {
  approve: { key: "a", section: "hand", words: gettext("approve: on every screen and phone") },
  critical: { key: "c", section: "hand", words: gettext("approve, and mark that it is critical") },
  reject: { key: "r", section: "hand", words: gettext("reject, then a key for the reason") },
  again: { key: ".", section: "hand", words: gettext("after a rejection: reject what is like it, too") },
  hold: { key: "h", section: "hand", words: gettext("hold for later") },
  withdraw: { key: "w", section: "hand", words: gettext("withdraw from the wall") },
  restore: { key: "b", section: "hand", words: gettext("back to the queue") },
  spotlight: { key: "s", section: "hand", words: gettext("into the spotlight, or out of it") },
  line: { key: "l", section: "hand", words: gettext("line it up as next, or take it out of the line") },
  history: { key: "d", section: "hand", words: gettext("its decisions, in the record") },
  note: { key: "n", section: "hand", words: gettext("a note on it, for moderators") },
  mute: { key: "m", section: "hand", words: gettext("mute the author, the server or a phrase") },
  trust: { key: "v", section: "hand", words: gettext("trust the author") },
  undo: { key: "z", section: "hand", words: gettext("undo, again and again; in the record, what is in hand") },
  select: { key: "x", section: "many", words: gettext("select it, or leave it out again") },
  selectRange: { key: "Shift+X", section: "many", words: gettext("select all from the last one to this") },
  approveAll: { key: "Shift+A", section: "many", words: gettext("approve all that are selected") },
  rejectAll: { key: "Shift+R", section: "many", words: gettext("reject them all for one reason") },
  freeze: { key: "Shift+F", section: "screens", words: gettext("freeze: nothing changes") },
  holding: { key: "Shift+H", section: "screens", words: gettext("the holding card") },
  black: { key: "Shift+B", section: "screens", words: gettext("black") },
  preset: { key: "o", section: "screens", words: gettext("what the rules do now") },
  pause: { key: "Shift+P", section: "screens", words: gettext("pause the floor, or open it again") },
  next: { key: "j", section: "moving", words: gettext("next post"), always: "ArrowDown", repeats: true },
  previous: { key: "k", section: "moving", words: gettext("post before"), always: "ArrowUp", repeats: true },
  forward: { key: "f", section: "moving", words: gettext("a page of posts on"), always: "PageDown", repeats: true },
  backward: { key: "p", section: "moving", words: gettext("a page of posts back"), always: "PageUp", repeats: true },
  prefix: { key: "g", section: "moving", words: gettext("go to, then one of these:") },
  queue: { key: "q", section: "moving", words: gettext("queue"), place: "/console?list=queue" },
  held: { key: "h", section: "moving", words: gettext("held"), place: "/console?list=held" },
  live: { key: "l", section: "moving", words: gettext("on the wall"), place: "/console?list=live" },
  rejected: { key: "r", section: "moving", words: gettext("not shown"), place: "/console?list=rejected" },
  record: { key: "d", section: "moving", words: gettext("the record of all decisions"), place: "/console/record" },
  people: { key: "p", section: "moving", words: gettext("who is signed in; sign out"), place: "/console/people" },
  screens: { key: "s", section: "moving", words: gettext("the screens"), place: "/console/screens" },
  pulse: { key: "v", section: "moving", words: gettext("how the server does"), place: "/console/pulse" },
  message: { key: "t", section: "moving", words: gettext("a line to the stage of the hall") },
  rules: { key: "u", section: "moving", words: gettext("the rules"), place: "/console/rules" },
  search: { key: "/", section: "moving", words: gettext("search this list") },
  back: {
    key: "Escape",
    section: "moving",
    words: gettext("end the search, close a box"),
    isFixed: true,
    always: "Escape",
  },
  help: { key: "?", section: "moving", words: gettext("this page") },
};

/** The names of all commands. */
export const NAMES = /** @type {Command[]} */ (Object.keys(COMMANDS));

/**
 * What is known of a command.
 * @param {Command} command
 * @returns {Entry}
 */
export function entryOf(command) {
  return COMMANDS[command];
}
