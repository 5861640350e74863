// Node.js before 20.19 takes the pages' modules for CommonJS, because no package.json lies beside them.
// Remove this when Debian 12 is no longer supported; its Node.js is 18.
import { register } from "node:module";

const load = `export async function load(url, context, next) {
  return next(url, url.includes("/static/js/") ? { ...context, format: "module" } : context);
}`;

if (!("require_module" in process.features)) {
  register(`data:text/javascript,${encodeURIComponent(load)}`);
}
