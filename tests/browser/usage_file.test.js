// A usage file: its faults stay on screen, and good figures count once they are applied.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { PHONE, picture, walk } from "./harness/browser.js";
import { accessible } from "./harness/axe.js";
import { enter, read } from "./harness/person.js";
import * as place from "./harness/place.js";

const run = promisify(execFile);

const HEAD = "project,day,app,web_identified,api,anonymous_web,data_points";

function file(name, ...rows) {
  return { name, mimeType: "text/csv", buffer: Buffer.from([HEAD, ...rows, ""].join("\n")) };
}

function card(page) {
  return page.locator("section").filter({ has: page.getByRole("heading", { name: "Usage from a file" }) }).last();
}

for (const colorScheme of ["light", "dark"]) {
  walk(`a bad file is explained line by line, in ${colorScheme}`, { colorScheme }, async ({ page, watch }) => {
    await enter(page);
    watch.expectStatus(422);
    const before = (await read(page, "/usage")).metered;
    const upload = card(page);
    const bad = file("june.csv", "prj_shop,2026-06-20,many,0,0,0,1", "prj_nowhere,2026-06-20,1,0,0,0,1", "prj_shop,2026-07-20,1,0,0,0,1");
    await upload.getByLabel("CSV file").setInputFiles(bad);
    await upload.getByText("june.csv was not imported").waitFor();
    const faults = await upload.getByRole("listitem").allInnerTexts();
    assert.equal(faults.length, 3);
    assert.match(faults[0], /Line 2, column app\s+"many" is not a whole number/);
    assert.match(faults[1], /Line 3, column project\s+your organization has no project/);
    assert.match(faults[2], /Line 4, column day\s+this day has not come/);
    assert.equal(await upload.getByRole("button", { name: "Import" }).count(), 0);
    assert.deepEqual((await read(page, "/usage")).metered, before, "nothing was changed");
    await accessible(page, "My Plan");
    await picture(page, `usage-file-refused-${colorScheme}`);
  });

  walk(`a good file is shown before it counts, in ${colorScheme}`, { colorScheme, viewport: PHONE }, async ({ page }) => {
    await enter(page);
    const before = await read(page, "/usage");
    const shop = before.projects.items.find((project) => project.id === "prj_shop");
    const upload = card(page);
    const users = shop.parts.app + 1_000;
    const good = file("june.csv", `prj_shop,2026-06-20,${users},${shop.parts.web_identified},${shop.parts.api},${shop.parts.anonymous_web},1`);
    await upload.getByLabel("CSV file").setInputFiles(good);
    await upload.getByText("Rows in june.csv: 1. Nothing is wrong with them, and nothing counts yet.").waitFor();
    assert.match(await upload.innerText(), /Users this month\s+23,000\s+22,000 so far/);
    assert.deepEqual((await read(page, "/usage")).metered, before.metered, "nothing counts yet");
    await accessible(page, "My Plan");
    await picture(page, `usage-file-ready-${colorScheme}`);
    await upload.getByRole("button", { name: "Import" }).click();
    await upload.getByText("june.csv is imported").waitFor();
    await page.getByText("3,000 over").first().waitFor();
    assert.equal((await read(page, "/usage")).metered.mau, 23_000);
    assert.equal((await read(page, "/subscription")).metered.mau, 23_000, "one figure everywhere");
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(sideways <= 0, `${sideways} px too wide`);
  });
}

walk("the card stays when the page's data changes while it is out of sight", { viewport: PHONE }, async ({ page }) => {
  await enter(page);
  const upload = card(page);
  await upload.getByLabel("CSV file").setInputFiles(file("june.csv", "prj_lab,2026-06-20,9000,0,0,0,1"));
  const apply = upload.getByRole("button", { name: "Import" });
  await apply.waitFor();
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await apply.evaluate((button) => button.click());
  await page.getByText("Overage, 5,500 MAU").first().waitFor();
  await upload.getByText("june.csv is imported").waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0);
});

walk("a file can be discarded, and another one chosen", async ({ page }) => {
  await enter(page);
  const upload = card(page);
  await upload.getByLabel("CSV file").setInputFiles(file("one.csv", "prj_lab,2026-06-20,9000,0,0,0,1"));
  await upload.getByRole("button", { name: "Discard" }).click();
  await upload.getByRole("button", { name: "Discard" }).waitFor({ state: "detached" });
  assert.equal((await read(page, "/usage")).metered.mau, 22_000);
  assert.equal(await upload.getByRole("listitem").count(), 0);
});

walk("the summary downloads as a CSV file with every figure", async ({ page }) => {
  await enter(page);
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), "usage-summary.csv");
  const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
  for (const line of ["month,,,usage,22000", "month,,,tier_limit,20000", "month,,,mau_overage,24.00", "month,,,month_estimate_before_tax,318.80"]) {
    assert.ok(lines.includes(line), `${line} is not in ${lines.slice(0, 40).join("\n")}`);
  }
});

walk("the published examples come out of the account's own price list", async ({ page }) => {
  await enter(page);
  await page.getByText("What usage costs: four examples").click();
  const totals = await page.locator(".usage-file__examples tbody tr").evaluateAll((rows) => rows.map((row) => row.lastElementChild.textContent));
  assert.deepEqual(totals, ["$250.00", "$270.00", "$274.00", "$296.40"]);
  await accessible(page, "My Plan");
  await picture(page, "usage-examples");
});

walk("the chart says itself in words, and is a table too", async ({ page }) => {
  await enter(page);
  assert.match(await page.locator(".chart figcaption").textContent(), /22,000 .*20,000/s);
  await page.getByText("Table", { exact: true }).click();
  const rows = await page.locator(".chart__table tbody tr").allInnerTexts();
  assert.equal(rows.length, 20);
  assert.match(rows[0], /June 20\s+22,000/);
  await accessible(page, "My Plan");
});

walk("of many projects some are shown, and any is found", { viewport: PHONE }, async ({ backend, page }) => {
  const crowd = ["--organizations", "1", "--users", "0", "--projects", "120", "--clock", "2026-06-20T09:00:00Z"];
  await run(place.backend, ["seed-demo", "--database", backend.database, ...crowd]);
  await enter(page, { email: "admin@org-00001.example" });
  const projects = page.locator("section").filter({ has: page.getByRole("heading", { name: "Projects", exact: true }) }).last();
  await projects.getByText("50 of 120").waitFor();
  const rows = projects.locator("tbody tr");
  assert.equal(await rows.count(), 50);
  const more = projects.getByRole("button", { name: "Show more projects" });
  await more.focus();
  await page.keyboard.press("Enter");
  await projects.getByText("100 of 120").waitFor();
  assert.equal(await rows.count(), 100);
  assert.equal(await more.evaluate((button) => button === document.activeElement), true, "the focus stays");
  await projects.getByLabel("Find a project").fill("PROJECT 000113");
  await projects.getByText("1 of 1", { exact: true }).waitFor();
  assert.match(await rows.innerText(), /Project 000113/);
  assert.equal(await more.isVisible(), false, "there are no more");
  await accessible(page, "My Plan");
  await picture(page, "many-projects");
  await projects.getByLabel("Find a project").fill("nowhere");
  await projects.getByText("No project has these words in its name.").waitFor();
  await projects.getByLabel("Find a project").fill("");
  await projects.getByText("50 of 120").waitFor();
});
