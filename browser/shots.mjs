// Draws every page in every mode into contact sheets for a person to look at.
//
//   node browser/shots.mjs [PART] http://127.0.0.1:PORT
//
// build/shots/MODE/ holds each page whole, build/shots/MODE-N.png eight pages a
// sheet. PART keeps the routes whose path contains it.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { base, compose, launch, pool, routes } from "./chromium.mjs";

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

rmSync(folder, { recursive: true, force: true });
const browser = await launch();
await compose(site);
try {
  for (const mode of modes) {
    mkdirSync(path.join(folder, mode.name), { recursive: true });
    await draw(browser, mode);
    await sheets(browser, mode);
    console.log(`${mode.name}: ${wanted.length} pages`);
  }
  console.log(`look at ${folder}/*.png`);
} finally {
  await browser.close();
}
