// Opens the tables behind the figures while the page is printed.
const opened: HTMLDetailsElement[] = [];

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-print]:not([open])")) {
    details.open = true;
    opened.push(details);
  }
});

addEventListener("afterprint", () => {
  for (const details of opened.splice(0)) details.open = false;
});

export {};
