// Passkeys in a browser, with an authenticator of its own (CDP WebAuthn): adds
// one, signs in with it, confirms with it, and is refused once it was copied.
// Usage: script/with-demo node browser/passkey.mjs
import { base, launch } from "./chromium.mjs";
import { welcome } from "./sign.mjs";

const bare = base();
const site = bare.replace("127.0.0.1", "localhost");
const browser = await launch();
const wrong = [];
const expect = (what, ok) => {
  console.log(`${ok ? "ok" : "WRONG"}  ${what}`);
  if (!ok) wrong.push(what);
};
try {
  const context = await welcome(browser, site, process.env.VIGIE_WELCOME);
  const page = await context.newPage();
  page.on("console", (said) => said.type() === "error" && !/status of 40[13]/.test(said.text()) && wrong.push(said.text()));
  page.on("pageerror", (fault) => wrong.push(String(fault)));
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(`${site}/atelier/compte/cles`);
  if (process.env.VIGIE_SHOT) await page.screenshot({ path: `${process.env.VIGIE_SHOT}/cles.png`, fullPage: true });
  await page.fill("[name=nom]", "Ordinateur du bureau");
  await page.press("[name=nom]", "Enter");
  await page.waitForSelector("text=Ordinateur du bureau >> visible=true");
  expect("a passkey is added", (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length === 1);
  if (process.env.VIGIE_SHOT) await page.screenshot({ path: `${process.env.VIGIE_SHOT}/cles-ajoutee.png`, fullPage: true });

  const signIn = async () => {
    await context.clearCookies();
    await page.goto(`${site}/connexion?retour=/atelier/compte`);
    if (process.env.VIGIE_SHOT) await page.screenshot({ path: `${process.env.VIGIE_SHOT}/connexion.png`, fullPage: true });
    await page.focus("form[data-passkey] button");
    await page.keyboard.press("Enter");
  };
  await signIn();
  await page.waitForURL(/\/atelier\/compte$/);
  expect("it signs in, by keyboard, past the second factor", true);
  await page.goto(`${site}/atelier/compte/confirmer?retour=/atelier/compte/jetons`);
  await page.click("form[data-passkey] button");
  await page.waitForURL(/jetons$/);
  expect("it confirms who is there", true);

  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signIn();
  await page.waitForFunction(() => document.querySelector("form[data-passkey] [data-failed]")?.textContent);
  expect("an authenticator that verifies nobody is told in the page", page.url().includes("/connexion"));
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credentials[0].credentialId });
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
  await signIn();
  await page.waitForSelector("[data-faults]");
  expect("a copy is refused", /copiée/.test(await page.textContent("[data-faults]")));

  const local = await browser.newContext();
  const there = await local.newPage();
  await there.goto(`${bare}/connexion`);
  expect("at 127.0.0.1 none is offered", (await there.locator("form[data-passkey]").count()) === 0);
} finally {
  await browser.close();
}
if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
