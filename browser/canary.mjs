// Canaries in a browser: every field of every form of the back office, the
// names and the contents of files, filled with text that would run if it were
// ever taken for more; then every page again. The content policy is switched
// off, so that what is seen is the escaping alone. Nothing may run, open a
// dialog, speak in the console, or ask another site for anything.
import { base, launch } from "./chromium.mjs";
import { welcome } from "./sign.mjs";

const canary = `"'><img src=x onerror=canari()><svg onload=canari()></title></textarea><script>canari()</script><a href="javascript:canari()">[l](javascript:canari())`;
const fileName = `"><img src=x onerror=canari()>.csv`;
const file = `code;annee;<img src=x onerror=canari()>\nDEP-01;2024;<script>canari()</script>\n<svg onload=canari()>;Ain;<iframe srcdoc="<script>parent.canari()</script>">\n`;
const mostOfRoute = 2; // pages and forms that are read and sent of one kind of address

// What would end the walk, or takes the account away.
const spared = /\/(deconnexion|effacer|desactiver|sessions|second-facteur.*|cles.*)$/;

/** The kind of an address: what names one object among others left out. */
const kind = (path) =>
  path
    .replace(/\?.*/, "")
    .replace(/^(\/atelier\/(?!compte)[a-z-]+\/)(?!nouvelle|nouveau|envoyer|composer|inviter|verification|examen)[^/]+/, "$1x")
    .replace(/\/\d+(?=\/|$)/g, "/x");

/**
 * Fills a form as it stands; what a browser would ask first of a person is set
 * aside. False when nothing is written in it: a button, a choice.
 */
async function fill(form) {
  const written = await form.evaluate((f, canary) => {
    let written = 0;
    f.noValidate = true;
    for (const field of f.elements) {
      for (const name of ["maxlength", "pattern", "required", "min", "max"]) field.removeAttribute(name);
      if (["email", "number", "date", "datetime-local", "url", "tel", "search"].includes(field.type)) field.type = "text";
      if (field.type === "file" || field.type === "text" || field.type === "textarea") written++;
      if (field.type === "text" || field.type === "textarea") field.value = canary;
      else if (field.type === "checkbox" || field.type === "radio") field.checked = true;
      else if (field.tagName === "SELECT" && field.options.length) field.selectedIndex = field.options.length - 1;
    }
    return written;
  }, canary);
  for (const input of await form.locator("input[type=file]").all()) {
    await input.setInputFiles({ name: fileName, mimeType: "text/csv", buffer: Buffer.from(file) });
  }
  return written > 0;
}

/** Walks from page to page and sends every form; returns what was seen and what is wrong. */
export async function canaries(browser, site, state) {
  const context = await browser.newContext({ storageState: state, bypassCSP: true, reducedMotion: "reduce" });
  const faults = [];
  let here = "";
  const wrong = (what) => faults.push(`${here}: ${what}`);
  await context.exposeFunction("canari", () => wrong("a canary has run"));
  context.setDefaultTimeout(15000);
  const page = await context.newPage();
  page.on("dialog", (d) => (wrong(`a dialog ${d.message()}`), d.dismiss()));
  page.on("pageerror", (e) => wrong(String(e)));
  // A date that is none is shown again in its field, which the browser leaves empty and says so.
  page.on("console", (m) => /status of (4\d\d|503)|^The specified value/.test(m.text()) || wrong(m.text()));
  page.on("request", (r) => !r.url().startsWith(`${site}/`) && !/^(data|blob):/.test(r.url()) && wrong(`asks ${r.url()}`));
  page.on("request", (r) => new URL(r.url()).pathname.endsWith("/x") && wrong(`asks ${r.url()}`));

  const seen = new Set();
  const pages = new Map();
  const sent = new Map(); // those that are buttons too
  let shown = 0;
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1).get(key);

  const look = async () => {
    if ((await page.locator("img[src=x], [onerror], [onload], [srcdoc], [href^='javascript:' i], svg[onload]").count()) > 0) wrong("an element made of text");
    if ((await page.locator("body").innerText()).includes("canari()")) shown++;
    return page.evaluate(() => [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")));
  };
  /** Waits for the work that a form has begun: its page comes again by itself until then. */
  const settled = async () => {
    const works = () => page.evaluate(() => [...document.querySelectorAll("noscript")].some((n) => n.textContent.includes('http-equiv="refresh"')));
    for (let i = 0; i < 12 && (await works()); i++) await page.waitForTimeout(250).then(() => page.reload({ waitUntil: "load" }));
    await look();
  };
  /** Opens a page; false where the address gives a file instead. */
  const open = (address) =>
    page.goto(address, { waitUntil: "load" }).then(
      () => true,
      (fault) => {
        if (String(fault).includes("Download is starting")) return false;
        throw fault;
      },
    );
  /** Reads pages from some addresses on, and sends the forms of those that have any. */
  const walk = async (start, send, seconds) => {
    const queue = [...start];
    const until = performance.now() + 1000 * seconds; // what is left then is not visited, and the counts say so
    for (const path of queue) {
      if (performance.now() > until) break;
      const url = new URL(path, site);
      const at = url.pathname + url.search;
      if (url.origin !== site || !/^\/atelier/.test(at) || /\.(csv|pdf|json|svg)$/.test(url.pathname) || seen.has(at) || count(pages, kind(at)) > mostOfRoute) continue;
      seen.add(at);
      here = at;
      if (!(await open(site + at))) continue;
      queue.push(...(await look()));
      if (!send) continue;
      const actions = await page.evaluate(() => [...document.querySelectorAll("form[method=post]")].map((f) => f.getAttribute("action") ?? ""));
      for (const action of new Set(actions)) {
        const to = new URL(action, site + at).pathname;
        if (spared.test(to) || count(sent, kind(to)) > mostOfRoute) continue;
        here = `${at} → ${to}`;
        await page.goto(site + at, { waitUntil: "load" });
        const form = page.locator(`form[method=post][action="${action}"]`).first();
        if ((await form.count()) === 0) continue; // what was sent before has changed the page
        if (!(await fill(form))) continue;
        await Promise.all([page.waitForNavigation({ waitUntil: "load" }), form.evaluate((f) => HTMLFormElement.prototype.submit.call(f))]);
        queue.push(...(await look()), page.url());
        await settled();
      }
    }
  };
  const start = ["/atelier", "/atelier/livraisons/envoyer", "/atelier/editions/composer", "/atelier/personnes/inviter", "/atelier/pratiques/nouvelle"];
  await walk(start, true, 150);
  const wrote = seen.size;
  seen.clear();
  pages.clear();
  await walk(start, false, 90); // what was written is everywhere by now
  await context.close();
  if (shown < 10 || sent.size < 15) faults.push(`the canary is a text on ${shown} pages, ${sent.size} kinds of forms sent: the walk is lost`);
  return { faults: [...new Set(faults)], said: `${wrote} pages, then ${seen.size}; ${sent.size} kinds of forms; the canary is a text on ${shown}` };
}

if (process.argv[1]?.endsWith("canary.mjs")) {
  const site = base();
  const browser = await launch();
  const start = performance.now();
  try {
    const context = await welcome(browser, site, process.env.VIGIE_WELCOME);
    const { faults, said } = await canaries(browser, site, await context.storageState());
    console.log(`${said} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    for (const f of faults) console.error(f);
    process.exitCode = faults.length ? 1 : 0;
  } finally {
    await browser.close();
  }
}
