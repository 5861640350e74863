/** @typedef {import("../../../../static/js/console/record/lines.js").Line} Line */

/**
 * A line of the record: a rejection of Jo's that can be taken back.
 * @param {Partial<Line>} [more]
 * @returns {Line}
 */
export function line(more = {}) {
  return {
    key: "x:1",
    version: 2,
    verb: "reject",
    before: "queued",
    after: "rejected",
    by: "Jo",
    reason: "",
    halls: null,
    at: "2026-11-17T14:31:47.25Z",
    act: "",
    together: 1,
    standing: 1,
    later: null,
    reverse: { verb: "restore", reason: "", halls: null },
    post: { network: "x", version: 2, text: "Pass your certificate", language: "en", author: { name: "CertFast" } },
    ...more,
  };
}

/** @type {import("../../../../static/js/console/record/words.js").Names} */
export const names = {
  halls: new Map([
    ["main", "Main hall"],
    ["foyer", "Foyer"],
  ]),
  reasons: new Map([
    ["spam", "Advertising or spam"],
    ["attack", "Attacks a person"],
  ]),
  networks: { x: "X" },
  own: { "blocked words": "gesperrte Wörter", Muted: "Stumm", "Mute %(who)s": "%(who)s stumm" },
  zone: "Europe/Helsinki",
};
