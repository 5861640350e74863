/**
 * The worker of an installed phone, and of a screen. Without a network it gives the page with nothing in it that could be out of date: one
 * writes there, and what is written goes once the network is back. What others said is never shown from memory.
 */

const SHELF = "backchannel";
const SHELL = "/offline";
const PATIENCE_MS = 8000; // a hall's Wi-Fi may take a request and never answer

/** @param {string} html */
const partsOf = (html) => [...new Set(html.match(/\/parcels\/[\w.]+/g) ?? [])];

/** Keeps the shell with its script and style, and nothing older. */
async function keep() {
  const shelf = await caches.open(SHELF);
  const shell = await fetch(SHELL);
  if (!shell.ok) throw new Error(`${SHELL} answers ${shell.status}`);
  const parts = partsOf(await shell.clone().text());
  await shelf.addAll(parts);
  await shelf.put(SHELL, shell);
  for (const { url } of await shelf.keys())
    if (![SHELL, ...parts].includes(new URL(url).pathname)) await shelf.delete(url);
}

/** @param {Response} page that was just given: another one than the shell belongs to tells of a new version */
async function keepUp(page) {
  const known = await Promise.all(partsOf(await page.text()).map((part) => caches.match(part)));
  if (known.some((part) => !part)) await keep();
}

/** @param {FetchEvent} event */
async function page(event) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));
  try {
    const response = /** @type {Response} */ (await Promise.race([fetch(event.request), late]));
    event.waitUntil(keepUp(response.clone()).catch(() => {}));
    return response;
  } catch {
    return (await caches.match(SHELL)) ?? Response.error();
  }
}

/** @param {FetchEvent} event a screen's page: without a network the one that it kept, which fills itself */
async function screenPage(event) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));
  try {
    return /** @type {Response} */ (await Promise.race([fetch(event.request), late]));
  } catch {
    return (await caches.match(event.request.url, { ignoreVary: true })) ?? Response.error();
  }
}

/** @param {URL} address */
function isScreen({ pathname, searchParams }) {
  const isPage = pathname === "/screen" || pathname.startsWith("/screen/");
  return isPage && !searchParams.has("preview") && !searchParams.has("shell");
}

/**
 * @typedef {Event & {waitUntil: (until: Promise<unknown>) => void}} LifeEvent
 * @typedef {LifeEvent & {request: Request, respondWith: (answer: Promise<Response>) => void}} FetchEvent
 */

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", (/** @type {LifeEvent} */ event) =>
  event.waitUntil(keep().then(() => worker.skipWaiting())),
);
worker.addEventListener("activate", (/** @type {LifeEvent} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {FetchEvent} */ event) => {
  const address = new URL(event.request.url);
  const { pathname, origin, searchParams } = address;
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && pathname === "/" && !searchParams.has("kiosk"))
    event.respondWith(page(event));
  else if (event.request.mode === "navigate" && isScreen(address)) event.respondWith(screenPage(event));
  else if (pathname.startsWith("/static/fonts/"))
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) ?? Response.error()));
  else if (pathname.startsWith("/parcels/") || pathname.startsWith("/themes/"))
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
});
