// A role without the permission is refused by the server, and the page says why instead of showing an
// empty table.
import assert from "node:assert/strict";
import { walk } from "./harness/browser.js";
import { call, enter, MAX, read, signIn } from "./harness/person.js";

const ROUTES = [
  ["GET", "/organization"],
  ["GET", "/price-book"],
  ["GET", "/subscription"],
  ["GET", "/usage"],
  ["GET", "/invoices"],
  ["GET", "/invoices/ACME-2627-00001"],
  ["GET", "/audit"],
  ["GET", "/audit.csv"],
  ["POST", "/quotes", { tier: 40_000 }],
  ["POST", "/plan-changes", {}],
  ["GET", "/plan-changes/1"],
  ["DELETE", "/scheduled-changes/1"],
];
const PAGES = ["/plan", "/plan/change?tier=40000", "/plan/add-ons?add=content-personalization", "/invoices", "/invoices/ACME-2627-00001", "/audit?section=plan"];

walk("a Member is refused everywhere, and nothing changes", async ({ page, context, watch }) => {
  watch.expectStatus(401, 403);
  await enter(page);
  const before = await read(page, "/subscription");
  await context.clearCookies();
  await signIn(page, MAX);
  await page.getByRole("heading", { level: 1, name: "This area is for admins" }).waitFor();
  for (const [method, path, body] of ROUTES) {
    const answer = await call(page, method, path, body, { "idempotency-key": "5b1c3d1e-1b1f-4c43-9d0b-6a6a6f3f4a10" });
    assert.equal(answer.status, 403, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body.code, "forbidden", `${method} ${path}`);
  }
  await context.clearCookies();
  await enter(page);
  assert.deepEqual(await read(page, "/subscription"), before);
});

for (const path of PAGES) {
  walk(`a Member who opens ${path} is told whom to ask`, async ({ page, watch }) => {
    watch.expectStatus(403);
    await signIn(page, MAX, path);
    const main = page.getByRole("main");
    await main.getByRole("heading", { level: 1, name: "This area is for admins" }).waitFor();
    await main.getByText(/ask an admin/).waitFor();
    assert.equal(await page.getByRole("table").count(), 0);
    assert.equal(await page.getByRole("button", { name: /Update Plan|Downgrade/ }).count(), 0);
    assert.doesNotMatch(await main.innerText(), /\$\d/);
  });
}

walk("signed out, every route answers 401 and the page asks to sign in", async ({ page, watch }) => {
  watch.expectStatus(401);
  await page.goto("/invoices");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  for (const [method, path, body] of ROUTES) {
    assert.equal((await call(page, method, path, body)).status, 401, `${method} ${path}`);
  }
});

walk("a wrong password is refused in words, and the address stays", async ({ page, watch }) => {
  watch.expectStatus(401);
  await page.goto("/plan");
  await page.getByLabel("E-mail").fill("ada@acme.example");
  await page.getByLabel("Password").fill("not this");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "ada@acme.example");
});

walk("empty fields are named, linked to their message, and the first gets the focus", async ({ page, watch }) => {
  watch.expectStatus(401);
  await page.goto("/plan");
  await page.getByRole("button", { name: "Sign in" }).click();
  const email = page.getByLabel("E-mail");
  await page.getByText("Enter your e-mail address").waitFor();
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  const described = await email.evaluate((field) => (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText ?? "").join(" "));
  assert.match(described, /Enter your e-mail address/);
  assert.equal(await email.evaluate((field) => field === document.activeElement), true);
  assert.equal(watch.requests.filter((request) => request.method() === "POST").length, 0);
});

walk("signing out on every device ends the session of another browser too, and the log says so", async ({ backend, context, page }) => {
  await enter(page);
  const elsewhere = await context.browser().newContext({ baseURL: backend.url });
  const other = await elsewhere.newPage();
  await enter(other);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("button", { name: "Sign out on every device" }).click();
  await page.getByLabel("Password").waitFor();
  await other.reload();
  await other.getByLabel("Password").waitFor();
  await enter(page, { path: "/audit?section=sign_ins", heading: "Activity log" });
  const rows = await page.getByRole("table").locator("tbody tr").allInnerTexts();
  assert.match(rows[0], /^Signed in/);
  assert.match(rows[1], /^Signed out everywhere/);
  await elsewhere.close();
});
