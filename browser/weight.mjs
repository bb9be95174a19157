// What the first visit to home costs: the bytes that travel, headers included,
// and the requests that leave for another site.
import { launch } from "./chromium.mjs";

/** Returns {bytes, requests, foreign} for a visit without cache. */
export async function weight(site, path = "/") {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const all = [];
    page.on("request", (r) => all.push(r));
    await page.goto(site + path, { waitUntil: "networkidle" });
    const foreign = all.filter((r) => !r.url().startsWith(`${site}/`) && !/^(data|blob):/.test(r.url()));
    let bytes = 0;
    for (const r of all.filter((r) => !foreign.includes(r) && !/^(data|blob):/.test(r.url()))) {
      const size = await r.sizes();
      bytes += size.responseBodySize + size.responseHeadersSize;
    }
    return { bytes, requests: all.length, foreign: foreign.length };
  } finally {
    await browser.close();
  }
}
