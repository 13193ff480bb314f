// Pausing and cancelling, an unpaid invoice, and the reactivation.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { call, clock, DORA, enter, gateway, read, saveCard, settled } from "./harness/person.js";
import * as place from "./harness/place.js";

const run = promisify(execFile);

walk("a pause names its price and its end, is instant, and leads back by a request", async ({ page, backend }) => {
  await enter(page);
  await page.getByRole("link", { name: "Pause plan" }).click();
  await settled(page, "Pause plan");
  await page.getByText(/^On August 19, 2026 at .* the account and all its data are deleted for good/).waitFor();
  await accessible(page, "/plan/pause");
  await picture(page, "pause");
  await page.getByRole("button", { name: "Pause plan" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Pause the plan now?" });
  await dialog.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Keep the plan", "the least destructive answer has the keyboard");
  await accessible(page, "the question before a pause");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Pause plan", "the focus returns");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Pause now · invoice $28.80" }).click();
  await settled(page, "Your plan is paused");
  await page.getByText(/^Your data is kept until August 19, 2026 at .*: 60 days left/).waitFor();
  assert.equal(await page.getByRole("navigation").count(), 0, "nothing else is left");
  await accessible(page, "the paused page");
  await picture(page, "paused");
  await page.goto("/invoices");
  await settled(page, "Your plan is paused");
  await page.getByRole("button", { name: "Request reactivation" }).click();
  await page.getByText(/^ada@acme\.example requested the reactivation on June 20, 2026/).waitFor();
  // The overage that the pause has settled is being collected; until then a reactivation is refused.
  await eventually(() => reactivate(backend, "org_acme"));
  await page.reload();
  await settled(page, "Invoices");
});

// The overage up to the pause is invoiced, and the card is declined.
for (const way of ["the default card", "another card"]) {
  walk(`what a pause owes is paid on its page with ${way}, and then leads back`, async ({ page, watch, backend }) => {
    watch.expectStatus(402);
    await pauseInDebt(page);
    await page.getByText("Your plan can be reactivated once this is paid.").waitFor();
    const owed = page.locator(".account-status__debt");
    const { outstanding } = await read(page, "/account-status");
    assert.deepEqual([outstanding.due.value, outstanding.invoices.length], ["28.80", 1]);
    assert.match(await owed.innerText(), new RegExp(`${outstanding.invoices[0].number}\\s+Issued on June 20, 2026\\s+\\$28\\.80`));
    assert.equal(await page.locator(".button--primary").count(), 1, "paying comes first");
    assert.equal(await owed.getByRole("link", { name: outstanding.invoices[0].number }).count(), 0, "the invoices are closed");
    await accessible(page, "the paused page with a debt");
    await picture(page, "paused in debt");
    await assert.rejects(reactivate(backend, "org_acme"), /an invoice is still unpaid/);
    if (way === "another card") {
      await owed.getByRole("link", { name: "Use another card" }).click();
      await settled(page, "Payment methods");
      await picture(page, "another card in a pause");
      await saveCard(page);
      await page.getByRole("link", { name: "Go to My Plan" }).click();
    } else {
      await owed.getByRole("button", { name: "Pay $28.80 now" }).click();
      await owed.getByRole("alert").getByText(/^Not paid\./).waitFor();
      await picture(page, "paused in debt, declined");
      await gateway(page, "success");
      await owed.getByRole("button", { name: "Pay $28.80 now" }).click();
      await page.getByRole("status").getByText("$28.80 paid: your plan can be reactivated").waitFor();
    }
    await settled(page, "Your plan is paused");
    await owed.waitFor({ state: "detached" });
    const paid = await read(page, "/account-status");
    assert.deepEqual([paid.outstanding, paid.reactivation], [null, null]);
    await page.getByRole("button", { name: "Request reactivation" }).click();
    await page.getByText(/^ada@acme\.example requested the reactivation on June 20, 2026/).waitFor();
    await picture(page, `paused and asked for, ${way}`);
    await reactivate(backend, "org_acme");
    await page.goto("/invoices");
    await settled(page, "Invoices");
    const { items } = await read(page, "/invoices");
    const card = way === "another card" ? "Visa ending 4242" : "Visa ending 0002";
    assert.deepEqual([items[0].status, items[0].total.value, items[0].paid_with], ["paid", "28.80", card]);
  });
}

walk("what has been paid meanwhile is not asked for again", async ({ page, watch }) => {
  watch.expectStatus(409);
  await pauseInDebt(page);
  const saved = await call(page, "POST", "/sandbox/payment-method", { card: "success" });
  assert.equal(saved.status, 200);
  await page.getByRole("button", { name: "Pay $28.80 now" }).click();
  await page.getByRole("status").getByText(/^Not paid\. .*there is nothing to pay by hand/).waitFor();
  await page.locator(".account-status__debt").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Request reactivation" }).waitFor();
});

walk("a paused account that owes is cancelled from its page, with a reason and DELETE", async ({ page }) => {
  await pauseInDebt(page);
  await page.getByRole("link", { name: "Cancel plan" }).click();
  await settled(page, "Cancel plan");
  const end = page.getByRole("button", { name: "Cancel the account and delete its data", exact: true });
  assert.equal(await page.getByRole("link", { name: "Pause the plan instead" }).count(), 0);
  await page.getByText("Nothing that was paid is given back.", { exact: true }).waitFor();
  await page.getByText("$28.80 of issued invoices is unpaid, and stays owed.").waitFor();
  await page.getByLabel("Why are you cancelling?").selectOption({ label: "Hardly used" });
  await end.click();
  await page.getByText("Type DELETE in capital letters, with nothing around it").waitFor();
  await accessible(page, "/plan/cancel in a pause");
  await picture(page, "cancel in a pause");
  await page.getByLabel("Type DELETE to confirm").fill("DELETE");
  await end.click();
  await settled(page, "This account is cancelled");
  await page.getByText("An admin cancelled it.").waitFor();
  await accessible(page, "cancelled in a pause");
  await picture(page, "cancelled in a pause");
  const { lifecycle } = await read(page, "/account-status");
  assert.equal(lifecycle.cancelled?.cause ?? lifecycle.cause, "ordered", JSON.stringify(lifecycle));
});

walk("a cancellation asks why, says what goes, takes DELETE alone, and ends on one page", async ({ page }) => {
  await enter(page, { path: "/plan/cancel", heading: "Cancel plan" });
  const offers = ["Pause the plan instead", "Choose a lower tier instead"].map((name) => page.getByRole("link", { name }));
  const on = page.getByRole("button", { name: "Continue to cancel" });
  const looks = await Promise.all([...offers, on].map((way) => way.evaluate((element) => {
    const { color, backgroundColor, fontSize, height } = getComputedStyle(element);
    return { color, backgroundColor, fontSize, height };
  })));
  assert.deepEqual(looks[1], looks[0]);
  assert.deepEqual(looks[2], looks[0], "going on is as visible as the offers");
  await accessible(page, "/plan/cancel, offers");
  await on.click();
  const end = page.getByRole("button", { name: "Cancel the account and delete its data · invoice $28.80" });
  await page.getByRole("link", { name: "Export your data first" }).waitFor();
  await page.getByText(/^3 projects, 2 users, and .* days and events/).waitFor();
  await end.click();
  await page.getByText("Choose why you are cancelling").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "cancel-reason");
  await page.getByLabel("Why are you cancelling?").selectOption({ label: "Another reason" });
  await end.click();
  await page.getByText("Write your reason, or choose one from the list").waitFor();
  await page.getByLabel("Your reason").fill("We are moving on");
  await page.getByLabel("Type DELETE to confirm").fill("delete");
  await end.click();
  await page.getByText("Type DELETE in capital letters, with nothing around it").waitFor();
  await accessible(page, "/plan/cancel, form with errors");
  await picture(page, "cancel");
  await page.getByLabel("Type DELETE to confirm").fill("DELETE");
  await end.click();
  await settled(page, "This account is cancelled");
  await page.getByText("An admin cancelled it.").waitFor();
  await page.getByText(/The last backup is deleted on August 19, 2026/).waitFor();
  await accessible(page, "the cancelled page");
  await picture(page, "cancelled");
  await page.goto("/plan");
  await settled(page, "This account is cancelled");
});

walk("a failed order to cancel keeps what was typed", async ({ page, watch }) => {
  watch.expectStatus(503);
  await enter(page, { path: "/plan/cancel", heading: "Cancel plan" });
  await page.getByRole("button", { name: "Continue to cancel" }).click();
  await page.getByLabel("Why are you cancelling?").selectOption({ label: "Hardly used" });
  await page.getByLabel("Type DELETE to confirm").fill("DELETE");
  const problem = { type: "urn:prorata:problem:unavailable", title: "The server cannot answer now", status: 503, code: "unavailable", detail: "Nothing was changed" };
  await page.route("**/api/v1/cancellation", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  await page.getByRole("button", { name: /^Cancel the account/ }).click();
  await page.getByText("This was not carried out").waitFor();
  assert.equal(await page.getByLabel("Type DELETE to confirm").inputValue(), "DELETE");
  assert.equal(await page.getByLabel("Why are you cancelling?").inputValue(), "low_usage");
});

walk("a failed payment leads to grace, then to the lock, and paying opens everything", async ({ page, watch }) => {
  watch.expectStatus(402);
  await enter(page, { email: DORA });
  await clock(page, "2026-07-01T00:00:00Z");
  await page.goto("/invoices");
  await settled(page, "Invoices");
  const banner = page.locator(".account-status .banner");
  await banner.getByText(/^A payment of \$2\d\d\.\d\d failed$/).waitFor();
  await banner.getByText(/Everything works until July 11, 2026 at .*: 10 days left/).waitFor();
  await accessible(page, "grace");
  await picture(page, "grace");
  await clock(page, "2026-07-11T00:00:00Z");
  await page.goto("/plan");
  await settled(page, "My Plan");
  const lock = page.locator(".lock");
  await lock.getByRole("heading", { name: "The dashboard is closed until your invoices are paid" }).waitFor();
  await lock.getByText(/^On July 25, 2026 at .* \(14 days left\) the account is cancelled/).waitFor();
  await accessible(page, "payment lock");
  await picture(page, "payment lock");
  assert.equal(await page.getByRole("link", { name: "Change plan" }).count(), 0, "what cannot be ordered is not offered");
  await page.goto("/plan/change");
  await settled(page, "Change plan");
  assert.equal(await page.getByRole("radio").count(), 0, "nothing can be ordered before it is paid");
  await page.goto("/plan");
  await settled(page, "My Plan");
  await lock.getByRole("button", { name: /^Pay \$2\d\d\.\d\d now$/ }).click();
  await lock.getByRole("alert").getByText(/^Not paid\./).waitFor();
  await gateway(page, "success");
  await lock.getByRole("button", { name: /^Pay / }).click();
  await page.getByText(/paid: everything works again/).waitFor();
  await lock.waitFor({ state: "detached" });
  const { access } = await read(page, "/account-status");
  assert.deepEqual(access.notices, []);
});

walk("a card that is saved in grace pays what has failed, by itself", async ({ page }) => {
  await enter(page, { email: DORA });
  await clock(page, "2026-07-01T00:00:00Z");
  await clock(page, "2026-07-09T09:00:00Z");
  await page.goto("/plan");
  await settled(page, "My Plan");
  const banner = page.locator(".account-status .banner");
  await banner.getByText(/^A payment of \$2\d\d\.\d\d failed$/).waitFor();
  const saved = await call(page, "POST", "/sandbox/payment-method", { card: "success" });
  assert.equal(saved.status, 200);
  await clock(page, "2026-07-09T09:01:00Z");
  await page.reload();
  await settled(page, "My Plan");
  assert.equal(await banner.count(), 0);
  const { access } = await read(page, "/account-status");
  assert.deepEqual(access.notices, []);
  const { items } = await read(page, "/invoices");
  assert.deepEqual([items[0].status, items[0].paid_with], ["paid", "Visa ending 4242"]);
});

for (const [name, options] of [["dark", { colorScheme: "dark" }], ["a phone", { viewport: PHONE, isMobile: true, hasTouch: true }]]) {
  walk(`pause and cancel: ${name}`, options, async ({ page }) => {
    await enter(page, { path: "/plan/pause", heading: "Pause plan" });
    await accessible(page, `/plan/pause, ${name}`);
    await picture(page, `pause ${name}`);
    await page.goto("/plan/cancel");
    await settled(page, "Cancel plan");
    await page.getByRole("button", { name: "Continue to cancel" }).click();
    await accessible(page, `/plan/cancel, ${name}`);
    await picture(page, `cancel ${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false);
  });
}

/** A pause whose final invoice, for the overage until then, is declined. */
async function pauseInDebt(page) {
  await enter(page);
  await saveCard(page, "decline", "Visa 0002");
  await page.goto("/plan/pause");
  await settled(page, "Pause plan");
  await page.getByRole("button", { name: "Pause plan" }).click();
  await page.getByRole("button", { name: "Pause now · invoice $28.80" }).click();
  await settled(page, "Your plan is paused");
  // The debit of that invoice has failed.
  await clock(page, "2026-06-20T09:30:00Z");
  await page.reload();
  await settled(page, "Your plan is paused");
}

/** What the operator does after the request to the support team. */
async function reactivate(backend, organization) {
  const options = ["--database", backend.database, "--sandbox", "--clock", "2026-06-21T09:00:00Z"];
  await run(place.backend, ["reactivate", organization, ...options]);
}
