// The site without JavaScript: the same text, and a search that answers.
import { pool, routes } from "./chromium.mjs";

/** An expression, so that a page without script can answer it too. */
export const mainLength = "document.querySelector('main')?.innerText.replace(/\\s+/g, ' ').trim().length ?? 0";

/** Compares each French page with its length with script, then searches from home. */
export async function scriptless(browser, site, lengths, check) {
  const plain = await browser.newContext({ javaScriptEnabled: false });
  await pool(routes.filter((r) => r.lang === "fr" && r.status === 200 && lengths.has(r.path)), 2, async ({ path }) => {
    const page = await plain.newPage();
    const full = lengths.get(path);
    let faults;
    try {
      await page.goto(site + path, { waitUntil: "load" });
      const without = await page.evaluate(mainLength);
      faults = without >= 0.9 * full && without > 0 ? [] : [`${without} characters without script, ${full} with`];
    } catch (e) {
      faults = [String(e).split("\n")[0]];
    }
    await page.close();
    check(path, "complete without script", faults);
  });

  const page = await plain.newPage();
  const faults = [];
  try {
    await page.goto(`${site}/`);
    await page.fill("form [name=q]", "charleville", { timeout: 5000 });
    await page.press("form [name=q]", "Enter");
    await page.waitForURL(/recherche\?|territoires\//, { timeout: 5000 });
    if (!/Charleville/.test(await page.content())) faults.push("Charleville-Mézières is not in the answer");
  } catch (e) {
    faults.push(String(e).split("\n")[0]);
  }
  check("/", "search without script", faults);
  await plain.close();
}
