// The cost of importing a file of a million rows: time, memory, and the duration of plan changes
// meanwhile, in another process. On SQLite, whose one writer both processes share.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

const program = process.env.PRORATA;
const ROWS = Number(process.env.PRORATA_ROWS ?? 1_000_000);
const DAYS = 30;
const NOON = "2026-06-30T12:00:00Z";
const PASSWORD = "prorata-demo";
const WITHIN = 1_000;

const folder = mkdtempSync(join(tmpdir(), "prorata-bench-"));
const database = `sqlite:${join(folder, "bench.db")}`;
const projects = Math.ceil(ROWS / DAYS);

try {
  run("migrate");
  run("seed-demo", "--clock", NOON, "--organizations", "1", "--users", "0", "--projects", `${projects}`);
  const file = join(folder, "usage.csv");
  const bad = join(folder, "bad.csv");
  await write(file, ROWS, "");
  await write(bad, ROWS, "prj_000001,2026-06-30,many,0,0,0,0\n");
  const server = await serve();
  const customer = await signIn(server.url);
  try {
    await customer.order(40_000);
    await importing("a bad last line", bad, server, customer);
    await importing("all of it", file, server, customer);
    await importing("the same again", file, server, customer);
  } finally {
    server.process.kill("SIGTERM");
    await once(server.process, "exit");
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** One import, with orders in another process until it ends. */
async function importing(what, file, server, customer) {
  const began = performance.now();
  const child = spawn(program, [
    "import-usage", "--database", database, "--sandbox", "--clock", NOON,
    "--organization", "org_00001", file,
  ]);
  let said = "";
  let ended = false;
  let peak = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const exit = once(child, "exit").then(([code]) => {
    ended = true;
    return code;
  });
  const waits = [];
  while (!ended) {
    peak = Math.max(peak, memory(child.pid));
    waits.push(await customer.turn());
    await Promise.race([exit, new Promise((go) => setTimeout(go, 50))]);
  }
  const code = await exit;
  const seconds = (performance.now() - began) / 1_000;
  const spoiled = file.endsWith("bad.csv");
  assert.equal(code, spoiled ? 1 : 0, said);
  if (spoiled) assert.match(said, new RegExp(`line ${ROWS + 2}, column app: "many"`));
  const { metered } = await customer.ask("GET", "/subscription");
  assert.equal(metered.mau, spoiled ? 0 : projects, "all of it or nothing");
  waits.sort((one, other) => one - other);
  const middle = waits[Math.floor(waits.length / 2)];
  const longest = waits.at(-1);
  console.log(
    `${what}: ${seconds.toFixed(1)} s for ${ROWS} rows, ${peak.toFixed(0)} MiB at most; ` +
      `${waits.length} plan changes meanwhile, ${middle.toFixed(0)} ms in the middle, ` +
      `${longest.toFixed(0)} ms at most; the server: ${memory(server.process.pid).toFixed(0)} MiB`,
  );
  assert.ok(longest < WITHIN, `a plan change took ${longest} ms`);
}

function run(command, ...options) {
  const done = spawnSync(program, [command, "--database", database, ...options], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}

/** The file: each project has one user, and each day nine data points. */
async function write(file, rows, last) {
  const out = createWriteStream(file);
  out.write("project,day,app,web_identified,api,anonymous_web,data_points\n");
  for (let row = 0; row < rows; row += 1) {
    const project = `prj_${String((row % projects) + 1).padStart(6, "0")}`;
    const day = Math.floor(row / projects) + 1;
    const line = `${project},2026-06-${String(day).padStart(2, "0")},1,0,0,0,9\n`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end(last);
  await once(out, "finish");
}

async function serve() {
  const options = ["--listen", "127.0.0.1:0", "--sandbox", "--clock", NOON, "--database", database];
  const child = spawn(program, ["serve", ...options], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    const url = /Listening on (\S+)/.exec(text)?.[1];
    if (url) return { process: child, url };
  }
  throw new Error("the server did not start");
}

/** An admin of the organization: orders a lower tier and withdraws it, again and again. */
async function signIn(url) {
  let cookie = "";
  const ask = async (method, path, body, key) => {
    const headers = { cookie, "content-type": "application/json" };
    if (key) headers["idempotency-key"] = key;
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return text && JSON.parse(text);
  };
  await ask("POST", "/session", { email: "admin@org-00001.example", password: PASSWORD });
  let orders = 0;
  const order = async (tier) => {
    const quote = await ask("POST", "/quotes", { tier });
    orders += 1;
    const from = performance.now();
    await ask("POST", "/plan-changes", orderOf(quote), `bench-key-${orders}`);
    return performance.now() - from;
  };
  const turn = async () => {
    const { scheduled } = await ask("GET", "/subscription");
    if (scheduled.length === 0) return order(20_000);
    const from = performance.now();
    await ask("DELETE", `/scheduled-changes/${scheduled[0].id}`);
    return performance.now() - from;
  };
  return { ask, order, turn };
}

/** The fields of a quote that an order carries. */
function orderOf(quote) {
  const { engine_version, price_book_version, subscription_version, billing_day, input_hash } = quote;
  return {
    change: quote.change,
    engine_version,
    price_book_version,
    subscription_version,
    billing_day,
    input_hash,
    total: quote.due_now.total,
  };
}

/** The peak memory of a process, in MiB. */
function memory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
