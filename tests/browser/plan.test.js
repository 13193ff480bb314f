// My Plan: usage, projection and price, and whether each figure is the same everywhere.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { DESKTOP, eventually, NARROW, PHONE, picture, walk } from "./harness/browser.js";
import { ADA, choose, clock, enter, LARS, MIA, OLGA, pay, read, setUp, settled, tier, upload, YARA } from "./harness/person.js";

const MARKS = [80, 100, 125, 150, 200, 250, 300];

/** 296.40 of "$296.40" in cents, so that sums are exact. */
function cents(text) {
  const [, whole, part] = text.replaceAll(",", "").match(/(\d+)\.(\d\d)/);
  return Number(whole) * 100 + Number(part);
}

/** The receipt with this heading. */
function receipt(page, heading) {
  return page.locator("section, article").filter({ has: page.getByRole("heading", { name: heading }) }).last();
}

walk("the meter says used, limit and percent, and marks every alert at its place", async ({ page }) => {
  await enter(page);
  const meter = page.getByRole("meter").first();
  await meter.waitFor();
  const values = await meter.evaluate((element) => ["valuemin", "valuenow", "valuemax"].map((name) => Number(element.getAttribute(`aria-${name}`))));
  assert.deepEqual(values.slice(0, 2), [0, 22_000]);
  const drawn = await meter.evaluate((element) => {
    const track = element.getBoundingClientRect();
    const places = (selector) => [...element.querySelectorAll(selector)].map((mark) => (mark.getBoundingClientRect().left - track.left) / track.width);
    return { all: places(".meter__mark"), crossed: places(".meter__mark--crossed") };
  });
  const expected = MARKS.map((percent) => (percent * 200) / values[2]);
  assert.equal(drawn.all.length, expected.length);
  for (const [index, place] of expected.entries()) {
    assert.ok(Math.abs(drawn.all[index] - place) < 0.01, `${MARKS[index]}% is drawn at ${drawn.all[index]}, not ${place}`);
  }
  assert.equal(drawn.crossed.length, 2, "80 and 100 are crossed at 110 percent");
  assert.match(await page.getByRole("main").innerText(), /estimated/);
});

walk("the month's lines add up to its total, and each opens to its sum", async ({ page }) => {
  await enter(page);
  const card = receipt(page, /at this usage$/);
  await card.getByRole("button", { name: "How is this computed?" }).click();
  const lines = await card.locator(".receipt__line .receipt__amount").allInnerTexts();
  const total = await card.locator(".receipt__total").innerText();
  assert.deepEqual(lines, ["$250.00", "$20.00", "$20.00", "$24.00", "$2.40", "$2.40"]);
  assert.equal(lines.map(cents).reduce((sum, line) => sum + line, 0), cents(total));
  const text = await card.innerText();
  assert.match(text, /2,000 .* 100 .* \$1\.00 .* 1\.2/, "the formula with the account's own numbers");
  assert.match(text, /Estimate, not inclusive of taxes/);
});

walk("what was used of an add-on is shown with its price, and is on the estimate and the invoice", async ({ page }) => {
  await enter(page, { email: MIA });
  const used = page.locator(".figures__item", { hasText: "CleverTap Email" });
  assert.match(await used.innerText(), /110,000 used\s+100,000 a month are included; 10,000 above them cost \$5\.00 so far/);
  const card = receipt(page, /at this usage$/);
  await card.getByRole("button", { name: "How is this computed?" }).click();
  const text = await card.innerText();
  assert.match(text, /Extra use of CleverTap Email\s+\$5\.00/);
  assert.match(text, /110,000 − 100,000\) × \$0\.0005/, "the formula with the account's own numbers");
  assert.match(text, /Each use above what the month includes costs the add-on's extra price/);
  const lines = await card.locator(".receipt__line .receipt__amount").allInnerTexts();
  assert.deepEqual(lines, ["$250.00", "$75.00", "$5.00"]);
  await clock(page, "2026-07-01T00:00:10Z");
  const { items } = await read(page, "/invoices");
  const { statement } = await read(page, `/invoices/${items[0].number}`);
  const charged = statement.lines.map((line) => [line.kind, line.amount.value]);
  assert.deepEqual(charged, [["base", "250.00"], ["add_on", "75.00"], ["add_on_use", "5.00"]]);
});

walk("before three days show growth there is no projection, and the days before counting stand apart", async ({ page }) => {
  await enter(page, { email: LARS });
  await setUp(page);
  const { projects } = await read(page, "/usage");
  const { id, parts } = projects.items[0];
  // The trial has ended at the end of the 27th.
  await clock(page, "2026-06-28T09:00:00Z");
  await page.goto("/plan");
  await settled(page, "My Plan");
  const { metered } = await read(page, "/usage");
  const counted = (day, users) => [id, day, users, parts.web_identified, parts.api, parts.anonymous_web, 1];
  await upload(page, counted("2026-06-27", parts.app + 400), counted("2026-06-28", parts.app + 520));
  const { days, days_before } = await read(page, "/usage");
  const before = days_before.at(-1).metered.mau;
  assert.deepEqual([metered.mau, before > 22_000, days.map(({ metered }) => metered.mau)], [0, true, [120]]);
  const projection = page.locator(".figures__item", { hasText: "ends as projected" });
  await eventually(async () => assert.match(await projection.innerText(), /If June ends as projected\s+No projection yet\s+needs 3 days of growth, so far 0/));
  const drawn = (path) => page.locator(`.chart__figure path.${path}`);
  await drawn("chart__line--before").waitFor({ state: "attached" });
  assert.deepEqual([await drawn("chart__ahead").count(), await drawn("chart__band").count(), await page.locator(".meter__ahead").count()], [0, 0, 0]);
  assert.notEqual(await drawn("chart__line--before").evaluate((line) => getComputedStyle(line).strokeDasharray), "none");
  await page.getByText(/^Counted since June 28\. .* dotted/).waitFor();
  const said = `120 MAU on June 28, limit 20,000 MAU. Not counted: ${before.toLocaleString("en-US")} MAU by June 27.`;
  assert.ok((await page.locator(".chart figcaption").textContent()).includes(said));
  await accessible(page, "My Plan without a projection");
  await picture(page, "no projection");
  await page.getByText("Table", { exact: true }).click();
  const rows = await page.locator(".chart__table tbody tr").allInnerTexts();
  assert.match(rows[0], /^June 28\s+120\s+120$/);
  assert.deepEqual(rows.slice(1).filter((row) => !row.endsWith("not counted")), []);
  assert.equal(rows.length, 1 + days_before.length);
  await accessible(page, "the days that do not count as a table");
  await picture(page, "no projection, table");
  await clock(page, "2026-06-30T09:00:00Z");
  await upload(page, counted("2026-06-29", parts.app + 600), counted("2026-06-30", parts.app + 700));
  await eventually(async () => assert.match(await projection.innerText(), /needs 3 days of growth, so far 2/));
  // In a month that is counted from its 1st, the first day shows growth too. 300 by the 3rd, and a hundred
  // a day for 28 more.
  await clock(page, "2026-07-03T09:00:00Z");
  await page.reload();
  await settled(page, "My Plan");
  const july = (day) => [id, `2026-07-0${day}`, 100 * day, 0, 0, 0, 1];
  await upload(page, july(1), july(2), july(3));
  await eventually(async () => assert.match(await projection.innerText(), /3,100 MAU\s+between 3,100 and 3,100, no overage, estimated/));
  assert.equal(await drawn("chart__line--before").count(), 0);
});

walk("how old the figures are is said, with the exact time, and stays right after a reload", async ({ page }) => {
  await enter(page);
  const age = page.locator("time", { hasText: /updated/ });
  await age.waitFor();
  const exact = await age.getAttribute("title");
  assert.match(exact, /2026/);
  await clock(page, "2026-06-20T15:00:00Z");
  await page.reload();
  await eventually(async () => assert.match(await age.innerText(), /updated \d+ h ago/));
  assert.equal(await age.getAttribute("title"), exact);
});

walk("one figure is the same in the glance, the receipt, the preview and the invoice", async ({ page }) => {
  await enter(page);
  const glance = await page.getByText(/^Next invoice/).first().locator("xpath=..").innerText();
  const next = glance.match(/\$[\d,.]+\d/)[0];
  const coming = await receipt(page, "Next invoice").locator(".receipt__total, strong, b, .next-invoice__total").first().innerText();
  assert.equal(cents(coming), cents(next));
  await choose(page, "40,000");
  await page.getByRole("radio", { name: "So far" }).check();
  await page.getByText("Estimated with the 22,000 MAU so far").waitFor();
  assert.match(await page.getByRole("main").innerText(), new RegExp(next.replaceAll(/[.$]/g, "\\$&")), "the next invoice as it is");
  const button = await pay(page).innerText();
  assert.equal(cents(await page.locator(".receipt__total").first().innerText()), cents(button));
  await pay(page).click();
  await page.getByRole("link", { name: /ACME-/ }).first().click();
  await page.getByRole("heading", { level: 1, name: /ACME-/ }).waitFor();
  assert.equal(cents(await page.locator(".receipt__total").first().innerText()), cents(button));
});

walk("the currency is fixed, and the page says why", async ({ page }) => {
  await enter(page);
  const facts = await page.getByText("Currency", { exact: true }).locator("xpath=..").innerText();
  assert.match(facts, /US Dollar/i);
  assert.match(facts, /fixed/);
  assert.equal(await page.getByRole("combobox").count(), 0);
});

walk("a change is priced line by line, with its day, its taxes and how long it holds", async ({ page }) => {
  await enter(page);
  await choose(page, "40,000");
  const so = page.getByRole("radio", { name: "So far" });
  const projected = page.getByRole("radio", { name: "Projected" });
  assert.equal(await projected.isChecked(), true);
  // The projection is 27,088 of 20,000: 7,088 ÷ 100 × $1 × 1.2 = 85.06, and 10% for each of two add-ons:
  // 8.51.
  const ahead = await page.getByRole("main").innerText();
  for (const said of [/\+ \$102\.08 overage/, /\$372\.08/, /overage of \$102\.08 falls away, since 27,088/, /Estimated with the 27,088 MAU projected/, /\$91\.67/]) {
    assert.match(ahead, said, "cards, next invoices and notes take the expected users alike");
  }
  await page.getByLabel("Expected MAU this month").fill("41,000");
  await page.getByText("Estimated with the 41,000 MAU that you expect").waitFor();
  assert.deepEqual([await so.isChecked(), await projected.isChecked()], [false, false]);
  assert.equal(await page.getByText("falls away", { exact: false }).count(), 0);
  await so.check();
  await page.getByText("Estimated with the 22,000 MAU so far").waitFor();
  const text = await page.getByRole("main").innerText();
  for (const said of [/From 20,000 to 40,000 MAU/, /\$91\.67/, /immediately, once paid/, /until the end of .*20.*\(UTC/, /Visa ending \d{4}/, /\$520\.00/, /\$298\.80/, /overage of \$28\.80 falls away/]) {
    assert.match(text, said);
  }
  assert.equal(await tier(page, "20,000").isChecked(), false);
  const amounts = await page.locator(".receipt__line .receipt__amount").allInnerTexts();
  assert.equal(amounts.map(cents).reduce((sum, line) => sum + line, 0), cents(await pay(page).innerText()));
});

walk("after the payment there is a message, the invoice's link, and the focus on the news", async ({ page }) => {
  await page.clock.install();
  await enter(page);
  await choose(page, "40,000");
  await pay(page).click();
  const heading = page.getByRole("heading", { name: "Your plan is now 40,000 MAU" });
  await heading.waitFor();
  await eventually(async () => assert.equal(await heading.evaluate((element) => element === document.activeElement), true));
  const { items } = await read(page, "/invoices");
  await page.getByRole("link", { name: `See invoice ${items[0].number}` }).waitFor();
  const toast = page.getByRole("status").filter({ hasText: "Plan updated to 40,000 MAU" });
  await toast.waitFor();
  // The toast stays while it has the focus, wherever the pointer is, and disappears when the focus has
  // left.
  const close = toast.getByRole("button", { name: "Close" });
  await close.focus();
  await close.hover();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(8_000);
  assert.equal(await toast.isVisible(), true);
  await close.blur();
  await page.clock.fastForward(8_000);
  await toast.waitFor({ state: "hidden" });
});

walk("targets are large enough, the one that pays larger", async ({ page }) => {
  await enter(page);
  await choose(page, "40,000");
  for (const [path, heading] of [["/plan", "My Plan"], ["/plan/change?tier=40000", "Change plan"], ["/invoices", "Invoices"]]) {
    await page.goto(path);
    await settled(page, heading);
    const small = await page.evaluate(() => {
      const within = (element) => element.closest("p, td, li, label") !== null && element.tagName === "A";
      return [...document.querySelectorAll("a, button, summary, [role=button]")]
        .filter((element) => element.getClientRects().length > 0 && !within(element))
        .map((element) => [element, element.getBoundingClientRect()])
        .filter(([element, box]) => (box.width < 24 || box.height < 24) && !element.className.includes("skip"))
        .map(([element, box]) => `${element.outerHTML.slice(0, 80)}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
    });
    assert.deepEqual(small, [], path);
  }
  await page.goto("/plan/change?tier=40000");
  await pay(page).waitFor();
  assert.ok((await pay(page).boundingBox()).height >= 40);
});

for (const viewport of [DESKTOP, PHONE, NARROW]) {
  walk(`the meter's words never touch each other at ${viewport.width}`, { viewport }, async ({ page }) => {
    for (const email of [ADA, OLGA, YARA]) {
      await enter(page, { email });
      const boxes = await page.locator(".meter__text").evaluateAll((words) =>
        words
          .map((word) => word.getBoundingClientRect())
          .filter(({ width }) => width > 0)
          .map(({ left, right }) => ({ left, right }))
          .sort((one, other) => one.left - other.left),
      );
      assert.ok(boxes.length > 0, email);
      boxes.slice(1).forEach(({ left }, before) => assert.ok(left >= boxes[before].right, `${email}: ${JSON.stringify(boxes)}`));
      await page.context().clearCookies();
    }
  });
}
