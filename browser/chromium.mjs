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
