// Makes the columns of a table with data-sort sortable. Numbers come from
// data-v, never from French text; cells without number stay at the end.
const french = new Intl.Collator(document.documentElement.lang);

export function sort(table: HTMLTableElement, column: number, down: boolean): void {
  const body = table.tBodies[0];
  if (!body) return;
  const rank = (row: HTMLTableRowElement): [number, string] => {
    const cell = row.cells[column];
    const v = cell?.dataset.v;
    return [v === undefined ? NaN : Number(v), cell?.textContent?.trim() ?? ""];
  };
  const rows = [...body.rows].map((row) => ({ row, key: rank(row) }));
  const numeric = rows.some(({ key }) => !Number.isNaN(key[0]));
  const sign = down ? -1 : 1;
  rows.sort((a, b) => {
    if (!numeric) return sign * french.compare(a.key[1], b.key[1]);
    const gapA = Number.isNaN(a.key[0]);
    const gapB = Number.isNaN(b.key[0]);
    if (gapA || gapB) return Number(gapA) - Number(gapB);
    return sign * (a.key[0] - b.key[0]);
  });
  body.append(...rows.map(({ row }) => row));
}

function improve(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const say = document.createElement("p");
  say.className = "hidden";
  say.setAttribute("role", "status");
  say.dataset.own = ""; // no part of what the server sent
  table.parentElement?.after(say);
  heads.forEach((head, column) => {
    const label = head.textContent?.trim() ?? "";
    if (label === "") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = label;
    button.title = (table.dataset.sortLabel ?? "").replace("%s", label);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(table, column, down);
      say.textContent = (table.dataset.sortDone ?? "").replace("%s", label);
    });
  });
}

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sort]")) improve(table);
