// The people of an observatory at their first day, from doc/operate alone: the
// administrator invites, an analyst goes from a file to a proposed edition, a
// publisher approves it, an editor corrects, and the public reads a figure back
// to the line of its file.
import { readFileSync } from "node:fs";
import { Follower, Guide } from "./guide.mjs";
import { code, password } from "./sign.mjs";

const exercise = readFileSync(new URL("../doc/operate/analyst/mediatheques-exercice.csv", import.meta.url), "utf8");
const file = (text) => ({ name: "mediatheques-exercice.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
const analystRole = "Analyste : sources, données, calculs, propose les éditions";
const others = [
  ["claire@exemple.test", "Claire Duval", "Responsable de publication : approuve ce qu’un autre propose"],
  ["jeanne@exemple.test", "Jeanne Martin", "Éditeur : écrit textes, publications et errata"],
];

/** Invites somebody; returns the path of the link to hand over. */
async function invite(at, mail, name, role) {
  await at.press("Personnes");
  await at.press("Inviter une personne");
  await at.fill("Adresse de courriel", mail);
  await at.fill("Prénom et nom", name);
  await at.select("Rôle", role);
  await at.press("Inviter");
  const link = await at.page.locator(".desk-code").first().textContent();
  if (at.guide) await at.see("Compte ouvert");
  await at.press("C’est copié");
  return new URL(link.trim(), at.page.url()).pathname;
}

/** Takes the account of a link, as account.md says. */
async function welcome(at, link) {
  await at.open(link);
  if (at.guide) await at.see("Bienvenue");
  await at.fill("Prénom et nom", await at.field("Prénom et nom").inputValue());
  await at.fill("Nouveau mot de passe", password);
  await at.fill("Le même, encore une fois", password);
  await at.press("Ouvrir mon compte");
}

async function factor(at) {
  const key = await at.page.inputValue("[name=cle]");
  await at.fill("Code", code(key));
  await at.press("Poser le second facteur");
  if (at.guide) await at.see("Codes de secours");
  await at.press("Je les ai gardés");
  return key;
}

async function account(at, link) {
  await welcome(at, link);
  await at.press("Votre compte", at.page.locator(".desk-menu"));
  await at.press("Second facteur");
  const key = await factor(at);
  await at.press("Se déconnecter");
  await at.open("/atelier");
  await at.fill("Adresse de courriel", "karim@exemple.test");
  await at.fill("Mot de passe", password);
  await at.press("Se connecter");
  await at.fill("Code", code(key, Date.now() + 30000)); // the next one: this one has been used
  await at.press("Se connecter");
  await at.see("Accueil de l’atelier");
}

/** Sends a file and waits for what was read of it. */
async function send(at, text, remark) {
  await at.press("Envois", at.page.locator(".desk-menu"));
  await at.press("Envoyer un fichier");
  await at.fill("Fichier", file(text));
  if (remark) await at.fill("Remarque (facultatif)", remark);
  await at.press("Envoyer");
  await at.wait(".delivery-verdict");
}

async function analyst(at) {
  await at.open("/atelier");
  await send(at, exercise, "Exercice : une première lecture.");
  await at.see("Aucune description ne reconnaît ce fichier.");
  await at.see("Colonnes reconnues");
  await at.press("Relire la description proposée");
  await at.see("à vérifier");
  await at.fill("Description (TOML)", at.guide.fences[0]);
  await at.tick("Garder la description, et relire le fichier avec elle");
  await at.press("Continuer");
  await at.wait(".delivery-verdict");
  await at.see("Ce fichier ne peut pas être gardé tel quel");
  await at.see("Ce qui empêche de le garder");
  await at.page.locator("mark", { hasText: at.guide.typed("1O,4") }).waitFor({ timeout: 15000 });
  await at.press("Écarter cet envoi");
  await send(at, exercise.replace("1O,4", at.guide.typed("10,4")));
  await at.see("Lu par la description « mediatheques_exercice ».");
  await at.see("Le fichier se lit : 101 observations, une série, 101 territoires, 2024.");
  await at.see("Premières observations lues");
  await at.see("Compte des lignes");
  await at.press("Garder : en faire un jeu de données");
  await at.wait("main a[href*='/atelier/jeux/']");
  await at.press("Voir le jeu de données");

  await at.press("Spécifications", at.page.locator(".desk-menu"));
  await at.see("celle qui est calculée");
  await at.press("En faire un brouillon", at.page.locator("tr", { has: at.page.locator(".badge-good") }));
  const draft = new URL(at.page.url()).pathname;
  await at.unfold("Poids, méthodes, indicateurs");
  await at.fill("Version", at.guide.typed("2026.1, médiathèques"));
  await at.see("Indicateurs retenus");
  await at.tick("Inscrits en médiathèque (exercice)");
  await at.press("Récrire le texte");
  await at.press("Essayer sur les données");
  await at.open(draft);
  await at.press("Effet sur l’édition publique");
  await at.press("Mesurer l’effet");
  await at.wait("#partie");
  if (/Aucune page de territoire ne changerait/.test(await at.page.locator("main").innerText())) throw new Error("the effect of a new indicator is none");
  await at.open(draft);
  await at.press("Retenir");
  await at.press("Calculer l’indice");
  await at.wait(".desk-main:not(:has(.desk-progress)) .badge-good", 60000);
  await at.see("à jour");

  await at.press("Éditions", at.page.locator(".desk-menu"));
  await at.press("Composer une édition");
  await at.see("Ce qui change depuis l’édition 2026-1");
  await at.see("Contenu");
  await at.fill("À qui l’approuvera", "Les médiathèques entrent dans le domaine Culture.");
  await at.press("Proposer l’édition");
  await at.wait(".desk-main:not(:has(.desk-progress)) .badge-wait", 60000);
  await at.see("proposée");
}

async function publisher(at) {
  await at.open("/atelier");
  await at.see("Ce qui vous attend");
  await at.press("Édition 2026-2, proposée par Karim Benali : à approuver ou à refuser");
  await at.see("Ce qui change");
  await at.press("Voir comme le public la verra");
  await at.see("ces pages ne sont pas publiques");
  await at.press("Revenir à l’édition");
  await at.press("Approuver l’édition");
  await at.see("L’édition 2026-2 est publique.");
  await at.press("Voir l’édition publique");
}

async function editor(at) {
  await at.open("/atelier");
  await at.press("Publications et chiffres");
  await at.press("Publications");
  await at.press("Ajouter une ligne");
  await at.choose("Programme", at.guide.typed("IMPACT"));
  await at.fill("Titre", at.guide.typed("Carnet d’exercice"));
  await at.select("Genre", "Note");
  await at.fill("Date", at.guide.typed("2026-11"));
  await at.fill("Public ou territoire", at.guide.typed("Départements"));
  await at.fill("Source", at.guide.typed("https://exemple.fr/carnet"));
  await at.press("Enregistrer");
  await at.see("La ligne est gardée.");

  await at.press("Publications et chiffres");
  await at.press("Rencontres");
  await at.press("Ajouter une ligne");
  await at.fill("Identifiant", at.guide.typed("atelier-exercice"));
  await at.choose("Programme", at.guide.typed("Impacts & Trajectoires"));
  await at.choose("Genre", at.guide.typed("Atelier entre pairs"));
  await at.fill("Date", at.guide.typed("2026-12-10"));
  await at.fill("Titre français", at.guide.typed("Atelier d’exercice"));
  await at.fill("Lieu", at.guide.typed("Charleville-Mézières"));
  await at.fill("Qui y prend part", at.guide.typed("local_authority+association"));
  await at.fill("Études présentées", at.guide.typed("IT-Elus-locaux-2024"));
  await at.select("Statut", "de l’observatoire");
  await at.fill("Source", at.guide.typed("https://exemple.fr/atelier"));
  await at.press("Enregistrer");
  await at.see("La ligne est gardée.");

  await at.press("Listes de référence");
  await at.press("Publics");
  await at.press("Modifier");
  const text = await at.field("Texte de la liste (csv)").inputValue();
  await at.fill("Texte de la liste (csv)", `${text.trimEnd()}\n${at.guide.fences[0]}`);
  await at.press("Voir ce qui change");
  await at.press("Garder cette version");
  await at.see("Elle vaut pour la prochaine édition.");

  await at.press("Éditions", at.page.locator(".desk-menu"));
  await at.press("2026-2");
  await at.fill("Erratum, en français", at.guide.typed("Les chiffres des médiathèques sont ceux d’un exercice : ne les citez pas."));
  await at.fill("Erratum, en anglais", at.guide.typed("The library figures are those of an exercise: do not quote them."));
  await at.press("Publier l’erratum");

  await at.press("Site public");
  await at.open(at.guide.typed("/territoires/REG-44"));
  await at.press("Le rapport");
  at.guide.next("Télécharger en PDF");
  const href = await at.page.getByRole("link", { name: "Télécharger en PDF" }).first().getAttribute("href");
  for (let left = 20; ; left--) {
    const pdf = await at.page.request.get(new URL(href, at.page.url()).href, { timeout: 60000 });
    if ((await pdf.body()).subarray(0, 5).equals(Buffer.from("%PDF-"))) return;
    if (pdf.status() !== 503 || left === 0) throw new Error(`${href} is no PDF: ${pdf.status()}`);
    await at.page.waitForTimeout(1000); // others are being printed
  }
}

/** A figure of the new edition, read back to the line of the file by anybody. */
async function reader(at) {
  await at.open("/domaines/CUL");
  await at.page.getByText(/Inscrits en médiathèque/).first().waitFor({ timeout: 15000 });
  await at.open("/indicateurs/cul_library_members");
  await at.page.getByText(/Erratum du/).first().waitFor({ timeout: 15000 });
  await at.open("/provenance/cul_library_members/DEP-08/2024");
  await at.page.getByText(/mediatheques-exercice\.csv/).first().waitFor({ timeout: 15000 });
  const line = exercise.split("\n").find((one) => one.startsWith("08;"));
  await at.page.getByText(line.split(";").at(-1)).first().waitFor({ timeout: 15000 });
}

/**
 * Follows every guide on a site whose first administrator is signed in there.
 * look is given each page that somebody comes to.
 */
export async function follow(browser, site, administrator, check, look) {
  const as = async (name, context, guide) => {
    context ??= await browser.newContext({ baseURL: site, reducedMotion: "reduce" });
    const page = await context.newPage();
    let n = 0;
    const at = new Follower(page, guide, () => look(page, `${name}-${String(++n).padStart(2, "0")}`));
    page.on("console", (said) => said.type() === "error" && check(name, "silent console", [said.text()]));
    page.on("pageerror", (e) => check(name, "silent console", [String(e)]));
    return at;
  };
  const done = async (name, at, what) => {
    const faults = [];
    try {
      await what(at);
      faults.push(...at.guide.left());
    } catch (e) {
      faults.push(`${new URL(at.page.url()).pathname}: ${String(e).split("\n")[0]}`, await at.page.locator("h1").first().innerText().catch(() => ""));
    }
    check(`doc/operate/${name}.md`, "followed to the letter", faults);
    await at.page.close();
    return faults.length === 0;
  };
  let links = [];
  const boss = await as("administrateur", administrator, new Guide("administrator"));
  if (!(await done("administrator", boss, async (at) => {
    await at.open(`${site}/atelier`);
    links.push(await invite(at, "karim@exemple.test", "Karim Benali", analystRole));
    at.look = async () => {};
    const heart = new Follower(at.page, null);
    for (const one of others) links.push(await invite(heart, ...one));
  }))) return;

  const karim = await as("compte", null, new Guide("account"));
  const seat = karim.page.context();
  if (!(await done("account", karim, (at) => account(at, links[0])))) return;
  if (!(await done("analyst", await as("analyste", seat, new Guide("analyst")), analyst))) return;
  await seat.close();

  const claire = await as("publication", null, null);
  await welcome(claire, links[1]);
  await factor(claire);
  claire.guide = new Guide("publisher");
  if (!(await done("publisher", claire, publisher))) return;
  const jeanne = await as("redaction", null, null);
  await welcome(jeanne, links[2]);
  jeanne.guide = new Guide("editor");
  if (!(await done("editor", jeanne, editor))) return;
  const public_ = await as("public", null, { left: () => [] });
  await done("analyst", public_, reader);
  await Promise.all([claire, jeanne, public_].map((one) => one.page.context().close()));
}
