// A cost curve of 10,000 previews in Chromium: the product's formulas in wasm, and the same arithmetic
// in decimal.js, in the same page and the same run. `cargo xtask bench`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { answers, chromium as executablePath } from "../browser/harness/place.js";

const require = createRequire(new URL("../browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const PREVIEWS = 10_000;
const FRAME = 8.33;
const TYPES = { html: "text/html", js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };
const FILES = {
  "index.html": () => "<!doctype html><title>curve</title>",
  "answers.js": () => readFileSync(join(answers, "answers.js")),
  "answers_bg.wasm": () => readFileSync(join(answers, "answers_bg.wasm")),
  "decimal.mjs": () => readFileSync(require.resolve("decimal.js/decimal.mjs")),
};

const server = createServer((request, response) => {
  const name = request.url.slice(1);
  response.writeHead(FILES[name] === undefined ? 404 : 200, { "content-type": TYPES[name.split(".").pop()] ?? "text/plain" });
  response.end(FILES[name]?.());
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
  const { wasm, decimal, sums } = await page.evaluate(measure, PREVIEWS);
  assert.equal(sums.wasm, sums.decimal, "the two do not charge the same");
  const [ours, theirs] = [median(wasm), median(decimal)];
  const each = (took) => `${((took * 1_000) / PREVIEWS).toFixed(3)} µs each`;
  console.log(`Chromium ${browser.version()}, ${PREVIEWS} previews, medians of ${wasm.length} rounds taken in turns`);
  console.log(`  billing in wasm  ${ours.toFixed(2)} ms (${each(ours)}); one frame at 120 Hz is ${FRAME} ms`);
  console.log(`  decimal.js       ${theirs.toFixed(2)} ms (${each(theirs)})`);
  console.log(`  ${(theirs / ours).toFixed(1)} times faster; both come to ${sums.wasm} paise`);
} finally {
  await browser.close();
  server.close();
}

function median(times) {
  return times.toSorted((one, two) => one - two)[Math.floor(times.length / 2)];
}

/** Runs in the page. */
async function measure(previews) {
  const module = await import("/answers.js");
  await module.default();
  const { Decimal } = await import("/decimal.mjs");
  Decimal.set({ precision: 28, rounding: Decimal.ROUND_HALF_UP });
  const curve = new module.Curve();

  // Everything that is the same for all previews is created once, here.
  const of = (number) => new Decimal(number);
  const [surcharge, tax, zero] = [of("0.1"), of("0.09"), of(0)];
  const perUser = of(100).times("1.2").div(100);
  const [tierRise, addOnRise, month, coming] = [of(20_000), of(2_000), of(30), of(44_000)];
  const overage = (over) => {
    if (over <= 0) return zero;
    const users = perUser.times(over);
    return users.toDecimalPlaces(2).plus(users.times(surcharge).toDecimalPlaces(2));
  };
  const taxed = (subtotal) => {
    const half = subtotal.times(tax).toDecimalPlaces(2);
    const other = subtotal.times(tax).toDecimalPlaces(2);
    return subtotal.plus(half).plus(other);
  };
  const preview = (n) => {
    const [usage, left] = [20_000 + 7 * n, 30 - (n % 30)];
    const tier = tierRise.times(left).div(month).toDecimalPlaces(2);
    const addOn = addOnRise.times(left).div(month).toDecimalPlaces(2);
    return [overage(usage - 20_000), taxed(tier.plus(addOn)), taxed(coming.plus(overage(usage - 40_000)))];
  };

  const made = new Array(previews);
  const inDecimal = () => {
    for (let n = 0; n < previews; n += 1) made[n] = preview(n);
  };
  let paise;
  const inWasm = () => (paise = curve.paise(BigInt(previews)));
  const timed = (run) => {
    const start = performance.now();
    run();
    return performance.now() - start;
  };
  const [wasm, decimal] = [[], []];
  for (let round = 0; round < 25; round += 1) {
    const [ours, theirs] = [timed(inWasm), timed(inDecimal)];
    if (round < 4) continue; // Until both are compiled for speed.
    wasm.push(ours);
    decimal.push(theirs);
  }
  const total = made.flat().reduce((sum, amount) => sum.plus(amount), zero).times(100);
  return { wasm, decimal, sums: { wasm: paise.toString(), decimal: total.toFixed(0) } };
}
