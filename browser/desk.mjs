// The back office in a browser: each page of desk.json as the public pages are
// checked (axe, reflow, HTML, a silent console), by keyboard, a first day from
// the guides, and a day's work without script.
import { readFileSync } from "node:fs";
import { mayor, partner } from "./case.mjs";
import { pool } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";
import { passkeys } from "./passkey.mjs";
import { code, password, welcome } from "./sign.mjs";
import { follow } from "./walk.mjs";

const routes = JSON.parse(readFileSync(new URL("desk.json", import.meta.url), "utf8"));

/** The path with its « * » replaced by the first of the list that stands before it. */
async function found(page, site, path) {
  if (!path.includes("*")) return path;
  const [list, rest] = path.split("*");
  await page.goto(site + list.slice(0, -1));
  return (await page.getAttribute(`tbody a[href^="${list}"]`, "href", { timeout: 5000 })) + rest;
}

async function visit(context, site, route, tools) {
  const { axe, check, long, overflow, structure, validator, violations } = tools;
  const page = await context.newPage();
  const noise = [];
  const here = site + (await found(page, site, route.path));
  page.on("console", (m) => (m.location().url === here && /status of [45]/.test(m.text())) || noise.push(m.text()));
  page.on("pageerror", (e) => noise.push(String(e)));
  page.on("request", (r) => !r.url().startsWith(`${site}/`) && !/^(data|blob):/.test(r.url()) && noise.push(`request to ${r.url()}`));
  const answer = await page.goto(here, { waitUntil: "load" });
  const status = route.status ?? 200;
  check(route.path, "status", answer.status() === status ? [] : [`${answer.status()}, ${status} expected`]);
  check(route.path, "structure", await page.evaluate(structure, { lang: route.path.startsWith("/en/") ? "en" : "fr", frame: false }));
  const report = await validator.validateString(await answer.text());
  check(route.path, "valid HTML", report.results.flatMap((r) => r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)));
  await page.evaluate(axe);
  check(route.path, "axe, light", await violations(page));
  await page.emulateMedia({ colorScheme: "dark" });
  check(route.path, "axe, dark", await violations(page, long ? null : ["color-contrast", "link-in-text-block"]));
  await page.setViewportSize({ width: 390, height: 844 });
  check(route.path, "axe, 390 px, dark", await violations(page));
  await page.setViewportSize({ width: 320, height: 640 });
  check(route.path, "reflow at 320 px", await page.evaluate(overflow));
  check(route.path, "silent console", noise);
  await page.close();
}

/** Signs in, renames oneself, makes a mistake, and leaves, all without script. */
async function scriptless(browser, site, key, check) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const faults = [];
  try {
    await page.goto(`${site}/atelier/compte`);
    await page.fill("[name=courriel]", process.env.VIGIE_MAIL || "helene@exemple.test");
    await page.fill("[name=mot-de-passe]", password);
    await page.press("[name=mot-de-passe]", "Enter");
    await page.waitForURL(/connexion\/code/, { timeout: 10000 });
    await page.fill("[name=code]", code(key, Date.now() + 30000)); // the next one: this one has been used
    await page.press("[name=code]", "Enter");
    await page.waitForURL(/atelier\/compte$/, { timeout: 10000 });
    const name = "form:has([name=langue]) [name=nom]";
    await page.fill(name, "Hélène {Marchal}");
    await page.press(name, "Enter");
    await page.waitForSelector("[data-faults]", { timeout: 10000 });
    if ((await page.inputValue(name)) !== "Hélène {Marchal}") faults.push("what was typed is lost");
    await page.fill(name, "Hélène Marchal-Roy");
    await page.press(name, "Enter");
    await page.waitForSelector(".desk-flash", { timeout: 10000 });
    await page.click("form[action$='/deconnexion'] button");
    await page.waitForURL(/connexion$/, { timeout: 10000 });
    await page.goto(`${site}/atelier`);
    if (!/\/connexion\?/.test(page.url())) faults.push(`after signing out, ${page.url()} is shown`);
  } catch (e) {
    faults.push(String(e).split("\n")[0]);
  }
  check("/atelier", "a day without script", faults);
  await context.close();
}

/** Sends a file of two cases, one refused, and returns the address of its preview. */
async function brought(context, site) {
  const page = await context.newPage();
  await page.goto(`${site}/atelier/pratiques/verser`);
  const text = "Identifiant;Titre;Territoires;Domaines\r\na1;Une épicerie;Bourg-en-Brese;EMP\r\na2;Un garage;;EMP\r\n";
  await page.setInputFiles("[name=fichier]", { name: "fiches.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.click("form[enctype] [type=submit]");
  await page.waitForSelector(".delivery-verdict", { timeout: 60000 });
  const { pathname } = new URL(page.url());
  await page.close();
  return pathname;
}

/** Gives each page of the back office that people come to, in each state, to axe. */
function examiner({ axe, check, violations }) {
  const known = new Set();
  return async (page, name) => {
    const path = new URL(page.url()).pathname;
    if (!/^\/(atelier|bienvenue|connexion)/.test(path) || path.includes("/apercu")) return; // public pages are checked above
    const state = `${path.replace(/[\w-]{20,}/g, "…")} ${await page.locator("h1, h2").allInnerTexts()}`;
    if (known.has(state)) return;
    known.add(state);
    await page.evaluate(axe);
    check(`${name} ${path}`, "axe, light", await violations(page));
  };
}

/** Checks the back office; tools are those of the public pages. */
export async function desk(browser, site, tools) {
  let key = "";
  let recovery = "";
  const look = async (page, name) => {
    if (name === "second facteur à poser") key = await page.inputValue("[name=cle]");
    if (name === "codes de secours") recovery = await page.locator(".desk-codes code").first().innerText();
    if (name !== "bienvenue, refusé" && name !== "codes de secours") return;
    await page.evaluate(tools.axe);
    tools.check(name, "axe, light", await tools.violations(page));
  };
  const signed = await welcome(browser, site, process.env.VIGIE_WELCOME, {}, look);
  const nobody = await browser.newContext({ reducedMotion: "reduce" });
  await brought(signed, site).then((path) => routes.push({ path }, { path: `${path}?voir=nouvelles` }), (e) => tools.check("/atelier/pratiques/verser", "preview", [String(e).split("\n")[0]]));
  await pool(routes, 2, (route) => {
    const context = route.as === "nobody" ? nobody : signed;
    return visit(context, site, route, tools).catch((e) => tools.check(route.path, "visit", [String(e).split("\n")[0]]));
  });
  for (const [context, path] of [[nobody, "/connexion"], [signed, "/atelier/compte"], [signed, "/atelier/compte/jetons"]]) {
    const page = await context.newPage();
    await page.goto(site + path);
    await walk(page, path, tools.check).catch((e) => tools.check(path, "keyboard", [String(e).split("\n")[0]]));
    await page.close();
  }
  const examine = examiner(tools);
  await follow(browser, site, signed, tools.check, examine);
  const said = (e) => [String(e).split("\n")[0]];
  tools.check("/pratiques/pour", "the path of a mayor", await mayor(browser, site).catch(said));
  const second = await welcome(browser, site, process.env.VIGIE_SECOND);
  tools.check("/proposer", "the path of a partner", await partner(browser, site, signed, second, examine).catch(said));
  await second.close();
  await scriptless(browser, site, key, tools.check);
  if (process.env.VIGIE_LONG) await passkeys(browser, site, recovery, tools.check); // last: a new key ends the other sessions
  await nobody.close();
  await signed.close();
}
