// Answers each change of a form with data-live at once: asks for the page of
// what the form holds, and takes over what differs from this one.
import { sort } from "../table/table_sort";

const others = ["tabindex", "open"]; // set by other scripts and by the reader

function take(here: Element, next: Element): void {
  for (const { name, value } of next.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  for (const name of here.getAttributeNames()) {
    if (!others.includes(name) && !next.hasAttribute(name)) here.removeAttribute(name);
  }
  if (here.localName === "thead") return; // holds the buttons that sort
  const old = [...here.childNodes].filter((node) => !(node instanceof HTMLElement && "own" in node.dataset));
  const nodes = [...next.childNodes];
  nodes.forEach((node, i) => {
    const was = old[i];
    if (!was) here.append(node);
    else if (was.nodeName !== node.nodeName) was.replaceWith(node);
    else if (was instanceof Element) take(was, node as Element);
    else if (was.nodeValue !== node.nodeValue) was.nodeValue = node.nodeValue;
  });
  for (const extra of old.slice(nodes.length)) extra.remove();
}

/** The page of what the form holds, and its one address. */
async function page(form: HTMLFormElement): Promise<{ next: Document; address: string }> {
  const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  const asked = `${form.action}?${query}`;
  try {
    const answer = await fetch(asked, { headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const own = new URL(next.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href ?? asked);
    return { next, address: own.pathname + own.search };
  } catch (fault) {
    location.assign(asked); // the browser tells what is wrong
    throw fault;
  }
}

function show(next: Document): void {
  for (const part of ["title", "main", ".switch", ".foot-permanent"]) {
    const [here, there] = [document.querySelector(part), next.querySelector(part)];
    if (here && there) take(here, there);
  }
  for (const head of document.querySelectorAll<HTMLTableCellElement>("main th[aria-sort]")) {
    const table = head.closest("table");
    if (table) sort(table, head.cellIndex, head.getAttribute("aria-sort") === "descending");
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-live]")) {
  document.documentElement.classList.add("live");
  let asking = false;
  let changed = false;
  const answer = async (): Promise<void> => {
    for (asking = true; changed; ) {
      changed = false;
      const { next, address } = await page(form);
      show(next);
      history.replaceState(null, "", address);
    }
    asking = false;
  };
  const go = async (): Promise<void> => location.assign((await page(form)).address);
  form.addEventListener("input", ({ target }) => {
    const input = target as HTMLInputElement;
    const both = input.closest(".field-number")?.querySelectorAll<HTMLInputElement>("input");
    if (!both) return;
    for (const one of both) if (one !== input) one.value = input.value;
    changed = true;
    if (!asking) void answer();
  });
  form.addEventListener("change", ({ target }) => void ((target as Element).closest(".field-number") ?? go()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void go();
  });
}
