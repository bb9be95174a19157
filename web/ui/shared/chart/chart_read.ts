// Says under a drawing what the mark under the pointer or the focus says, and
// lets the arrow keys walk from one area of a map to the next.
type Mark = { link: SVGAElement; x: number; y: number };

const ways: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function says(target: EventTarget | null): string {
  for (let mark = target as Element | null; mark && mark.localName !== "svg"; mark = mark.parentElement) {
    const title = mark.querySelector(mark.localName === "a" ? "title" : ":scope > title");
    const words = mark.getAttribute("aria-label") ?? title?.textContent;
    if (words) return words;
  }
  return "";
}

function walk(svg: SVGSVGElement): void {
  const links = [...svg.querySelectorAll<SVGAElement>("a[href]")];
  if (links.length < 2) return;
  const hold = (kept: SVGAElement): void => {
    for (const link of links) link.setAttribute("tabindex", link === kept ? "0" : "-1");
  };
  const first = links[0];
  if (first) hold(first);
  const place = (link: SVGAElement): Mark => {
    const box = link.getBoundingClientRect();
    return { link, x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  svg.addEventListener("focusin", (event) => {
    const link = (event.target as Element).closest<SVGAElement>("a[href]");
    if (link) hold(link);
  });
  svg.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    const link = (event.target as Element).closest<SVGAElement>("a[href]");
    if (!way || !link) return;
    event.preventDefault();
    const from = place(link);
    let best: { link: SVGAElement; cost: number } | undefined;
    for (const to of links.filter((other) => other !== link).map(place)) {
      const ahead = (to.x - from.x) * way[0] + (to.y - from.y) * way[1];
      const aside = Math.abs((to.x - from.x) * way[1]) + Math.abs((to.y - from.y) * way[0]);
      if (ahead <= 1) continue;
      const cost = ahead + 2 * aside;
      if (!best || cost < best.cost) best = { link: to.link, cost };
    }
    best?.link.focus();
  });
}

for (const figure of document.querySelectorAll<HTMLElement>("[data-figure]")) {
  const readout = figure.querySelector<HTMLElement>("[data-readout]");
  const show = (event: Event): void => {
    if (readout) readout.textContent = says(event.target);
  };
  for (const svg of figure.querySelectorAll<SVGSVGElement>("svg.vg")) {
    svg.addEventListener("pointerover", show);
    svg.addEventListener("focusin", show);
    if (svg.classList.contains("vg-map")) walk(svg);
  }
}

export {};
