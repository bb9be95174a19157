// Signs in as the first administrator of an observatory, from the link that
// « vigie user add --admin » wrote, in VIGIE_WELCOME.
import { createHmac } from "node:crypto";

export const password = "violon girafe ardoise 41 marée";

/** The code of a TOTP key at an instant (RFC 6238: SHA-1, 30 s, six digits). */
export function code(key, at = Date.now()) {
  const bits = [...key].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const sum = createHmac("sha1", secret).update(step).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

/**
 * Takes the account of the link and sets its second factor, by keyboard and in
 * the pages' own forms. Returns a context that is signed in. Each step is given
 * to look at, with a name, when look is set.
 */
export async function welcome(browser, site, link, options = {}, look = async () => {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  await page.goto(site + link);
  await look(page, "bienvenue");
  await page.fill("[name=mot-de-passe]", "motdepasse");
  await page.fill("[name=confirmation]", "motdepasse");
  await page.press("[name=confirmation]", "Enter");
  await page.waitForSelector("[data-faults]");
  await look(page, "bienvenue, refusé");
  await page.fill("[name=mot-de-passe]", password);
  await page.fill("[name=confirmation]", password);
  await page.press("[name=confirmation]", "Enter");
  await page.waitForURL(/second-facteur/);
  await look(page, "second facteur à poser");
  await page.fill("[name=code]", code(await page.inputValue("[name=cle]")));
  await page.press("[name=code]", "Enter");
  await page.waitForSelector(".desk-codes");
  await look(page, "codes de secours");
  await page.close();
  return context;
}
