/** The door to the desk: takes the invitation out of the address bar, where it would be seen, kept and shared. */

const field = /** @type {HTMLInputElement} */ (document.getElementById("invitation"));
const secret = decodeURIComponent(location.hash.slice(1));

if (secret) {
  field.value = secret;
  history.replaceState(null, "", location.pathname + location.search);
  /** @type {HTMLElement} */ (document.getElementById("secret")).hidden = true;
  document.getElementById("name")?.focus();
}
