// Prints what Vigie promises beside what this machine measures.
//
//   node script/bench.mjs        (make bench builds first)
//
// Everything runs on this machine's loopback, in bounded numbers. Page times
// are seen from the client, so they bound the server's from above.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { launch, pool } from "../browser/chromium.mjs";
import { moves } from "../browser/live.mjs";
import { weight } from "../browser/weight.mjs";

const routes = JSON.parse(readFileSync(new URL("../browser/route.json", import.meta.url), "utf8"));
const dir = mkdtempSync(path.join(os.tmpdir(), "vigie-bench-"));
const out = path.join("build", "bench");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const millis = (ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
const table = [];
const row = (measure, bar, measured, how) => table.push([measure, bar, measured, how]);
const say = (text) => process.stderr.write(`${text}\n`);

const freePort = () =>
  new Promise((done) => {
    const s = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });

/**
 * Times one GET to its last byte, in ms; NaN if the answer is not 200. Each
 * loopback address has its own allowance of costly pages.
 */
function get(agent, port, route, localAddress = "127.0.0.1") {
  return new Promise((done, fail) => {
    const start = performance.now();
    const options = { agent, localAddress, host: "127.0.0.1", port, path: route, headers: { "accept-encoding": "gzip, br", accept: "text/html" } };
    http
      .get(options, (answer) => {
        answer.resume().on("end", () => done(answer.statusCode === 200 ? performance.now() - start : NaN));
      })
      .on("error", fail);
  });
}

/** Runs vigie until work is done, from when it says that it serves; the process always ends with it. */
async function serving(args, work) {
  const port = await freePort();
  const start = performance.now();
  const server = spawn("bin/vigie", [...args, "--addr", `127.0.0.1:${port}`], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((done) => server.once("exit", done));
  let said = "";
  const ready = new Promise((done) => server.stderr.on("data", (text) => (said += text).includes("http://") && done(true)));
  try {
    if ((await Promise.race([ready, ended])) !== true) throw new Error(`the server did not start\n${said}`);
    return await work(port, start);
  } finally {
    server.kill("SIGKILL");
    await ended;
  }
}

function quantile(list, q) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

function benchmarks() {
  const packages = ["fragility", "render/pdf", "web"].filter(existsSync).map((p) => `./${p}`);
  say(`go benchmarks: ${packages.join(" ")}`);
  const run = spawnSync("go", ["test", "-run", "^$", "-bench", ".", "-benchmem", ...packages], { encoding: "utf8" });
  const text = run.stdout + run.stderr;
  writeFileSync(path.join(out, "go.txt"), text);
  const lines = text.split("\n").filter((l) => /^Benchmark|^FAIL|panic/.test(l));
  const of = (name) => {
    const line = lines.find((l) => name.test(l));
    return line ? Number(/([\d.]+) ns\/op/.exec(line)?.[1]) / 1e6 : NaN;
  };
  const put = (measure, bar, name, show) => {
    const ms = of(name);
    row(measure, bar, Number.isNaN(ms) ? "no benchmark" : show(ms), `go test -bench ${name.source}`);
  };
  put("index, 101 départements × ~40 indicators × 1,000 variants", "< 1 s", /^BenchmarkCompute\/101x40/, seconds);
  return lines;
}

async function pages() {
  say("from a built binary to a served home page");
  const first = await serving(["demo", "--dir", path.join(dir, "first")], async (port, start) => {
    const ms = await get(new http.Agent(), port, "/");
    return Number.isNaN(ms) ? NaN : performance.now() - start;
  });
  row("built binary → served home page", "< 10 s", seconds(first), "vigie demo in an empty folder");

  const demo = path.join(dir, "demo");
  execFileSync("bin/vigie", ["demo", "--dir", demo, "--no-serve", "--date", "2026-11-20"], { stdio: "ignore" });
  say("pages of a cold process");
  const cold = [];
  for (const { path: route } of routes.filter((r) => !r.status).slice(0, 12)) {
    await serving(["serve", "--dir", demo], async (port) => {
      cold.push(await get(new http.Agent(), port, route));
    });
  }
  row("first page of a cold process, slowest", "< 150 ms", millis(Math.max(...cold)), `${cold.length} starts, a page each`);

  say("warm pages");
  await serving(["serve", "--dir", demo], async (port) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const warm = [];
    const slow = { ms: 0, route: "" };
    for (const { path: route } of routes.filter((r) => !r.status && !r.path.startsWith("/recherche"))) {
      await get(agent, port, route);
      const times = [];
      for (let i = 0; i < 100; i++) times.push(await get(agent, port, route));
      warm.push(...times);
      const p99 = quantile(times, 0.99);
      if (p99 > slow.ms) Object.assign(slow, { ms: p99, route });
    }
    agent.destroy();
    const median = quantile(warm, 0.5);
    row("warm page, p99", "< 15 ms", millis(quantile(warm, 0.99)), `${warm.length} GET, median ${millis(median)}, slowest page ${slow.route} p99 ${millis(slow.ms)}`);
    if (existsSync(process.env.CHROMIUM || "/usr/bin/chromium")) {
      say("weight of the home page");
      const home = await weight(`http://127.0.0.1:${port}`);
      row("home page, compressed", "< 300 kB", `${(home.bytes / 1000).toFixed(0)} kB`, `${home.requests} requests, all resources and headers`);
      row("third-party requests", "0", String(home.foreign), "browser's network log");
      say("a weight moved");
      const browser = await launch();
      const times = await moves(await browser.newPage(), `http://127.0.0.1:${port}`, 60).finally(() => browser.close());
      row("a weight moved → the map repainted", "< 100 ms", millis(quantile(times, 0.5)), `${times.length} moves in chromium, p95 ${millis(quantile(times, 0.95))}`);
    }
  });
  await reports(demo);
}

/** The reports of the 13 metropolitan regions over HTTP: one after the other, then two at a time in English. */
async function reports(demo) {
  say("regional reports, engine warm");
  const regions = ["11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"];
  await serving(["serve", "--dir", demo], async (port) => {
    const pdf = (code, from, prefix = "") => get(new http.Agent(), port, `${prefix}/territoires/${code}/rapport.pdf`, from);
    for (let i = 0; Number.isNaN(await pdf("DEP-08", `127.0.1.${1 + (i % 250)}`)) && i < 300; i++) await wait(200);
    const each = [];
    for (const code of regions) each.push(await pdf(`REG-${code}`, `127.0.0.${code}`));
    row("regional PDF, engine warm", "< 300 ms", `${millis(quantile(each, 0.5))}, slowest ${millis(Math.max(...each))}`, "GET /territoires/REG-…/rapport.pdf, composed and printed");
    const start = performance.now();
    await pool(regions, 2, (code) => pdf(`REG-${code}`, `127.0.2.${code}`, "/en"));
    row("13 regional PDF", "< 4 s", seconds(performance.now() - start), `two at a time in English; one after the other in French ${seconds(each.reduce((a, b) => a + b))}`);
  });
}

const written = (file) => (existsSync(file) ? readFileSync(file, "utf8").trim() : "");

mkdirSync(out, { recursive: true });
try {
  const lines = benchmarks();
  await pages();
  const browser = written("build/test/browser.txt").split(" ");
  row("axe and the other browser checks", "0 failed", browser[1] ? `${browser[1]} failed, ${browser[0]} passed` : "run make test", "make test");
  row("make test", "< 15 min", written("build/test/seconds.txt").replace("total ", "") || "run make test", "last run here");
  const text = [["measure", "bar", "measured", "how"], ["---", "---", "---", "---"], ...table].map((r) => `| ${r.join(" | ")} |`).join("\n");
  const machine = `${os.cpus().length} cores, ${os.cpus()[0].model.trim()}, ${os.platform()} ${os.arch()}`;
  writeFileSync(path.join(out, "table.md"), `${text}\n\n${machine}\n`);
  console.log(`${text}\n\n${machine}\n\n${lines.join("\n")}`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
