// What every browser script shares: the routes, Debian's chromium, and a pool
// that works on two pages at a time.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

/** The routes of route.json in French, and in English under /en. */
export const routes = JSON.parse(readFileSync(new URL("route.json", import.meta.url), "utf8")).flatMap(
  (route) => [
    { status: 200, ...route, lang: "fr" },
    { status: 200, ...route, lang: "en", path: route.path === "/" ? "/en" : `/en${route.path}` },
  ],
);

/** Starts chromium; CHROMIUM names another program than /usr/bin/chromium. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--hide-scrollbars",
    ],
  });
}

/** Runs work on each item, so many at a time, and waits for all. */
export async function pool(items, size, work) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: size }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** The address of the site to visit: the last argument. */
export function base() {
  const address = process.argv.at(-1);
  if (!/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address)) {
    console.error("the last argument is the address of a local site, such as http://127.0.0.1:8080");
    process.exit(2);
  }
  return address;
}

/**
 * Composes the territory that the routes name, as a reader does with the form:
 * its address is made from its content, so that it is the same everywhere.
 */
export async function compose(site) {
  const form = new FormData();
  form.set("nom", "Pays rethélois");
  form.set("liste", "08105\n08362\n08409\n08490");
  const answer = await fetch(`${site}/territoires/composer`, { method: "POST", body: form, redirect: "manual" });
  const to = answer.headers.get("location");
  if (to !== "/territoires/T-yk17whpmkwag") throw new Error(`the form answers ${answer.status} and leads to ${to}`);
}
