// The account status: banners, locks, the pop-up, coming events, and the sandbox clock.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { choose, clock, enter, INA, LARS, OLGA, pay, read, settled, signIn, upload } from "./harness/person.js";

walk("usage above the limit is told once, and not again after a reload", { popUp: true }, async ({ page }) => {
  await signIn(page);
  const popUp = page.getByRole("dialog", { name: "Usage is above your limit" });
  await popUp.waitFor();
  await popUp.getByText("22,000 of 20,000 MAU are used this month, 110%.").waitFor();
  await popUp.getByText("The tier of 40,000 MAU covers this usage and costs $250.00 more a month").waitFor();
  await accessible(page, "the pop-up");
  await picture(page, "pop-up over limit");
  await page.keyboard.press("Escape");
  await settled(page, "My Plan");
  await page.reload();
  await settled(page, "My Plan");
  assert.equal(await popUp.count(), 0);
});

walk("the pop-up leads to the tiers", { popUp: true }, async ({ page }) => {
  await signIn(page);
  await page.getByRole("dialog").getByRole("link", { name: "See higher tiers" }).click();
  await settled(page, "Change plan");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

// 100,000 is the limit of the largest tier, then 120,000 is above it.
walk("at the largest tier and above it the Enterprise plan is recommended, and no tier", { popUp: true }, async ({ page }) => {
  await signIn(page);
  const popUp = page.getByRole("dialog", { name: "Usage is above your limit" });
  await popUp.waitFor();
  await page.keyboard.press("Escape");
  await choose(page, "100,000");
  await pay(page).click();
  await page.getByRole("heading", { name: "Your plan is now 100,000 MAU" }).waitFor();
  await page.goto("/plan");
  await settled(page, "My Plan");
  assert.equal(await page.getByText(/Enterprise/).count(), 0, "22,000 fit");
  await upload(page, await more(page, 78_000));
  const advice = page.locator(".card__note", { hasText: "No tier holds more than 100,000 MAU: the Enterprise plan is made for that." });
  await advice.waitFor();
  assert.equal(await popUp.count(), 0, "100% is not above the limit");
  await upload(page, await more(page, 20_000));
  await popUp.getByText("120,000 of 100,000 MAU are used this month, 120%.").waitFor();
  await popUp.getByText("No tier holds more than 100,000 MAU").waitFor();
  assert.equal(await popUp.getByRole("link", { name: "See higher tiers" }).count(), 0);
  const { over_limit } = await read(page, "/account-status");
  assert.deepEqual([over_limit.fits, over_limit.largest, over_limit.usage], [null, 100_000, 120_000]);
  await accessible(page, "the pop-up above the largest tier");
  await picture(page, "pop-up Enterprise");
  await page.keyboard.press("Escape");
  await popUp.waitFor({ state: "hidden" });
  await picture(page, "My Plan above the largest tier");
  await advice.getByRole("link", { name: "See the Enterprise plan" }).click();
  await settled(page, "Change plan");
  assert.equal(await page.getByRole("radio", { name: /^More than 100,000/ }).isChecked(), true);
  await page.getByRole("link", { name: "Contact sales" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Update Plan|Downgrade/ }).count(), 0, "nothing is ordered here");
  await accessible(page, "the Enterprise plan");
  await picture(page, "Enterprise");
});

walk("the bar of the sandbox moves the clock forward only, and everything reloads", async ({ page }) => {
  await enter(page);
  const bar = page.locator(".sandbox-bar");
  await bar.getByText("June 20, 2026 at 9:00 AM (UTC)").waitFor();
  await bar.locator("summary").focus();
  await page.keyboard.press("Enter");
  await bar.getByLabel("To a date and time (UTC)").fill("2026-06-01T00:00");
  await bar.getByRole("button", { name: "Move" }).click();
  await bar.getByRole("alert").getByText("The clock moves forward only").waitFor();
  await accessible(page, "the bar of the sandbox");
  await bar.getByRole("button", { name: "+1 day" }).click();
  await bar.getByText("June 21, 2026").waitFor();
  await page.getByText("Day 21 of 30").waitFor();
  await bar.getByRole("button", { name: "To the next 1st" }).click();
  await bar.getByText("July 1, 2026 at 12:00 AM (UTC)").waitFor();
  await page.getByRole("heading", { name: "Usage in July" }).waitFor();
  await bar.getByLabel("To a date and time (UTC)").fill("2026-07-09T15:30");
  await bar.getByRole("button", { name: "Move" }).click();
  await bar.getByText("July 9, 2026 at 3:30 PM (UTC)").waitFor();
});

walk("the bar of the sandbox says how the next payment goes", async ({ page, watch }) => {
  watch.expectStatus(402);
  await enter(page);
  const bar = page.locator(".sandbox-bar");
  await bar.locator("summary").click();
  await bar.getByLabel("The next payment").selectOption({ label: "is declined" });
  await bar.getByRole("button", { name: "Set" }).click();
  await page.getByText("The next payment is declined").waitFor();
  await page.getByRole("link", { name: "Change plan" }).first().click();
  await settled(page, "Change plan");
  await page.getByRole("radio", { name: "40,000 MAU" }).check();
  await pay(page).click();
  await page.getByRole("main").getByRole("alert").getByText(/declined/i).first().waitFor();
});

walk("a trial counts down, locks and expires, each with its deadline", async ({ page }) => {
  await enter(page, { email: LARS, path: "/invoices", heading: "Invoices" });
  const banner = page.locator(".account-status .banner");
  await banner.getByText("Trial: 8 days left").waitFor();
  await banner.getByText(/^Add a payment method and your billing details by June 21, 2026 at 12:00 AM \(UTC\), or the dashboard closes/).waitFor();
  await banner.getByRole("link", { name: "Add a payment method" }).waitFor();
  await accessible(page, "trial");
  await picture(page, "standing trial");
  await moveTo(page, "2026-06-21T00:00:00Z");
  await banner.getByText("The dashboard is closed until billing is set up").waitFor();
  await banner.getByRole("link", { name: "See what to do" }).click();
  await settled(page, "My Plan");
  const lock = page.locator(".lock");
  await lock.getByRole("heading", { name: "The dashboard is closed until billing is set up" }).waitFor();
  await lock.getByText(/On July 12, 2026 at 12:00 AM \(UTC\) \(21 days left\) the account is cancelled/).waitFor();
  await accessible(page, "trial locked");
  await picture(page, "standing trial locked");
  await moveTo(page, "2026-06-28T00:00:00Z");
  await lock.getByRole("heading", { name: "Your trial has ended, and billing is not set up" }).waitFor();
});

walk("a lock for usage names the tiers that cure it, and one of them does", async ({ page }) => {
  await enter(page, { email: OLGA });
  const lock = page.locator(".lock");
  await lock.getByRole("heading", { name: "The dashboard is closed: usage is far above your tier" }).waitFor();
  assert.equal(await lock.getByRole("link", { name: "Upgrade to 20,000 MAU" }).count(), 0, "350% is still too much");
  await accessible(page, "overage lock");
  await picture(page, "standing overage lock");
  await page.getByText("Locked", { exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Manage add-ons" }).count(), 0, "what cannot be ordered is not offered");
  await page.goto("/plan/add-ons");
  await settled(page, "Manage add-ons");
  await lock.waitFor();
  assert.equal(await page.getByRole("button", { name: /Update Plan/ }).count(), 0, "nothing can be ordered");
  await lock.getByRole("link", { name: "Upgrade to 40,000 MAU" }).click();
  await settled(page, "Change plan");
  await pay(page).click();
  await page.getByRole("heading", { name: /40,000/ }).waitFor();
  await page.getByRole("link", { name: "Go to My Plan" }).or(page.getByRole("link", { name: "My Plan" })).first().click();
  await settled(page, "My Plan");
  await eventually(async () => assert.equal(await lock.count(), 0));
  const { access } = await read(page, "/account-status");
  assert.deepEqual(access.notices, []);
});

walk("a lock for usage that was counted wrongly goes with the correction, and both stand in the log", async ({ page }) => {
  await enter(page);
  const before = (await read(page, "/usage")).metered.mau;
  await upload(page, await more(page, 38_001));
  const lock = page.locator(".lock");
  await lock.getByRole("heading", { name: "The dashboard is closed: usage is far above your tier" }).waitFor();
  const locked = await read(page, "/account-status");
  assert.deepEqual(locked.access.notices.map(({ condition }) => condition), ["overage_lock"]);
  await page.goto("/plan/add-ons");
  await settled(page, "Manage add-ons");
  await lock.waitFor();
  await page.goto("/plan");
  await settled(page, "My Plan");
  await picture(page, "lock to be corrected");
  await upload(page, await more(page, -38_001));
  await lock.waitFor({ state: "detached" });
  await page.getByText("22,000", { exact: true }).first().waitFor();
  const { access } = await read(page, "/account-status");
  assert.deepEqual([access.notices, (await read(page, "/usage")).metered.mau], [[], before]);
  await picture(page, "lock corrected");
  await page.goto("/audit");
  await settled(page, "Activity log");
  const rows = (await page.getByRole("table").locator("tbody tr").allInnerTexts()).map((row) => row.replace(/\s+/g, " "));
  assert.match(rows[0], /^Usage file imported rows in the file: 1; 0 added, 1 corrected, 0 unchanged/);
  const fact = (action) => rows.findIndex((row) => row.startsWith(`${action} `));
  assert.match(rows[fact("Unlocked")], /figures were corrected to 22,000 of 20,000 MAU: usage was never above the line/);
  assert.match(rows[fact("Usage alert withdrawn")], /usage never reached 125%, 150%, 200%, 250%, 300% of 20,000/);
  assert.ok(fact("Unlocked") < fact("Locked for usage"), "the newest first");
  await accessible(page, "the log of a lock and its correction");
  await picture(page, "log of a corrected lock");
  await page.goto("/plan/add-ons");
  await settled(page, "Manage add-ons");
  assert.equal(await lock.count(), 0);
});

walk("a debit in rupees waits for the bank, also behind a reload, and is paid by confirming it", async ({ page }) => {
  await enter(page, { email: INA });
  // 1 July at 01:30 in India: the invoice is issued, its debit is a day later.
  await clock(page, "2026-06-30T20:00:00Z");
  await page.reload();
  await settled(page, "My Plan");
  const { outstanding } = await read(page, "/account-status");
  const due = `₹${Number(outstanding.due.value).toLocaleString("en-IN", { minimumFractionDigits: 2 })}`;
  const banner = page.locator(".account-status .banner");
  await banner.getByText(`A debit of ${due} needs your confirmation`).waitFor();
  await banner.getByText(/Pay it by July 2, 2026 at 12:00 AM \(UTC\+05:30\)/).waitFor();
  await accessible(page, "a debit that waits for its payer");
  await picture(page, "debit awaits");
  await banner.getByRole("button", { name: `Pay ${due} now` }).click();
  const waits = banner.filter({ hasText: `Your bank asks you to confirm a payment of ${due}` });
  await waits.waitFor();
  assert.equal((await read(page, "/invoices")).items[0].status, "processing");
  for (const [path, heading] of [["/invoices", "Invoices"], ["/plan", "My Plan"]]) {
    await page.goto(path);
    await settled(page, heading);
    await waits.getByText(new RegExp(`If you do not, invoice ${outstanding.invoices[0].number} stays unpaid`)).waitFor();
    assert.equal(await banner.count(), 1, "one thing is to be done");
  }
  await accessible(page, "a payment that waits for the bank");
  await picture(page, "debit to be confirmed");
  await waits.getByRole("button", { name: "I have confirmed it" }).click();
  await page.getByRole("status").getByText("The payment is on its way").waitFor();
  await waits.getByRole("button", { name: "Confirm at the sandbox's bank" }).click();
  await page.getByRole("status").getByText("The payment is confirmed").waitFor();
  await banner.waitFor({ state: "detached" });
  const { items } = await read(page, "/invoices");
  assert.deepEqual([items[0].status, items[0].total, items[0].paid_with], ["paid", outstanding.due, "Visa ending 3155"]);
  const stands = await read(page, "/account-status");
  assert.deepEqual([stands.outstanding, stands.authentication], [null, null]);
});

walk("what comes next is on My Plan, and in a calendar", async ({ page }) => {
  await enter(page);
  const card = page.locator(".card", { has: page.getByRole("heading", { name: "Coming up" }) });
  await card.getByText("Premium Channels ends").waitFor();
  await card.getByText("The month ends, and what is due is invoiced").waitFor();
  await card.getByText(/^Usage reaches 125% of your limit/).waitFor();
  const link = card.getByRole("link", { name: "Add to calendar" });
  assert.equal(await link.getAttribute("href"), "/api/v1/coming-up.ics");
  const { type, text } = await page.evaluate(async () => {
    const answer = await fetch("/api/v1/coming-up.ics");
    return { type: answer.headers.get("content-type"), text: await answer.text() };
  });
  assert.equal(type, "text/calendar; charset=utf-8");
  assert.match(text, /^BEGIN:VCALENDAR\r\n[^]*UID:next-billing-date-2026-07-01-org_acme@prorata\r\n[^]*END:VCALENDAR\r\n$/);
});

walk("a change that waits is withdrawn, and is not coming up any more", async ({ page }) => {
  await enter(page);
  const card = page.locator(".card", { has: page.getByRole("heading", { name: "Coming up" }) });
  await card.getByText("Premium Channels ends").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(async () => assert.equal(await card.getByText("Premium Channels ends").count(), 0));
});

walk("a standing that cannot be loaded says so, and the pages stay usable", async ({ page, watch }) => {
  watch.expect(/account-status/);
  await page.route("**/api/v1/account-status", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: "{}" }));
  await enter(page);
  await page.getByText("We couldn't load your account status").waitFor();
  await page.unroute("**/api/v1/account-status");
  await page.locator(".account-status").getByRole("button", { name: "Try again" }).click();
  await eventually(async () => assert.equal(await page.getByText("We couldn't load your account status").count(), 0));
});

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["a phone", { viewport: PHONE, isMobile: true, hasTouch: true }]]) {
  walk(`locks and banners: ${name}`, options, async ({ page }) => {
    await enter(page, { email: OLGA });
    await page.locator(".lock").waitFor();
    await accessible(page, `overage lock, ${name}`);
    await picture(page, `standing overage lock ${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false);
    await page.context().clearCookies();
    await enter(page, { email: LARS, path: "/invoices", heading: "Invoices" });
    await accessible(page, `trial, ${name}`);
    await picture(page, `standing trial ${name}`);
  });
}

/** The row of a file that raises the usage of Ada's shop today by this many users. */
async function more(page, users) {
  const { billing_day, projects } = await read(page, "/usage");
  const { id, parts } = projects.items.find(({ id }) => id === "prj_shop");
  return [id, billing_day, parts.app + users, parts.web_identified, parts.api, parts.anonymous_web, 1];
}

/** Moves the clock in the sandbox bar, and waits until every page has reloaded its data. */
async function moveTo(page, instant) {
  const bar = page.locator(".sandbox-bar");
  if ((await bar.getAttribute("open")) === null) await bar.locator("summary").click();
  await bar.getByLabel("To a date and time (UTC)").fill(instant.slice(0, 16));
  await bar.getByRole("button", { name: "Move" }).click();
  await page.getByText(/^It is .* now$/).first().waitFor();
}
