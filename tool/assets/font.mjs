// Writes the web fonts: WOFF2 subsets of Source Serif 4 and Source Sans 3 that
// hold Latin, French typography and tabular figures, and nothing else.
//
//   node tool/assets/font.mjs DIR
//
// Same packages, same bytes. Fails when the set passes its budget.
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import subsetFont from "subset-font";

const resolve = createRequire(import.meta.url).resolve;
const budget = 120_000; // bytes, all fonts of one page
const features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum", "lnum", "frac", "sups", "subs"];

const fonts = [
  ["source-serif-4-semibold", "source-serif", "TTF/SourceSerif4-Semibold.ttf"],
  ["source-sans-3-regular", "source-sans", "TTF/SourceSans3-Regular.ttf"],
  ["source-sans-3-semibold", "source-sans", "TTF/SourceSans3-Semibold.ttf"],
  ["source-sans-3-italic", "source-sans", "TTF/SourceSans3-It.ttf"],
];

const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
const latin = range(0x20, 0x7e) + range(0xa0, 0xff) + "ŒœŸŽžŠšĆćČčĐđĞğİıŁłŃńŐőŞşŢţ";
const signs = "«»‹›’‘“”„…–—−‐‑\u2009\u202f€₂₃²³¹⁰⁴½¼¾‰→←↑↓▲▼·•×÷±≥≤≠≈†‡§¶°№";

const folder = process.argv[2];
if (!folder) {
  console.error("usage : node tool/assets/font.mjs DIR");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
let total = 0;
for (const [name, pkg, file] of fonts) {
  const from = path.join(path.dirname(resolve(`${pkg}/package.json`)), file);
  const data = await subsetFont(await readFile(from), latin + signs, {
    targetFormat: "woff2",
    keepFeatures: features,
    noHinting: true,
  });
  total += data.length;
  const to = path.join(folder, `${name}.woff2`);
  await writeFile(`${to}.part`, data);
  await rename(`${to}.part`, to);
}
for (const [name, pkg] of [["source-serif-4", "source-serif"], ["source-sans-3", "source-sans"]]) {
  const licence = path.join(path.dirname(resolve(`${pkg}/package.json`)), "LICENSE.md");
  await copyFile(licence, path.join(folder, `${name}.OFL.txt`));
}
console.error(`fonts: ${fonts.length} files, ${Math.round(total / 1000)} kB`);
if (total > budget) {
  console.error(`fonts: over the ${budget / 1000} kB budget of a page`);
  process.exit(1);
}
