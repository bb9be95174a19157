// Passkeys in a browser, with an authenticator of its own (CDP WebAuthn): adds
// one, signs in with it, confirms with it, and is refused once it was copied.
import { password } from "./sign.mjs";

/** Tries passkeys at the site's name, where they work; recovery is a code that signs in once. */
export async function passkeys(browser, bare, recovery, check) {
  const site = bare.replace("127.0.0.1", "localhost");
  const wrong = [];
  const expect = (what, ok) => ok || wrong.push(`not so: ${what}`);
  const context = await browser.newContext({ reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    page.on("console", (said) => said.type() === "error" && !/status of 40[13]/.test(said.text()) && wrong.push(said.text()));
    page.on("pageerror", (fault) => wrong.push(String(fault)));
    await page.goto(`${site}/connexion?retour=/atelier/compte/cles`);
    await page.fill("[name=courriel]", process.env.VIGIE_MAIL || "helene@exemple.test");
    await page.fill("[name=mot-de-passe]", password);
    await page.press("[name=mot-de-passe]", "Enter");
    await page.waitForURL(/connexion\/code/);
    await page.fill("[name=code]", recovery);
    await page.press("[name=code]", "Enter");
    await page.waitForURL((url) => url.pathname === "/atelier/compte/cles");

    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await page.fill("[name=nom]", "Ordinateur du bureau");
    await page.press("[name=nom]", "Enter");
    await page.waitForSelector("text=Ordinateur du bureau >> visible=true");
    await page.waitForLoadState("networkidle");
    const added = (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
    expect(`one passkey is added, not ${added.length}`, added.length === 1);

    const signIn = async () => {
      await page.waitForLoadState("networkidle");
      await page.goto("about:blank"); // nothing under way brings the session back
      await context.clearCookies();
      await page.goto(`${site}/connexion?retour=/atelier/compte`);
      await page.focus("form[data-passkey] button");
      await page.keyboard.press("Enter");
    };
    await signIn(); // by keyboard, past the second factor
    await page.waitForURL((url) => url.pathname === "/atelier/compte"); // not the same path in the query
    await page.goto(`${site}/atelier/compte/confirmer?retour=/atelier/compte/jetons`);
    await page.click("form[data-passkey] button");
    await page.waitForURL((url) => url.pathname === "/atelier/compte/jetons");

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

    await page.goto(`${bare}/connexion`);
    expect("at 127.0.0.1 none is offered", (await page.locator("form[data-passkey]").count()) === 0);
  } catch (e) {
    wrong.push(String(e).split("\n")[0]);
  }
  check("/connexion/cle", "passkeys", wrong);
  await context.close();
}
