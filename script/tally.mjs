// Counts the tests of `go test -json` read from standard input, shows what
// failed and why something was left out, and writes "passed failed skipped".
//
//   go test -json ./... | node script/tally.mjs COUNTS [--no-skip]
//
// --no-skip: tests left out are not counted (they ran in another pass).
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [file, option] = process.argv.slice(2);
const text = new Map(); // package/test → its output
const reason = new Map(); // why left out → how many
const count = { pass: 0, fail: 0, skip: 0 };
const broken = new Set(); // packages with a failed test
const say = (line) => process.stdout.write(`       ${line}\n`);
const show = (key) => (text.get(key) ?? "").split("\n").filter((l) => l && !l.startsWith("=== ")).slice(-60).forEach(say);

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    say(line); // go itself speaks: a download, a broken go.mod
    continue;
  }
  const { Action: action, Package: pkg, ImportPath: path, Test: test, Output: output } = event;
  const key = test ? `${pkg} ${test}` : (pkg ?? path);
  if (action === "output" || action === "build-output") {
    text.set(key, (text.get(key) ?? "") + output);
  } else if (test && action in count) {
    count[action]++;
    if (action === "fail") {
      broken.add(pkg);
      say(`FAILED ${key} (${event.Elapsed} s)`);
      show(key);
    } else if (action === "skip") {
      const why = (text.get(key) ?? "").split("\n").find((l) => /^\s+\S+\.go:\d+: /.test(l));
      const words = (why ?? "no reason given").replace(/^\s+\S+\.go:\d+: /, "").trim();
      reason.set(words, (reason.get(words) ?? 0) + 1);
    }
    if (action !== "fail") text.delete(key);
  } else if (action === "fail" && !test && !broken.has(pkg)) {
    count.fail++; // the package did not build, or panicked outside a test
    say(`FAILED ${pkg}`);
    if (event.FailedBuild) show(event.FailedBuild);
    show(pkg);
  }
}
if (count.pass + count.fail + count.skip === 0) {
  say("no test ran");
  count.fail = 1;
}
if (option === "--no-skip") {
  count.skip = 0;
} else {
  for (const [why, n] of reason) say(`left out: ${n} × ${why}`);
}
writeFileSync(file, `${count.pass} ${count.fail} ${count.skip}\n`);
process.exit(count.fail > 0 ? 1 : 0);
