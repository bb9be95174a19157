// The two paths of the case base, as people walk them, without script and on a
// telephone: a mayor goes from her territory to a file of three practices; a
// partner tells a practice by a secret link, it is reviewed and published, and
// the partner corrects it.

const telephone = { javaScriptEnabled: false, viewport: { width: 390, height: 844 }, reducedMotion: "reduce", locale: "fr" };

/** From a territory to the fragile domain, three practices and their PDF. */
export async function mayor(browser, site, look = async () => {}) {
  const context = await browser.newContext(telephone);
  const page = await context.newPage();
  await page.goto(`${site}/territoires/COM-08105`);
  await page.locator("main a[href*='/pratiques/pour?']").first().click();
  await page.waitForURL(/\/pratiques\/pour\?/);
  await look(page, "des pratiques pour un territoire");
  const ticks = page.locator("form[action^='/pratiques/dossier'] input[type=checkbox]");
  const names = [];
  for (let i = 0; i < 3; i++) {
    await ticks.nth(i).check();
    names.push(await ticks.nth(i).getAttribute("value"));
  }
  await page.locator("form[action^='/pratiques/dossier'] button").first().click();
  await page.waitForURL(/\/pratiques\/dossier\?/);
  await look(page, "un dossier");
  const faults = [];
  for (const name of names) {
    if ((await page.locator(`main a[href*='/pratiques/${name}']`).count()) === 0) faults.push(`${name} is not in the file`);
  }
  const printed = await page.locator("main a[href*='.pdf']").first().getAttribute("href");
  const answer = await context.request.get(new URL(printed, site).href, { timeout: 60000 });
  const bytes = await answer.body();
  if (answer.status() !== 200 || bytes.subarray(0, 5).toString() !== "%PDF-" || bytes.length < 20_000) {
    faults.push(`${printed}: ${answer.status()}, ${bytes.length} bytes`);
  }
  await context.close();
  return faults;
}

/**
 * From a secret link to a published practice, and its correction: signed is an
 * editor's context, second another one's, who publishes what the first wrote.
 */
export async function partner(browser, site, signed, second, look = async () => {}) {
  const faults = [];
  const expect = (what, ok) => ok || faults.push(`not so: ${what}`);
  const editor = await signed.newPage();
  const outside = await browser.newContext(telephone);
  const page = await outside.newPage();
  const shown = async (p) => await p.locator("main").innerText();
  const title = "Un garage solidaire à Rethel";

  await editor.goto(`${site}/atelier/pratiques/liens`);
  await editor.fill("[name=libelle]", "Réseau des pays");
  await editor.fill("[name=reseau]", "ANPP");
  await editor.locator("form:has([name=libelle]) button").click();
  const link = (await editor.content()).match(/\/proposer\/[\w-]+/)[0];
  await look(editor, "un lien secret");

  await page.goto(site + link);
  await look(page, "proposer une pratique");
  for (const [name, value] of Object.entries({ nom: "Awa Diallo", courriel: "awa@exemple.test", title, lieu: "Rethel", "consent.by": "Association Rethel Mobile" })) {
    await page.fill(`[name="${name}"]`, value);
  }
  await page.fill("[name=summary]", "Des artisans, la ville et une association réparent des voitures pour ceux qui cherchent un emploi.");
  await page.selectOption("[name='domains.main']", "EMP");
  await page.click("button[value=chercher]");
  await page.click("button[value='choisir:COM-08362']");
  await page.click("button[value=envoyer]");
  expect("what lacks an agreement is not taken", (await page.locator("[data-faults]").count()) === 1 && (await page.inputValue("[name=title]")) === title);
  await page.check("[name=accord]");
  await page.click("button[value=envoyer]");
  expect("the practice is received", page.url() !== site + link);
  await look(page, "une pratique reçue");

  await editor.goto(`${site}/atelier/pratiques`);
  await editor.getByText(title).first().click();
  await look(editor, "une fiche proposée");
  await editor.locator("main a[href*='annoter=summary']").click();
  const note = editor.locator("form[action$='/annoter']:has([name=champ][value=summary])");
  await note.locator("textarea").fill("Depuis quand ?");
  await note.locator("button").click();
  await editor.click("form[action$='/relire'] button");
  await editor.click("form[action$='/publier'] button");
  const address = await editor.locator("main a[href^='/pratiques/']").first().getAttribute("href");

  await page.goto(site + address);
  expect("the practice is public", (await page.title()).startsWith(title));
  await look(page, "une pratique publiée");
  await page.click("main a[href$='/correction']");
  await look(page, "proposer une correction");
  await page.fill("[name=start_year]", "2021");
  await page.fill("[name=nom]", "Awa Diallo");
  await page.locator("form:has([name=start_year]) button[type=submit]").last().click();
  await look(page, "une correction reçue");

  await editor.goto(`${site}/atelier/pratiques`);
  await editor.getByText(title).first().click();
  await editor.locator("main a[href*='/corrections/']").first().click();
  await look(editor, "une correction à examiner");
  await editor.getByLabel("Prendre ce qui est proposé").check();
  await editor.getByRole("button", { name: "Reprendre dans la fiche" }).click();
  await look(editor, "une correction reprise");
  expect("who wrote a version does not publish it", (await editor.locator("form[action$='/publier'] button").count()) === 0);
  const other = await second.newPage();
  await other.goto(editor.url());
  await other.click("form[action$='/publier'] button");
  await other.close();
  for (let i = 0; i < 10; i++) {
    await page.goto(site + address); // a page may be a second old
    if (/2021/.test(await shown(page))) break;
    await page.waitForTimeout(500);
  }
  expect("the correction is public", /2021/.test(await shown(page)));
  await editor.close();
  await outside.close();
  return faults;
}
