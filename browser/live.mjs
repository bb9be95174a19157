// The page where the reader moves the weights: how long a change takes from
// the input to the repaint, and that what then stands there is the very page
// of that address.

/** One weight set as a slider sets it; the ms to the repaint of what was taken over. */
const move = ({ name, value }) =>
  new Promise((done) => {
    const input = document.querySelector(`form[data-live] [name="${name}"]`);
    const slider = input.parentElement.querySelector("[data-slider]");
    const main = document.querySelector("main"); // the shares beside the numbers change at each move
    const start = performance.now();
    const seen = new MutationObserver(() => {
      seen.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel(); // its task comes after the paint of this frame
        after.port1.onmessage = () => done(performance.now() - start);
        after.port2.postMessage(null);
      });
    });
    seen.observe(main, { subtree: true, attributes: true, childList: true, characterData: true });
    slider.value = value;
    slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });

/** Milliseconds from input to repaint, for so many moves of the weights. */
export async function moves(page, site, count) {
  await page.goto(`${site}/ponderation`, { waitUntil: "networkidle" });
  const names = await page.$$eval("form[data-live] .field-number input[name]", (all) => all.map((e) => e.name));
  const times = [];
  for (let i = 0; i < count; i++) {
    const name = names[i % names.length];
    times.push(await page.evaluate(move, { name, value: String([4, 2.5, 0, 3][Math.floor(i / names.length) % 4]) }));
    await page.waitForTimeout(30); // the answer is shown whole, its address set
  }
  return times;
}

/** What a reader sees of the page: its text, its map, its links. */
const seen = () => ({
  text: document.querySelector("main").innerText.replace(/\s+/g, " "),
  map: [...document.querySelectorAll("#carte svg path")].map((p) => `${p.getAttribute("class")} ${p.getAttribute("fill")} ${p.querySelector("title")?.textContent}`).join("\n"),
  links: [...document.querySelectorAll("main a[href], .switch, .foot-permanent a")].map((a) => a.getAttribute("href")).join("\n"),
});

/** Moves weights by slider, by keyboard and with words that are no number. */
export async function live(browser, site, check) {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  const path = "/ponderation";
  const faults = [];
  try {
    const published = (await page.goto(site + path), await page.evaluate(seen));
    await moves(page, site, 6);
    await page.locator("form[data-live] [name=SEC]").focus();
    await page.keyboard.press("ArrowUp");
    await page.waitForURL(/SEC=2/, { timeout: 5000 });
    const here = await page.evaluate(seen);
    const address = page.url();
    if (here.map === published.map) faults.push("the map does not change");
    await page.goto(address, { waitUntil: "load" });
    const there = await page.evaluate(seen);
    for (const part of Object.keys(here)) if (here[part] !== there[part]) faults.push(`the ${part} differs from that of ${address}`);
    check(path, "answered at once, as its address answers", faults);

    const head = page.locator("#mouvements thead button").first();
    await head.click();
    await page.locator("form[data-live] [name=SEC]").fill("3");
    await page.waitForURL(/SEC=3/, { timeout: 5000 });
    const names = await page.$$eval("#mouvements tbody th", (all) => all.map((e) => e.textContent));
    const sorted = [...names].sort(new Intl.Collator("fr").compare);
    check(path, "a table stays as the reader sorted it", names.join() === sorted.join() && names.length > 3 ? [] : [names.join()]);

    await page.locator("form[data-live] [name=SEC]").fill("-1");
    await page.locator(".form-status", { hasText: "Sécurité" }).waitFor({ timeout: 5000 });
    check(path, "a weight refused is told on the page", (await page.locator("#carte").count()) === 0 ? [] : ["the map is still there"]);
  } catch (e) {
    check(path, "live", [String(e).split("\n")[0]]);
  }
  await context.close();

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const bare = await plain.newPage();
  try {
    await bare.goto(site + path);
    await bare.fill("[name=EMP]", "4");
    await bare.click(".form-live button");
    await bare.waitForURL(/EMP=4/, { timeout: 5000 });
    const lead = await bare.evaluate("document.querySelector('.kicker').textContent");
    const slider = await bare.locator("[data-slider]").first().isVisible();
    check(path, "without script, by its button", lead.includes("Votre pondération") && !slider ? [] : [lead, `slider ${slider}`]);
  } catch (e) {
    check(path, "without script, by its button", [String(e).split("\n")[0]]);
  }
  await plain.close();
}
