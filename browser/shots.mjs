// Draws every page in every mode into contact sheets for a person to look at.
//
//   node browser/shots.mjs [PART] http://127.0.0.1:PORT
//
// build/shots/MODE/ holds each page whole, build/shots/MODE-N.png eight pages a
// sheet. PART keeps the routes whose path contains it. build/shots/desk/ shows,
// in the same modes, a first day in the back office step by step (PART « desk »
// draws it alone).
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { base, compose, launch, pool, routes } from "./chromium.mjs";
import { welcome } from "./sign.mjs";
import { follow } from "./walk.mjs";

const site = base();
const part = process.argv.length > 3 ? process.argv[2] : "";
const folder = path.join("build", "shots");
const tallest = 9000; // px, where a very long page is cut
const modes = [
  { name: "1280-light", width: 1280, media: { colorScheme: "light" } },
  { name: "1280-dark", width: 1280, media: { colorScheme: "dark" } },
  { name: "390-light", width: 390, media: { colorScheme: "light" } },
  { name: "390-dark", width: 390, media: { colorScheme: "dark" } },
  { name: "print", width: 794, media: { media: "print" } },
];
const wanted = routes.filter((r) => r.path.includes(part) && (r.lang === "fr" || part || r.path === "/en"));

const file = (mode, route) => path.join(folder, mode.name, `${route.path.replace(/[^\w-]+/g, "_")}.png`);

async function draw(browser, mode) {
  const context = await browser.newContext({ viewport: { width: mode.width, height: 900 }, reducedMotion: "reduce" });
  await pool(wanted, 2, async (route) => {
    const page = await context.newPage();
    await page.emulateMedia(mode.media);
    await page.goto(site + route.path, { waitUntil: "networkidle" });
    const height = await page.evaluate("document.documentElement.scrollHeight");
    await page.setViewportSize({ width: mode.width, height: Math.min(height, tallest) }); // fullPage repeats the first page of a context
    await page.screenshot({ path: file(mode, route) });
    await page.close();
  });
  await context.close();
}

async function sheets(browser, mode) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1000 } });
  for (let n = 0; n * 8 < wanted.length; n++) {
    const cells = wanted.slice(n * 8, n * 8 + 8).map((route) => {
      const data = readFileSync(file(mode, route)).toString("base64");
      const caption = route.path.replaceAll("&", "&amp;");
      return `<figure><figcaption>${caption}</figcaption><div><img src="data:image/png;base64,${data}"></div></figure>`;
    });
    await page.setContent(`<!doctype html><style>
      body { margin: 12px; display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; background: #777; font: 15px sans-serif }
      figure { margin: 0 } figcaption { color: #fff; padding: 2px } div { max-height: 1100px; overflow: hidden } img { width: 100%; display: block }
      </style>${cells.join("")}`);
    await page.screenshot({ path: path.join(folder, `${mode.name}-${n + 1}.png`), fullPage: true });
  }
  await page.close();
}

/** Draws each page of the back office that the people of the guides come to. */
async function desk(browser) {
  const wrong = [];
  const steps = modes.filter((mode) => mode.name !== "print");
  for (const mode of steps) mkdirSync(path.join(folder, "desk", mode.name), { recursive: true });
  const look = async (page, name) => {
    for (const mode of steps) {
      await page.emulateMedia(mode.media);
      await page.setViewportSize({ width: mode.width, height: 900 });
      await page.screenshot({ path: path.join(folder, "desk", mode.name, `${name}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  const administrator = await welcome(browser, site, process.env.VIGIE_WELCOME, {}, look);
  await follow(browser, site, administrator, (where, what, faults) => wrong.push(...faults.map((f) => `${where}: ${what}: ${f}`)), look);
  await administrator.close();
  if (wrong.length) throw new Error(wrong.join("\n"));
  console.log("desk: a first day, step by step");
}

rmSync(folder, { recursive: true, force: true });
const browser = await launch();
await compose(site);
try {
  if (process.env.VIGIE_WELCOME && (!part || part === "desk")) await desk(browser);
  for (const mode of wanted.length ? modes : []) {
    mkdirSync(path.join(folder, mode.name), { recursive: true });
    await draw(browser, mode);
    await sheets(browser, mode);
    console.log(`${mode.name}: ${wanted.length} pages`);
  }
  console.log(`look at ${folder}/*.png`);
} finally {
  await browser.close();
}
