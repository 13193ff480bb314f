// Annual billing: the choice, its price, the pool of users, and a higher tier.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { choose, clock, enter, pay, read, settled, tier, YARA } from "./harness/person.js";

const YEARLY = { name: "Yearly, 30% less" };

walk("a year that is paid for says what it allows, what is used and what is left", async ({ page }) => {
  await enter(page, { email: YARA });
  await page.getByRole("heading", { name: "Usage since January 1, 2026" }).waitFor();
  const { annual, metered } = await read(page, "/subscription");
  const used = annual.pool.used + metered.mau;
  const figure = (number) => number.toLocaleString("en-US");
  const text = await page.getByRole("main").innerText();
  for (const said of ["Month 6 of 12", "$2,100.00 a year, paid until January 1, 2027", "Nothing is due", "240,000", figure(used), `${figure(240_000 - used)} left`, "Total Billable Users Limit", "Remaining Billable Users"]) {
    assert.ok(text.includes(said), `${said} is missing`);
  }
  const meter = page.getByRole("meter", { name: "Usage against the Total Billable Users Limit" });
  assert.match(await meter.getAttribute("aria-valuetext"), /of 240,000 billable users/);
  assert.equal(await page.getByRole("meter").count(), 1);
});

walk("a higher tier within the year is charged for the months left, and the allowance grows", async ({ page }) => {
  await enter(page, { email: YARA });
  await choose(page, "40,000");
  // 500 × 7 × 0.7.
  const text = await page.getByRole("main").innerText();
  for (const said of [/\$500\.00 × 7 × \(100 − 30\) ÷ 100/, /grows from 240,000 to 520,000/, /480,000 users a year/]) {
    assert.match(text, said);
  }
  await picture(page, "annual-upgrade");
  await pay(page, "$2,450.00").click();
  await page.getByRole("heading", { name: "Your plan is now 40,000 MAU" }).waitFor();
  const { annual } = await read(page, "/subscription");
  assert.equal(annual.pool.limit, 520_000);
  const { items } = await read(page, "/invoices");
  assert.deepEqual([items[0].kind, items[0].total.value, items[0].period_end], ["upgrade", "2450.00", "2027-01-01"]);
});

walk("a year is chosen, announced to the cent, taken back, chosen again and charged", async ({ page }) => {
  await enter(page, { path: "/plan/change", heading: "Change plan" });
  await page.getByRole("radio", YEARLY).check();
  await page.waitForURL(/tier=20000&frequency=annual/);
  await page.getByRole("heading", { name: "From July 1, 2026" }).waitFor();
  await page.getByRole("radio", { name: "So far" }).check();
  await page.getByText("Estimated with the 22,000 MAU so far").waitFor();
  const text = await page.getByRole("main").innerText();
  // 250 and 20 times 12 × 0.7, and June's overage of 28.80; the other add-on is removed.
  for (const said of [/Essentials, 12 months/, /Cloud Export, 12 months/, /\$2,296\.80/, /share 240,000 billable users/, /Nothing is charged now/, /\$2,100\.00\s+a year/]) {
    assert.match(text, said);
  }
  await page.getByRole("button", { name: "How is this computed?" }).click();
  await page.getByText("Discount, percent").first().waitFor();
  await picture(page, "annual-choice");
  const agree = () => page.getByRole("button", { name: "Update Plan", exact: true }).click();
  await agree();
  await page.getByRole("heading", { name: "Billed by the year from July 1, 2026" }).waitFor();

  await page.goto("/plan");
  await settled(page, "My Plan");
  const banner = page.locator(".banner").filter({ hasText: "Billed by the year from July 1, 2026" });
  await banner.waitFor();
  await banner.getByRole("button", { name: /^Undo/ }).click();
  await banner.waitFor({ state: "detached" });

  await page.goto("/plan/change?tier=20000&frequency=annual");
  await settled(page, "Change plan");
  assert.equal(await page.getByRole("radio", YEARLY).isChecked(), true);
  await agree();
  await page.getByRole("heading", { name: /^Billed by the year/ }).waitFor();
  await clock(page, "2026-07-01T00:00:00Z");
  await eventually(async () => {
    const { annual } = await read(page, "/subscription");
    assert.deepEqual([annual.starts_on, annual.pool.limit], ["2026-07-01", 240_000]);
  });
  const { items } = await read(page, "/invoices");
  assert.equal(items[0].kind, "annual");
  const { statement } = await read(page, `/invoices/${items[0].number}`);
  const lines = statement.lines.filter(({ kind }) => !kind.includes("overage")).map(({ amount }) => amount.value);
  assert.deepEqual(lines, ["2100.00", "168.00"]);
});

walk("a year and a higher tier are one order: the rest of the month now, the year then", async ({ page }) => {
  await enter(page, { path: "/plan/change?tier=20000&frequency=annual", heading: "Change plan" });
  await tier(page, "40,000").check();
  await page.waitForURL(/tier=40000&frequency=annual/);
  await pay(page, "$91.67").click();
  await page.getByRole("heading", { name: "Your plan is now 40,000 MAU" }).waitFor();
  const { scheduled } = await read(page, "/subscription");
  assert.deepEqual(scheduled.flatMap(({ kind }) => kind.frequency ?? []), ["annual"]);
  // The scheduled frequency shows as chosen, and monthly billing can be chosen again.
  await page.goto("/plan/change");
  await settled(page, "Change plan");
  assert.equal(await page.getByRole("radio", YEARLY).isChecked(), true);
});

walk("within a year what is less waits for its end", async ({ page }) => {
  await enter(page, { email: YARA });
  await choose(page, "5,000");
  await page.getByRole("heading", { name: "From January 1, 2027" }).waitFor();
  await page.getByRole("button", { name: "Downgrade" }).click();
  await page.getByRole("heading", { name: "Downgrade scheduled for January 1, 2027" }).waitFor();
  await page.goto("/plan/change");
  await settled(page, "Change plan");
  await page.getByRole("radio", { name: "Monthly" }).check();
  await page.getByText(/goes on until January 1, 2027/).waitFor();
  await page.getByRole("button", { name: "Update Plan", exact: true }).click();
  await page.getByRole("heading", { name: "Billed by the month from January 1, 2027" }).waitFor();
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: PHONE, hasTouch: true, isMobile: true }],
  ["a dark phone", { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark" }],
]) {
  walk(`a year reads well: ${name}`, options, async ({ page }) => {
    await enter(page, { email: YARA });
    const paths = [["/plan", "My Plan"], ["/plan/change?tier=40000", "Change plan"], ["/plan/change?tier=20000&frequency=monthly", "Change plan"], ["/plan/add-ons?add=premium-channels", "Manage add-ons"], ["/invoices", "Invoices"]];
    for (const [index, [path, heading]] of paths.entries()) {
      await page.goto(path);
      await settled(page, heading);
      await accessible(page, path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path}: ${wide} px too wide`);
      await picture(page, `annual-${index}-${name.replaceAll(" ", "-")}`);
    }
  });
}

walk("more than the year bears locks by the import itself, and a tier that is named opens it", async ({ page }) => {
  await enter(page, { email: YARA });
  const { annual } = await read(page, "/subscription");
  // Above 120% of what 40,000 MAU would allow for the seven months left, below that of 60,000 MAU.
  const users = 630_000 - annual.pool.used;
  const file = ["project,day,app,web_identified,api,anonymous_web,data_points", `prj_main,2026-06-20,${users},0,0,0,1`, ""];
  const upload = page.locator("section").filter({ has: page.getByRole("heading", { name: "Usage from a file" }) }).last();
  await upload.getByLabel("CSV file").setInputFiles({ name: "june.csv", mimeType: "text/csv", buffer: Buffer.from(file.join("\n")) });
  await upload.getByRole("button", { name: "Import" }).click();
  const lock = page.locator(".lock");
  await lock.getByRole("heading", { name: "The dashboard is closed: usage is far above your annual limit" }).waitFor();
  assert.deepEqual(await lock.getByRole("link", { name: /^Upgrade to/ }).allInnerTexts(), ["Upgrade to 60,000 MAU for $3,675.00", "Upgrade to 80,000 MAU for $4,900.00", "Upgrade to 100,000 MAU for $6,125.00"]);
  await page.reload();
  await settled(page, "My Plan");
  await lock.waitFor();
  await accessible(page, "annual soft lock");
  await picture(page, "annual-soft-lock");
  await lock.getByRole("link", { name: "Upgrade to 60,000 MAU" }).click();
  await settled(page, "Change plan");
  await pay(page, "$3,675.00").click();
  await page.getByRole("heading", { name: "Your plan is now 60,000 MAU" }).waitFor();
  await page.goto("/plan");
  await settled(page, "My Plan");
  assert.equal(await lock.count(), 0);
  const { access } = await read(page, "/account-status");
  assert.deepEqual(access.notices, []);
});
