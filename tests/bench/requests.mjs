// The cost of requests: `GET /subscription` at 64 connections and orders at 16, each in turns with
// `GET /health`, which does nothing, in the same run. The ratio does not depend on the machine. The load
// comes from this process, so the figures include the sender's share of the machine.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.PRORATA;
const ROUNDS = Number(process.env.PRORATA_ROUNDS ?? 5);
const ORGANIZATIONS = 16;
const NOON = "2026-06-20T12:00:00Z";
const PASSWORD = "prorata-demo";

const folder = mkdtempSync(join(tmpdir(), "prorata-bench-"));
/** An empty database; on PostgreSQL if a server is named. */
const database = process.env.PRORATA_DATABASE ?? `sqlite:${join(folder, "bench.db")}`;
const engine = database.startsWith("postgres") ? "PostgreSQL" : "SQLite";
/** How many constant requests one page may cost: a third above the figure on two idle cores. */
const MOST = { SQLite: 15, PostgreSQL: 26 }[engine];

try {
  run("migrate");
  run("seed-demo", "--clock", NOON, "--organizations", `${ORGANIZATIONS}`);
  const server = await serve();
  try {
    const cookies = [];
    for (let number = 1; number <= ORGANIZATIONS; number += 1) cookies.push(await signIn(server.port, number));
    const constant = [];
    const page = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const one = await load(server.port, 64, 12_000, () => get("/health", ""));
      const other = await load(server.port, 64, 6_000, (n) => get("/api/v1/subscription", cookies[n % ORGANIZATIONS]));
      // The first round warms up.
      if (round > 0) constant.push(one) && page.push(other);
    }
    show("GET /health, 64 connections", constant);
    show("GET /subscription, 64 connections", page);
    const ratio = median(constant.map((one, n) => one.rate / page[n].rate));
    console.log(`${engine}: a subscription costs ${ratio.toFixed(1)} constant requests (at most ${MOST})`);
    const orders = await ordering(server.port, cookies);
    show("POST /plan-changes, 16 connections", [orders]);
    assert.ok(ratio <= MOST, `a subscription costs ${ratio} constant requests`);
  } finally {
    server.process.kill("SIGTERM");
    await once(server.process, "exit");
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Orders of 16 organizations at once, in each one after the other: scheduled, withdrawn, repeated. */
async function ordering(port, cookies) {
  const times = [];
  const began = performance.now();
  await Promise.all(cookies.map(async (cookie, who) => {
    const socket = await open(port);
    const book = JSON.parse((await ask(socket, get("/api/v1/price-book", cookie))).body);
    const tiers = book.lists[0].tiers.map(({ limit }) => limit);
    for (let number = 0; number < 40; number += 1) {
      const { scheduled, tier } = JSON.parse((await ask(socket, get("/api/v1/subscription", cookie))).body);
      if (scheduled.length > 0) {
        const { status, body } = await ask(socket, call("DELETE", `/api/v1/scheduled-changes/${scheduled[0].id}`, cookie));
        assert.equal(status, 200, body);
        continue;
      }
      // One paid upgrade, then a lower tier that is scheduled and withdrawn, again and again.
      const at = tiers.indexOf(tier);
      const wanted = { tier: tiers[number === 0 && at + 1 < tiers.length ? at + 1 : at - 1] };
      const quoted = await ask(socket, call("POST", "/api/v1/quotes", cookie, wanted));
      assert.equal(quoted.status, 200, quoted.body);
      const from = performance.now();
      const { status, body } = await ask(socket, call("POST", "/api/v1/plan-changes", cookie, orderOf(JSON.parse(quoted.body)), `bench-${who}-${number}`));
      times.push(performance.now() - from);
      assert.equal(status, 200, body);
    }
    socket.end();
  }));
  return { ...spread(times), rate: times.length / ((performance.now() - began) / 1_000) };
}

/** Sends this many requests over this many keep-alive connections. */
async function load(port, connections, requests, request) {
  const times = [];
  let sent = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, async (_, number) => {
    const socket = await open(port);
    while (sent < requests) {
      sent += 1;
      const from = performance.now();
      const { status, body } = await ask(socket, request(number));
      times.push(performance.now() - from);
      assert.equal(status, 200, body);
    }
    socket.end();
  }));
  return { ...spread(times), rate: times.length / ((performance.now() - began) / 1_000) };
}

function spread(times) {
  times.sort((one, other) => one - other);
  return { p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] };
}

function show(what, rounds) {
  const of = (figure) => median(rounds.map((round) => round[figure]));
  console.log(`${what}: ${of("rate").toFixed(0)}/s, p50 ${of("p50").toFixed(1)} ms, p99 ${of("p99").toFixed(1)} ms`);
}

function median(figures) {
  return [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)];
}

function get(path, cookie) {
  return call("GET", path, cookie);
}

function call(method, path, cookie, body, key) {
  const text = body ? JSON.stringify(body) : "";
  const headers = [
    `${method} ${path} HTTP/1.1`, "host: bench", `cookie: ${cookie}`, "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`, ...(key ? [`idempotency-key: ${key}`] : []),
  ];
  return `${headers.join("\r\n")}\r\n\r\n${text}`;
}

/** A keep-alive connection. */
async function open(port) {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  await once(socket, "connect");
  socket.setEncoding("latin1");
  return socket;
}

/** Sends a request and reads the response, whose length is in its head. */
function ask(socket, request) {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk) => {
      text += chunk;
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      socket.off("data", take);
      socket.off("close", gone);
      resolve({ status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) });
    };
    const gone = () => reject(new Error(`the connection broke: ${text}`));
    socket.on("data", take);
    socket.on("close", gone);
    socket.write(request);
  });
}

async function signIn(port, number) {
  const socket = await open(port);
  const email = `admin@org-${String(number).padStart(5, "0")}.example`;
  const { status, head, body } = await ask(socket, call("POST", "/api/v1/session", "", { email, password: PASSWORD }));
  assert.equal(status, 200, body);
  socket.end();
  return /set-cookie: ([^;]+)/i.exec(head)[1];
}

/** The fields of a quote that an order carries. */
function orderOf(quote) {
  const { engine_version, price_book_version, subscription_version, billing_day, input_hash } = quote;
  return { change: quote.change, engine_version, price_book_version, subscription_version, billing_day, input_hash, total: quote.due_now.total };
}

function run(command, ...options) {
  const done = spawnSync(program, [command, "--database", database, ...options], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}

async function serve() {
  const options = ["--listen", "127.0.0.1:0", "--sandbox", "--clock", NOON, "--database", database];
  const child = spawn(program, ["serve", ...options], { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, RUST_LOG: "warn" } });
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    const port = /Listening on http:\/\/[\d.]+:(\d+)/.exec(text)?.[1];
    if (port) return { process: child, port: Number(port) };
  }
  throw new Error("the server did not start");
}
