// One price in two builds: the wasm module and the native program have the same output to the byte.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import * as place from "./harness/place.js";
import { requests } from "./harness/requests.js";

const DRAWN = 10_000;
const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const curated = readFileSync(join(place.vectors, "previews.jsonl"), "utf8");
const asked = curated + requests(DRAWN);
let native;

before(async () => {
  native = await preview(asked);
  const lines = asked.split("\n").filter((line) => line.trim() !== "");
  assert.equal(native.trimEnd().split("\n").length, lines.length, "one answer for each line that is not blank");
});

test("the drawn requests are many-sided: most are priced, and every kind of refusal occurs", () => {
  const answers = native.trimEnd().split("\n").map((line) => JSON.parse(line));
  const codes = new Set(answers.map(({ error }) => error?.code ?? "priced"));
  const priced = answers.filter(({ error }) => error === undefined);
  assert.ok(priced.length > DRAWN * 0.8, `${priced.length} of ${answers.length} were priced`);
  assert.ok(priced.filter(({ due_now }) => due_now?.total > "0.00").length > DRAWN * 0.2);
  for (const code of ["unknown_tier", "unknown_add_on", "add_on_already_active", "add_on_not_active", "invalid_date", "negative_usage", "amount_out_of_range", "currency_not_in_price_book", "invalid_field", "missing_field", "invalid_json", "unknown_price_book"]) {
    assert.ok(codes.has(code), `no request led to ${code}`);
  }
});

test("wasm in Node answers like the native program", async () => {
  const module = await import(pathToFileURL(join(place.answers, "answers.js")));
  await module.default({ module_or_path: readFileSync(join(place.answers, "answers_bg.wasm")) });
  same(module.answers(asked), native);
});

test("wasm in Chromium answers like the native program", async () => {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: place.chromium, args: ["--no-sandbox", "--disable-gpu"] });
  after(() => server.close());
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
    const answered = await page.evaluate(async (asked) => {
      const module = await import("/answers.js");
      await module.default();
      return module.answers(asked);
    }, asked);
    same(answered, native);
  } finally {
    await browser.close();
    server.closeAllConnections();
  }
});

function same(answered, expected) {
  if (digest(answered) === digest(expected)) return;
  const [lines, wanted, inputs] = [answered, expected, asked].map((text) => text.split("\n"));
  const first = wanted.findIndex((line, index) => line !== lines[index]);
  assert.fail(`line ${first + 1} differs\nrequest: ${inputs[first]}\nnative:  ${wanted[first]}\nwasm:    ${lines[first]}`);
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

function preview(input) {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(place.backend, ["preview"], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    child.stdin.end(input);
  });
}

async function serve() {
  const server = createServer((request, response) => {
    const name = request.url.slice(1);
    const body = name === "index.html" ? "<!doctype html><title>answers</title>" : file(name);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": TYPES[name.split(".").pop()] ?? "text/plain" });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function file(name) {
  return ["answers.js", "answers_bg.wasm"].includes(name) ? readFileSync(join(place.answers, name)) : undefined;
}
