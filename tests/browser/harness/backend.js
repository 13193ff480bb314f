// A backend for each test: the real binary on a free port with a new database.
import { execFile, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as place from "./place.js";

export const CLOCK = "2026-06-20T09:00:00Z";
const PATIENCE = 20_000;
const POLL = 25;
const run = promisify(execFile);
const running = new Set();
process.once("exit", () => running.forEach((server) => server.kill("SIGKILL")));
let template;

export class Backend {
  #process;
  #folder;
  #output = [];

  /** Starts a server with a copy of the demo at the time `clock`; `policy` overrides the documents' values. */
  static async start({ clock = CLOCK, policy = {} } = {}) {
    template ??= prepare();
    const backend = new Backend();
    backend.#folder = await mkdtemp(join(tmpdir(), "prorata-browser-"));
    const database = join(backend.#folder, "prorata.db");
    await copyFile(join(await template, "prorata.db"), database);
    backend.database = `sqlite:${database}`;
    const rules = join(backend.#folder, "policy.json");
    await writeFile(rules, JSON.stringify(policy));
    const listen = `127.0.0.1:${await freePort()}`;
    backend.url = `http://${listen}`;
    const options = ["--database", `sqlite:${database}`, "--listen", listen, "--dist", place.dist, "--mail", `dir:${join(backend.#folder, "mail")}`, "--policy", rules];
    backend.#process = spawn(place.backend, ["serve", ...options, "--sandbox", "--clock", clock], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(backend.#process);
    for (const stream of [backend.#process.stdout, backend.#process.stderr]) {
      stream.on("data", (text) => backend.#output.push(text));
    }
    await backend.#ready();
    return backend;
  }

  /** What the server has logged so far. */
  get log() {
    return this.#output.join("");
  }

  /** Stops the server and removes its database. */
  async stop() {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await ended;
    }
    running.delete(this.#process);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ready() {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      if (this.#process.exitCode !== null) break;
      const answer = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
    const log = this.log;
    await this.stop();
    throw new Error(`the backend did not become ready; it wrote:\n${log}`);
  }
}

/** One migrated and seeded database that all servers of this test file copy. */
async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), "prorata-template-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const database = `sqlite:${join(folder, "prorata.db")}`;
  await run(place.backend, ["migrate", "--database", database]);
  await run(place.backend, ["seed-demo", "--database", database, "--clock", CLOCK]);
  return folder;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
