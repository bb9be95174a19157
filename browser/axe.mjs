// Visits every page in a browser and checks what a reader relies on.
//
//   node browser/axe.mjs [COUNTS] http://127.0.0.1:PORT
//
// For each page: axe without violation (WCAG 2.2 AA) in light, dark and 390 px,
// reflow at 320 px, a silent console under the content policy, no request to
// another site, nothing stored, one h1, its language, valid HTML; then unique
// titles, the site without script, the keyboard, the weights that are moved and, with
// VIGIE_WELCOME (see sign.mjs), the back office. COUNTS receives
// "passed failed skipped". VIGIE_LONG checks English and every mode in full;
// without it English pages, and those whose template another route shows (its
// "like"), are not given to axe and to the validator.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { base, compose, launch, pool, routes } from "./chromium.mjs";
import { desk } from "./desk.mjs";
import { keyboard } from "./keyboard.mjs";
import { live } from "./live.mjs";
import { mainLength, scriptless } from "./scriptless.mjs";

const site = base();
const counts = process.argv.length > 3 ? process.argv[2] : null;
const long = Boolean(process.env.VIGIE_LONG);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const validator = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:standard"] }));

let passed = 0;
let failed = 0;
const same = new Map(); // what failed and why → on which pages
const check = (path, what, faults) => {
  if (faults.length === 0) {
    passed++;
    return;
  }
  failed++;
  const more = faults.length > 8 ? [`and ${faults.length - 8} more`] : [];
  const key = [`FAILED ${what}`, ...[...faults.slice(0, 8), ...more].map((f) => `    ${f}`)].join("\n");
  same.set(key, [...(same.get(key) ?? []), path]);
};

/** Violations of the page as it stands, one line each. */
async function violations(page, rules) {
  const found = await page.evaluate(
    ({ tags, rules }) =>
      window.axe.run(document, {
        runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: tags },
        rules: rules ? {} : { "target-size": { enabled: true } },
        resultTypes: ["violations"],
        preload: false,
      }),
    { tags, rules },
  );
  return found.violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} — ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? v.help}`),
  );
}

/** What is wider than a 320 px screen and does not scroll in a box of its own. */
const overflow = () => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= 321) return [];
  const boxed = (e) => {
    for (let p = e.parentElement; p; p = p.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true;
    }
    return false;
  };
  const list = [...document.body.querySelectorAll("*")].filter(
    (e) => !boxed(e) && (e.getBoundingClientRect().right > 321 || e.scrollWidth > 321),
  );
  return [`the page is ${wide} px wide`, ...list.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`)];
};

const structure = ({ lang: expected, frame }) => {
  const faults = [];
  const count = (selector) => document.querySelectorAll(selector).length;
  const landmarks = frame ? [] : ["body > header, body > :first-child header", "body > footer, body > :last-child footer"];
  for (const one of ["h1", "main", ...landmarks]) {
    if (count(one) !== 1) faults.push(`${count(one)} × ${one}, one expected`);
  }
  if (document.documentElement.lang !== expected) faults.push(`lang="${document.documentElement.lang}"`);
  if (!document.title.trim()) faults.push("no title");
  if (localStorage.length + sessionStorage.length > 0) faults.push("the page stores something in the browser");
  if (/\b(NaN|Infinity|undefined|null|%!|<no value>)/.test(document.body.innerText)) faults.push("NaN, undefined or the like is shown");
  return faults;
};

const titles = new Map(); // language and title → paths
const lengths = new Map(); // path → characters of the main text

async function visit(browser, route) {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: route.lang });
  const page = await context.newPage();
  const noise = [];
  const foreign = [];
  const here = site + route.path; // its own 404, when expected, is no noise
  page.on("console", (m) => (m.location().url === here && /status of 4/.test(m.text())) || noise.push(m.text()));
  page.on("pageerror", (e) => noise.push(String(e)));
  page.on("request", (r) => !r.url().startsWith(`${site}/`) && !/^(data|blob):/.test(r.url()) && foreign.push(r.url()));
  page.on("response", (r) => r.url() !== here && r.status() >= 400 && noise.push(`${r.status()} ${r.url()}`));

  const answer = await page.goto(here, { waitUntil: "load" });
  check(route.path, "status", answer.status() === route.status ? [] : [`${answer.status()}, ${route.status} expected`]);
  if (answer.status() !== route.status) return context.close();
  check(route.path, "structure", await page.evaluate(structure, { lang: route.lang, frame: route.path.includes(".embed") }));
  const title = await page.title();
  if (!route.path.includes("?")) { // a query is a state of its page
    const key = `${route.lang} « ${title} »`;
    titles.set(key, [...(titles.get(key) ?? []), route.path]);
  }

  lengths.set(route.path, await page.evaluate(mainLength));

  if ((route.lang === "fr" && !route.like) || long) {
    const report = await validator.validateString(await answer.text());
    check(
      route.path,
      "valid HTML",
      report.results.flatMap((r) => r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)),
    );
    await page.evaluate(axe);
    check(route.path, "axe, light", await violations(page));
    await page.emulateMedia({ colorScheme: "dark" });
    check(route.path, "axe, dark", await violations(page, long ? null : ["color-contrast", "link-in-text-block"]));
    await page.setViewportSize({ width: 390, height: 844 });
    check(route.path, "axe, 390 px, dark", await violations(page));
    if (long) {
      await page.emulateMedia({ colorScheme: "light" });
      check(route.path, "axe, 390 px, light", await violations(page));
      await page.emulateMedia({ forcedColors: "active" });
      check(route.path, "axe, forced colours", await violations(page));
      await page.emulateMedia({ forcedColors: "none" });
    }
    await page.setViewportSize({ width: 320, height: 640 });
    check(route.path, "reflow at 320 px", await page.evaluate(overflow));
  }
  check(route.path, "silent console", noise);
  check(route.path, "no request elsewhere, no cookie", [...foreign, ...(await context.cookies()).map((c) => `cookie ${c.name}`)]);
  await context.close();
}

const browser = await launch();
await compose(site);
try {
  await pool(routes, 2, (route) => visit(browser, route).catch((e) => check(route.path, "visit", [String(e)])));
  check(
    "*",
    "unique titles",
    [...titles].filter(([, paths]) => paths.length > 1).map(([title, paths]) => `${title}: ${paths.join(", ")}`),
  );
  await scriptless(browser, site, lengths, check);
  await keyboard(browser, site, check);
  await live(browser, site, check);
  if (process.env.VIGIE_WELCOME) await desk(browser, site, { axe, check, long, overflow, structure, validator, violations });
} finally {
  await browser.close();
}
for (const [text, paths] of same) {
  const [what, ...faults] = text.split("\n");
  const more = paths.length > 6 ? ` and ${paths.length - 6} more` : "";
  for (const line of [`${what}: ${paths.slice(0, 6).join(" ")}${more}`, ...faults]) console.log(`       ${line}`);
}
if (counts) writeFileSync(counts, `${passed} ${failed} 0\n`);
else console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
