// A ticket: filled in, refused at its fields, kept after a failed request, sent once.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { enter, read, settled } from "./harness/person.js";

const LOG = { name: "log.txt", mimeType: "text/plain", buffer: Buffer.from("one line\n") };
const send = (page) => page.getByRole("button", { name: "Send ticket" }).click();

async function fillIn(page) {
  await page.getByLabel("Help topic").selectOption("Payments");
  await page.getByLabel("Category").selectOption("Billing");
  await page.getByLabel("Priority").selectOption("High");
  await page.getByLabel("Subject").fill("Invoice of June");
  await page.getByLabel("Description").fill("It says\ntwice the amount");
}

walk("an empty ticket says at each field what it needs, and a file what is wrong with it", async ({ page }) => {
  await enter(page, { path: "/support", heading: "Support" });
  assert.equal(await page.getByLabel("E-mail").inputValue(), "ada@acme.example");
  assert.notEqual(await page.getByLabel("Account id").getAttribute("readonly"), null);
  await picture(page, "support");
  await send(page);
  await page.getByRole("alert").getByText("5 fields need another value").waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.id), "support-topic"));
  assert.equal(await page.getByLabel("Subject").getAttribute("aria-invalid"), "true");
  await accessible(page, "/support with faults");
  await picture(page, "support faults");
  await fillIn(page);
  await page.getByLabel("Attachments").setInputFiles({ name: "run.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
  await page.getByText("Only files ending in").waitFor();
  await page.getByRole("button", { name: "Remove run.exe" }).click();
  await page.getByText("Only files ending in").waitFor({ state: "detached" });
  await page.getByLabel("Description").fill("my card 4111 1111 1111 1111");
  await page.getByText("This looks like a card number").waitFor();
  assert.deepEqual((await read(page, "/support")).tickets, []);
});

walk("what was written survives a failure, and is sent once", async ({ page, watch }) => {
  watch.expectStatus(503);
  watch.expect(/ERR_/);
  await enter(page, { path: "/support", heading: "Support" });
  await fillIn(page);
  await page.getByLabel("Attachments").setInputFiles(LOG);
  await page.getByText("log.txt", { exact: true }).waitFor();
  await page.getByRole("checkbox", { name: /Max/ }).check();
  const keys = [];
  let lost = 0;
  await page.route("**/api/v1/support/tickets", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    // The first response is lost: the server has the ticket, the page does not know.
    if (lost++ === 0) {
      await route.fetch();
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  await send(page);
  await page.getByRole("alert").getByText("The ticket was not sent").waitFor();
  assert.equal(await page.getByLabel("Subject").inputValue(), "Invoice of June");
  assert.equal(await page.getByLabel("Description").inputValue(), "It says\ntwice the amount");
  assert.equal(await page.getByLabel("Category").evaluate((list) => list.selectedOptions[0].text), "Billing");
  assert.equal(await page.getByRole("checkbox", { name: /Max/ }).isChecked(), true);
  await page.getByText("log.txt", { exact: true }).waitFor();
  await picture(page, "support failure");
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route("**/api/v1/support", (route) => held.then(() => route.continue()), { times: 1 });
  await send(page);
  await page.getByText("Ticket 1 is sent").waitFor();
  for (const field of ["Subject", "Description"]) {
    await eventually(async () => assert.equal(await page.getByLabel(field).inputValue(), "", "before the tickets are read again"));
  }
  release();
  assert.equal(new Set(keys).size, 1, "the same ticket has the same key");
  const { tickets } = await read(page, "/support");
  assert.equal(tickets.length, 1);
  assert.deepEqual([tickets[0].attachments, tickets[0].team], [["log.txt"], ["max@acme.example"]]);
  assert.equal(await page.getByLabel("Subject").inputValue(), "");
  await page.getByText("1 · Invoice of June").click();
  await page.getByText("Attached: log.txt").waitFor();
  await accessible(page, "/support with a ticket");
  await picture(page, "support sent");
  await page.goto("/sandbox/mailbox");
  await settled(page, "Mailbox");
  const told = page.getByRole("row", { name: /Ticket: Invoice of June/ });
  assert.equal(await told.count(), 3);
});

walk("a ticket by keyboard on a phone, in the dark", { viewport: PHONE, colorScheme: "dark" }, async ({ page }) => {
  await enter(page, { path: "/support", heading: "Support" });
  await page.getByLabel("Help topic").focus();
  for (const keys of ["Plan", "Tab", "Bug", "Tab", "Low", "Tab"]) {
    await (keys === "Tab" ? page.keyboard.press("Tab") : page.keyboard.type(keys));
  }
  await page.keyboard.type("Help");
  await page.keyboard.press("Enter");
  await page.getByText("This is required").waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.id), "support-description"));
  await page.keyboard.type("Please");
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement.textContent)) === "Send ticket") break;
  }
  await page.keyboard.press("Enter");
  await page.getByText("Ticket 1 is sent").waitFor();
  await accessible(page, "/support on a phone");
  await picture(page, "support phone dark");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
});
