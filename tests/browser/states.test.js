// What is shown while data loads, when it is empty, when a request fails, and offline.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, picture, walk } from "./harness/browser.js";
import { charges, choose, clock, enter, INA, pay, tier } from "./harness/person.js";

walk("while data is on its way there is a skeleton, not a blank page", async ({ page }) => {
  await enter(page);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/api/v1/{usage,subscription,invoices}", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("navigation").getByRole("link", { name: "Invoices" }).click();
  const busy = page.locator('[aria-busy="true"]');
  await busy.first().waitFor({ timeout: 1_000 });
  assert.ok((await page.locator('[aria-busy="true"] [aria-hidden="true"], [aria-busy="true"][aria-hidden="true"]').count()) > 0, "the skeleton is hidden from readers");
  release();
  await page.getByRole("table").first().waitFor();
  await eventually(async () => assert.equal(await busy.count(), 0));
});

walk("one failing part leaves the rest of the page, says what failed, and can be tried again", async ({ page, watch }) => {
  watch.expectStatus(500);
  await enter(page);
  await page.route("**/api/v1/usage", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "urn:prorata:problem:internal", title: "Internal error", status: 500, code: "internal", detail: "something went wrong", request_id: "req-7f3a" }),
    }),
  );
  await page.goto("/plan");
  await page.getByRole("alert").filter({ hasText: "Your usage could not be loaded" }).waitFor();
  await page.getByText("req-7f3a").first().waitFor();
  await page.getByText(/Essentials/).first().waitFor();
  await picture(page, "plan usage failed");
  await page.unroute("**/api/v1/usage");
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByRole("meter").first().waitFor();
});

walk("an answer that is no JSON does not break the page", async ({ page }) => {
  await enter(page);
  await page.route("**/api/v1/invoices*", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>proxy login</h1>" }));
  await page.goto("/invoices");
  await page.getByRole("alert").filter({ hasText: "The invoices could not be loaded" }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "My Plan" }).click();
  await page.getByRole("meter").first().waitFor();
});

walk("offline there is a banner, nothing can be ordered, and it recovers by itself", async ({ page, context }) => {
  await enter(page);
  await choose(page, "40,000");
  await pay(page, "$91.67").waitFor();
  await context.setOffline(true);
  await page.getByText("You are offline", { exact: true }).waitFor();
  await eventually(async () => {
    const button = page.getByRole("button", { name: /Update Plan/ });
    const disabled = (await button.isDisabled()) || (await button.getAttribute("aria-disabled")) === "true";
    assert.equal(disabled, true, "the order cannot be sent");
  });
  await picture(page, "offline");
  await context.setOffline(false);
  await page.getByText("You are offline", { exact: true }).waitFor({ state: "detached" });
  assert.equal(await tier(page, "40,000").isChecked(), true, "the choice is kept");
  await pay(page, "$91.67").click();
  await eventually(async () => assert.equal((await charges(page)).length, 1));
});

walk("what could not be loaded offline is loaded as soon as there is a connection", async ({ page, context, watch }) => {
  watch.expect(/ERR_INTERNET_DISCONNECTED|net::ERR/);
  await enter(page);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Invoices" }).first().click();
  await page.getByRole("button", { name: "Try again" }).first().waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).first().waitFor({ state: "detached" });
  await page.getByText("The next billing date is").or(page.getByText("The first invoice is issued")).first().waitFor();
});

walk("rupees are grouped in lakhs, GST is split into its taxes, and the bank's question is asked", async ({ page }) => {
  await enter(page, { email: INA });
  await choose(page, "100,000");
  const text = await page.getByRole("main").innerText();
  assert.match(text, /₹1,00,000/);
  assert.match(text, /CGST|IGST/);
  await picture(page, "india");
  await pay(page).click();
  await page.getByText("Your bank wants you to confirm the payment").first().waitFor();
  await picture(page, "india authentication");
  await page.getByRole("button", { name: "Confirm at the sandbox's bank" }).click();
  await page.getByRole("heading", { name: "Your plan is now 100,000 MAU" }).waitFor();
});

walk("the theme is chosen once and kept, for the next page load too", { colorScheme: "light" }, async ({ page }) => {
  await enter(page);
  const scheme = () => page.evaluate(() => getComputedStyle(document.getElementById("organization")).colorScheme);
  assert.match(await scheme(), /light/);
  await page.getByRole("button", { name: "Account and appearance" }).click();
  await page.getByRole("radio", { name: "Dark" }).check();
  await eventually(async () => assert.equal(await scheme(), "dark"));
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "My Plan" }).waitFor();
  assert.equal(await scheme(), "dark");
});

walk("without storage the page works all the same", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(globalThis, name, { get() { throw new DOMException("no storage", "SecurityError"); } });
    }
  });
  // Nothing is stored about the pop-up, so it opens with every load, but not over Change Plan.
  const closePopUp = () => page.getByRole("dialog").getByRole("button", { name: "Not now" }).click();
  await enter(page);
  await closePopUp();
  await page.goto("/plan/change");
  await tier(page, "40,000").check();
  await pay(page, "$91.67").click();
  await eventually(async () => assert.equal((await charges(page)).length, 1));
});

walk("before the first invoice the page says when it comes, and what it will be", async ({ page }) => {
  await enter(page);
  await page.route("**/api/v1/invoices*", (route) => route.fulfill({ json: { items: [], next: null, next_invoice_on: "2026-07-01" } }));
  await page.goto("/invoices");
  await page.getByText("No invoices yet").waitFor();
  assert.match(await page.getByRole("main").innerText(), /The first invoice is issued on .*July.* 2026|The first invoice is issued on .*Jul.* 2026/);
  assert.equal(await page.locator("table:not(.activity__table)").count(), 0);
  await picture(page, "invoices empty");
  await page.getByRole("link", { name: "See what it will be" }).click();
  await page.getByRole("heading", { level: 1, name: "My Plan" }).waitFor();
});

walk("the button keeps its width while the order is on its way, and shows a sign only when it takes long", async ({ page }) => {
  await enter(page);
  await choose(page, "40,000");
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/api/v1/plan-changes", async (route) => {
    await held;
    await route.continue();
  });
  const button = pay(page, "$91.67");
  const before = await button.boundingBox();
  // Holds the element itself, whose label changes while it is busy.
  const element = await button.elementHandle();
  await button.click();
  await eventually(async () => assert.match(await element.evaluate((node) => `${node.getAttribute("aria-busy")} ${node.getAttribute("aria-disabled")} ${node.disabled}`), /true/));
  const during = await element.boundingBox();
  assert.ok(Math.abs(before.width - during.width) < 1, `${before.width} became ${during.width}`);
  await picture(page, "paying");
  release();
  await eventually(async () => assert.equal((await charges(page)).length, 1));
});

walk("Escape closes the dialog on top, and the choice is still there", async ({ page, watch }) => {
  watch.expectStatus(409);
  await enter(page);
  await choose(page, "40,000");
  await clock(page, "2026-06-21T00:00:30Z");
  await pay(page, "$91.67").click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await accessible(page, "the dialog of a changed price");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await tier(page, "40,000").isChecked(), true);
  await pay(page, "$83.33").waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement !== document.body), true, "the focus is not lost"));
  assert.deepEqual(await charges(page), []);
});
