/** What people call a network, as NETWORK_WORDS in web/cards.py has it for the server's own cards. */

import { gettext } from "../tongue.js";

/** @type {Readonly<Record<string, string>>} those that are not called by their own name */
const WORDS = {
  floor: gettext("Floor"),
  desk: gettext("At the desk"),
  feed: gettext("Blog"),
  webhook: gettext("Chat"),
  sms: "SMS",
  whatsapp: "WhatsApp",
};

/** @param {string} network */
export function networkWord(network) {
  return WORDS[network] ?? network.charAt(0).toUpperCase() + network.slice(1);
}
