// Data and integration: retention, received data, the export, and credentials of programs.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { enter, read, settled } from "./harness/person.js";

walk("retention, region, checklist and schema say what has really arrived", async ({ page }) => {
  await enter(page, { path: "/data", heading: "Data" });
  const text = await page.getByRole("main").innerText();
  assert.match(text, /Essentials keeps every event for 36 months/);
  assert.match(text, /European Union/);
  assert.match(text, /Other regions are part of the Enterprise plan/);
  const { steps } = await read(page, "/data");
  const done = steps.filter(({ done_on }) => done_on !== null).length;
  assert.ok(done >= 1, "the demo has counted users");
  assert.match(text, new RegExp(`${done} of 3 done`));
  for (const name of ["GDPR", "CCPA", "SOC 2 Type II", "ISO 27001", "HIPAA"]) assert.ok(text.includes(name), name);
  await accessible(page, "/data");
  await picture(page, "data");
});

walk("everything is exported, as CSV and as JSON", async ({ page }) => {
  await enter(page, { path: "/data", heading: "Data" });
  for (const format of ["CSV", "JSON"]) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: `Export as ${format}` }).click();
    const file = await download;
    assert.match(file.suggestedFilename(), new RegExp(`^prorata-org_acme-2026-06-20-${format.toLowerCase()}\\.zip$`));
    assert.equal(await file.failure(), null);
  }
});

walk("a credential is asked for at its fields, shown once, and revoked", async ({ page }) => {
  await enter(page, { path: "/data", heading: "Data" });
  const issue = page.getByRole("button", { name: "Issue credential" });
  await issue.click();
  const name = page.getByLabel("What it is for");
  await page.getByText("Say what it is for").waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.id), "data-credential-0"));
  for (const [typed, said] of [
    ["4242 4242 4242 4242", "This looks like a card number; remove it"],
    ["load\u202Eer", "Write this on one line, without special characters"],
    ["x".repeat(61), "At most 60 characters fit here"],
  ]) {
    await name.fill(typed);
    await issue.click();
    await page.locator("#data-credential-0-error").getByText(said).waitFor();
    assert.equal(await name.getAttribute("aria-invalid"), "true", typed);
  }
  assert.deepEqual((await read(page, "/credentials")).credentials, []);
  await name.fill("Nightly import");
  await page.getByLabel("Valid for (days)").fill("1000");
  await issue.click();
  await page.getByText("Enter a whole number from 1 to 730").waitFor();
  await page.getByLabel("Valid for (days)").fill("30");
  await page.keyboard.press("Enter");
  await page.getByText("Copy the token of Nightly import now").waitFor();
  const token = await page.locator("code").innerText();
  assert.ok(token.length >= 32, token);
  await accessible(page, "/data with a token");
  await picture(page, "data token");
  await page.reload();
  await settled(page, "Data");
  assert.equal((await page.getByRole("main").innerText()).includes(token), false, "shown once");
  await page.getByRole("button", { name: "Revoke Nightly import" }).click();
  await page.getByRole("button", { name: "Revoke Nightly import for good" }).click();
  await page.getByText(/Revoked on/).waitFor();
  const { credentials } = await read(page, "/credentials");
  assert.notEqual(credentials[0].revoked_at, null);
});

walk("the data page on a phone, in the dark", { viewport: PHONE, colorScheme: "dark" }, async ({ page }) => {
  await enter(page, { path: "/data", heading: "Data" });
  await accessible(page, "/data on a phone");
  await picture(page, "data phone dark");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
});
