// Answers with a passkey: asks the site what to ask, the browser for the answer,
// then sends the form with it. Where a browser has none, the offer stays hidden.
type Ask = (options: never) => Promise<Credential | null>;

const able = typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function answer(form: HTMLFormElement, address: string, field: string, ask: Ask): Promise<void> {
  const failed = form.querySelector<HTMLElement>("[data-failed]");
  const button = form.querySelector("button");
  if (failed) failed.textContent = "";
  if (button) button.disabled = true;
  try {
    const reply = await fetch(address, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (reply.status === 403) return location.reload(); // the page asks who is there
    if (!reply.ok) throw new Error(String(reply.status));
    const given = await ask((await reply.json()).publicKey as never);
    const input = form.querySelector<HTMLInputElement>(`input[name="${field}"]`);
    if (!given || !input) throw new Error("no answer");
    input.value = JSON.stringify((given as PublicKeyCredential).toJSON());
    form.submit();
  } catch {
    if (failed) failed.textContent = failed.dataset.failed ?? "";
    if (button) button.disabled = false;
  }
}

const use: Ask = (options) =>
  navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
const make: Ask = (options) =>
  navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });

if (able) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form, form.dataset.passkey ?? "", "preuve", use);
    });
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey-add]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form, form.dataset.passkeyAdd ?? "", "cle-nouvelle", make);
    });
  }
}

export {};
