// The site by keyboard alone: the skip link first, a visible focus everywhere,
// no trap, and a map whose places can be reached.

const limit = 800; // presses before calling it a trap

/** The element in focus: where it is, whether it can be seen. */
const focused = () => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const name = `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""} « ${(e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 40)} »`;
  return {
    name,
    href: e.getAttribute("href"),
    onMap: Boolean(e.closest("svg, [data-map], figure")),
    visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
};

/** Focusable elements that look the same with and without the focus. */
const unmarked = () => {
  const look = (e) => {
    const parts = [e, e.parentElement, e.firstElementChild].filter(Boolean);
    return parts
      .map((p) => {
        const s = getComputedStyle(p);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.textDecoration, s.stroke, s.strokeWidth].join();
      })
      .join("|");
  };
  const list = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((e) => e.checkVisibility() && e.getClientRects().length > 0);
  const every = Math.max(1, Math.floor(list.length / 150));
  return list
    .filter((_, i) => i % every === 0)
    .filter((e) => {
      e.focus({ preventScroll: true });
      const with_ = look(e);
      e.blur();
      return with_ === look(e);
    })
    .map((e) => `${e.tagName.toLowerCase()} « ${(e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 40)} »`);
};

/** Walks the page as it stands with the Tab key. */
export async function walk(page, path, check) {
  const faults = [];
  await page.keyboard.press("Tab");
  const first = await page.evaluate(focused);
  if (!first?.href?.startsWith("#")) faults.push(`first stop: ${first?.name ?? "none"}, a skip link expected`);
  else if (!first.visible) faults.push("the skip link is not visible when it has the focus");
  let onMap = 0;
  let hidden = 0;
  let stops = 1;
  for (let last = first; last && stops < limit; stops++) {
    await page.keyboard.press("Tab");
    last = await page.evaluate(focused);
    if (last?.onMap) onMap++;
    if (last && !last.visible && hidden++ < 5) faults.push(`not visible with the focus: ${last.name}`);
  }
  if (stops >= limit) faults.push(`more than ${limit} stops: a trap, or too many`);
  if (path === "/" && onMap === 0) faults.push("no stop on the map or its list");
  check(path, "keyboard order", faults);
  await page.keyboard.press("Tab");
  check(path, "focus is marked", await page.evaluate(unmarked));

  await page.goto(page.url());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate("Boolean(document.activeElement?.closest('main, footer'))");
  check(path, "the skip link leads to the content", inside ? [] : ["the next stop is outside main"]);
}

/** Walks home, a territory page and the weights with the Tab key. */
export async function keyboard(browser, site, check) {
  for (const path of ["/", "/territoires/DEP-08", "/ponderation?EMP=3"]) {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    try {
      await page.goto(site + path);
      await walk(page, path, check);
    } catch (e) {
      check(path, "keyboard", [String(e).split("\n")[0]]);
    }
    await context.close();
  }
}
