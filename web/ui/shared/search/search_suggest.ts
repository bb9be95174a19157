// Proposes pages under the search box while one types: the cards of the search
// page in JSON, in the combobox pattern. Within a form that takes a place, it
// proposes places, and the one that is chosen is sent with the form. Without it
// the form still searches.
type Card = { title: string; href?: string; detail?: string };
type Found = { sections?: { blocks?: { cards?: Card[] }[] }[] };

// take sends the form with a place.
function take(form: HTMLFormElement, place: string): void {
  const button = document.createElement("button");
  button.hidden = true;
  button.name = "faire";
  button.value = `choisir:${place}`;
  form.append(button);
  form.requestSubmit(button);
}

function placeOf(card: Card): string {
  return card.href?.match(/\/territoires\/([A-Z]+-?[0-9A-Z]*)$/)?.[1] ?? "";
}

function improve(form: HTMLElement, input: HTMLInputElement, from: string): void {
  const choose = form.dataset.choose !== undefined;
  const list = document.createElement("div");
  list.id = `${input.id}-propositions`;
  list.className = "proposals";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label")?.textContent ?? "");
  list.hidden = true;
  if (choose) input.after(list);
  else form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let cards: Card[] = [];
  let at = -1;
  let asked = 0;

  const show = (next: Card[], chosen = -1): void => {
    cards = next;
    at = chosen;
    list.replaceChildren(...cards.map((card, i) => {
      const option = document.createElement("div");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(i === at));
      option.textContent = card.title;
      const detail = document.createElement("small");
      detail.textContent = card.detail ?? "";
      option.append(detail);
      option.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
      option.addEventListener("click", () => go(card));
      return option;
    }));
    list.hidden = cards.length === 0;
    input.setAttribute("aria-expanded", String(cards.length > 0));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const go = (card?: Card): void => {
    if (choose && card && input.form) take(input.form, placeOf(card));
    else if (card?.href?.startsWith("/")) location.assign(card.href);
  };
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const words = input.value.trim();
    if (words.length < 2) return show([]);
    await new Promise((later) => setTimeout(later, 160));
    if (mine !== asked) return;
    const answer = await fetch(`${from}?q=${encodeURIComponent(words)}`).catch(() => undefined);
    if (!answer?.ok || mine !== asked) return;
    const found = (await answer.json()) as Found;
    const all = found.sections?.flatMap((s) => s.blocks ?? []).flatMap((b) => b.cards ?? []) ?? [];
    if (mine === asked) show(all.filter((card) => (choose ? placeOf(card) : card.href)).slice(0, 8));
  };
  input.addEventListener("input", () => void ask());
  input.addEventListener("blur", () => { asked++; show([]); });
  input.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && cards.length > 0) {
      event.preventDefault();
      show(cards, (at + step + cards.length) % cards.length);
    } else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      go(cards[at]);
    }
  });
}

for (const form of document.querySelectorAll<HTMLElement>("[data-suggest]")) {
  const input = form.querySelector<HTMLInputElement>("input[type=search]");
  const from = form.dataset.suggest;
  if (input && from) improve(form, input, from);
}

export {};
