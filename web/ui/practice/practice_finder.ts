// Sends the search when a choice is made, so that the counts follow. Without it
// the buttons do.
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-finder]")) {
  form.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (window.matchMedia("(min-width: 60rem)").matches && field.matches("[type=checkbox], select")) form.requestSubmit();
  });
  // What is empty does not stand in the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}
