// The cost of the 1st of a month: closing, invoicing, debiting and mailing for any number of
// organizations, in one process, on SQLite, and on PostgreSQL if a server is named. Time and peak memory.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

const program = process.env.PRORATA;
const ORGANIZATIONS = Number(process.env.PRORATA_ORGANIZATIONS ?? 10_000);
const FOUNDED = "2026-06-20T09:00:00Z";
const THE_FIRST = "2026-07-01T00:00:00Z";

const folder = mkdtempSync(join(tmpdir(), "prorata-bench-"));
const mail = `dir:${join(folder, "mail")}`;
const databases = [`sqlite:${join(folder, "bench.db")}`, process.env.PRORATA_BENCH_POSTGRES];

try {
  for (const database of databases.filter(Boolean)) await measure(database);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(database) {
  run("migrate", "--database", database);
  const crowd = ["--organizations", `${ORGANIZATIONS}`, "--users", "22000", "--clock", FOUNDED];
  run("seed-demo", "--database", database, ...crowd);
  const began = performance.now();
  const jobs = ["run-jobs", "--database", database, "--mail", mail];
  const child = spawn(program, [...jobs, "--sandbox", "--clock", THE_FIRST]);
  let said = "";
  let peak = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const watch = setInterval(() => (peak = Math.max(peak, memory(child.pid))), 100);
  const [code] = await once(child, "exit");
  clearInterval(watch);
  assert.equal(code, 0, said);
  const count = (kind) => Number(new RegExp(`${kind}: (\\d+)`).exec(said)?.[1] ?? 0);
  assert.ok(count("month_change") >= ORGANIZATIONS && count("collect") >= ORGANIZATIONS, said);
  const seconds = (performance.now() - began) / 1_000;
  console.log(
    `${database.split(":")[0]}, ${ORGANIZATIONS} organizations: ${seconds.toFixed(0)} s, ` +
      `${peak.toFixed(0)} MiB at most; ${count("month_change")} months, ${count("collect")} debits`,
  );
}

function run(...options) {
  const done = spawnSync(program, options, { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}

/** The peak memory of a process in MiB; 0 once the process has ended. */
function memory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
