// A guide of doc/operate, and somebody who follows it to the letter: what stands
// in bold in its numbered sections is clicked, filled or chosen, in that order
// and nothing else; what is read on a page is quoted in it.
import { readFileSync } from "node:fs";
import { password } from "./sign.mjs";

const folder = new URL("../doc/operate/", import.meta.url);
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const plain = (text) => text.replaceAll("’", "'").replace(/[\s\u00a0\u202f]+/g, " ").trim();

/** What a page writes for these words: with its own spaces and apostrophes. */
const written = (words) => escape(plain(words)).replaceAll("'", "['’]").replaceAll(" ", "[\\s\\u00a0\\u202f]+");

export class Guide {
  constructor(name) {
    this.name = name;
    this.text = readFileSync(new URL(`${name}.md`, folder), "utf8");
    this.fences = [...this.text.matchAll(/^```\w+\n(.*?)^```/gms)].map((m) => m[1]);
    const steps = this.text.split(/^(?=## )/m).filter((part) => /^## \d/.test(part)).join("").replace(/^```.*?^```/gms, "");
    this.labels = [...steps.matchAll(/\*\*(.+?)\*\*/g)].map((m) => plain(m[1]));
    this.at = 0;
  }

  /** Takes the next label of the guide, which must be this one. */
  next(label) {
    const expected = this.labels[this.at++];
    if (plain(label) !== expected) throw new Error(`${this.name}.md says « ${expected ?? "nothing more"} », the walk does « ${label} »`);
  }

  /** Checks that the guide quotes these words. */
  quotes(words) {
    if (!plain(this.text).includes(`« ${plain(words)}`)) throw new Error(`${this.name}.md does not quote « ${words} »`);
  }

  /** The words to be typed, which the guide gives. */
  typed(words) {
    if (!this.text.includes(`\`${words}\``)) throw new Error(`${this.name}.md does not give \`${words}\``);
    return words;
  }

  /** What of the guide was not done. */
  left() {
    return this.labels.slice(this.at).map((label) => `${this.name}.md: « ${label} » was not reached`);
  }
}

/** Somebody at a page, with a guide or, without one, by heart. */
export class Follower {
  constructor(page, guide, look = async () => {}) {
    Object.assign(this, { page, guide, look });
  }

  async open(path) {
    await this.page.goto(path, { waitUntil: "load" });
    await this.look(this);
  }

  field(label, whole = true) {
    const name = new RegExp(`^\\s*${written(label)}\\s*${whole ? "$" : ""}`);
    return this.page.locator("main").getByLabel(name).and(this.page.locator("input, textarea, select")).first();
  }

  /** Fills the field of that label, or chooses a file. */
  async fill(label, value) {
    this.guide?.next(label);
    if (typeof value === "string") await this.field(label).fill(value);
    else await this.field(label).setInputFiles(value);
  }

  async select(label, option) {
    this.guide?.next(label);
    this.guide?.next(option);
    await this.#option(label, option);
  }

  /** Chooses, in a list, what the guide gives to type. */
  async choose(label, typed) {
    this.guide?.next(label);
    await this.#option(label, typed);
  }

  async #option(label, option) {
    const value = await this.field(label).locator("option", { hasText: new RegExp(written(option)) }).first().getAttribute("value");
    await this.field(label).selectOption(value);
  }

  /** Ticks a box or a choice among several. */
  async tick(label) {
    this.guide?.next(label);
    await this.field(label, false).check();
  }

  /** Unfolds what the label hides. */
  async unfold(label) {
    this.guide?.next(label);
    await this.page.locator("summary", { hasText: new RegExp(written(label)) }).click();
  }

  /** Follows a link or presses a button; among several, one within that part. */
  async press(label, within = this.page.locator("body")) {
    this.guide?.next(label);
    const name = new RegExp(`^\\s*${written(label)}\\s*$`);
    const all = within.getByRole("link", { name }).or(within.getByRole("button", { name }));
    const inside = this.page.locator("main").getByRole("link", { name }).or(this.page.locator("main").getByRole("button", { name }));
    await all.first().waitFor({ timeout: 20000 });
    const target = (await inside.and(all).count()) > 0 ? inside.and(all).first() : all.first();
    await this.leave(() => target.click());
    const again = this.page.locator("main form:not([data-passkey]) [name=mot-de-passe]");
    if (/\/confirmer/.test(this.page.url()) || ((await again.count()) === 1 && !/connexion|bienvenue/.test(this.page.url()))) {
      await again.fill(password); // given more than ten minutes ago
      await this.leave(() => again.press("Enter"));
    }
    await this.look(this);
  }

  leave(act) {
    return Promise.all([this.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }), act()]);
  }

  /** Waits for the page to say these words, which the guide quotes. */
  async see(words, wait = 15000) {
    this.guide?.quotes(words);
    await this.page.getByText(new RegExp(written(words))).first().waitFor({ timeout: wait });
  }

  /** Waits for the end of the work whose progress the page shows. */
  async wait(selector, wait = 30000) {
    await this.page.locator(selector).first().waitFor({ timeout: wait });
    await this.page.waitForLoadState("load");
    await this.look(this);
  }
}
