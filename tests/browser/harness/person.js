// Steps of a person in the app, and requests of their browser to the API.
import assert from "node:assert/strict";

export const ADA = "ada@acme.example";
export const MAX = "max@acme.example";
export const DORA = "dora@decline.example";
export const TIM = "tim@timeout.example";
export const INA = "ina@india.example";
export const OLGA = "olga@overload.example";
export const YARA = "yara@yearly.example";
export const FAYE = "faye@fresh.example";
export const LARS = "lars@late.example";
export const MIA = "mia@mailer.example";
const PASSWORD = "prorata-demo";
/** The test cards, in the order of their list. */
const CARDS = ["success", "decline", "timeout", "authentication"];

/** Opens a path and signs in there. */
export async function signIn(page, email = ADA, path = "/plan") {
  await page.goto(path);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in and waits for the requested page and all its data. */
export async function enter(page, { email = ADA, path = "/plan", heading = "My Plan" } = {}) {
  await signIn(page, email, path);
  await settled(page, heading);
}

/** Waits until the page has its one heading, nothing is loading, and what loads only when it comes near
 * has been looked at. */
export async function settled(page, heading) {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  const top = await page.evaluate(() => scrollY);
  await page.waitForFunction(() => {
    const distant = document.querySelector(".lazy");
    distant?.scrollIntoView({ behavior: "instant" });
    return !distant && document.querySelector('[aria-busy="true"]') === null;
  });
  await page.evaluate((top) => scrollTo({ top, behavior: "instant" }), top);
}

/** Calls the API from inside the page, as the person who is signed in there. */
export async function call(page, method, path, body, headers = {}) {
  return page.evaluate(
    async ({ method, path, body, headers }) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    },
    { method, path, body, headers },
  );
}

/** Reads from the API, and fails unless the request succeeds. */
export async function read(page, path) {
  const { status, body } = await call(page, "GET", path);
  assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
  return body;
}

/** The invoices of plan changes; each is for one capture. */
export async function charges(page) {
  const { items } = await read(page, "/invoices");
  return items.filter(({ kind }) => kind === "upgrade" || kind === "add_on");
}

/** Saves a card and billing details, on their pages. */
export async function setUp(page) {
  await saveCard(page);
  await page.goto("/billing/details");
  await settled(page, "Billing details");
  await page.getByLabel("Organization name").fill("Folios LLC");
  await page.getByLabel("Billing address").fill("1 Quay\nPortland, ME 04101\nUnited States");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Billing details are saved").waitFor();
}

/** Saves a test card on its page; `does` says what its charges do. */
export async function saveCard(page, does = "success", card = "Visa 4242") {
  await page.goto("/billing/payment-methods");
  await settled(page, "Payment methods");
  await page.locator("#on-file-card").selectOption(String(CARDS.indexOf(does)));
  await page.getByRole("button", { name: "Save card" }).click();
  await page.getByText(`${card} is now the default`).waitFor();
}

/** Uploads rows of usage on My Plan: each is a project, a day, and its figures as of the end of the day. */
export async function upload(page, ...rows) {
  const lines = ["project,day,app,web_identified,api,anonymous_web,data_points", ...rows.map((row) => row.join(",")), ""];
  const file = { name: "usage.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) };
  await page.getByLabel("CSV file").setInputFiles(file);
  await page.getByRole("button", { name: "Import" }).click();
  await page.getByText("usage.csv is imported").waitFor();
}

/** Moves the sandbox clock. */
export async function clock(page, now) {
  const { status, body } = await call(page, "POST", "/sandbox/clock", { now });
  assert.ok(status < 300, `the clock answered ${status}: ${JSON.stringify(body)}`);
}

/** Scripts the outcomes of the sandbox gateway's next charges. */
export async function gateway(page, ...outcomes) {
  const { status } = await call(page, "POST", "/sandbox/gateway", { outcomes });
  assert.ok(status < 300, `the gateway answered ${status}`);
}

/** The tier of this many users on Change Plan, such as "40,000". */
export function tier(page, limit) {
  return page.getByRole("radio", { name: `${limit} MAU` });
}

/** Opens Change Plan with a tier chosen. */
export async function choose(page, limit) {
  await page.goto("/plan/change");
  await settled(page, "Change plan");
  await tier(page, limit).check();
}

/** The button that charges; its label has the amount. */
export function pay(page, amount) {
  return page.getByRole("button", { name: amount === undefined ? /^Update Plan · pay/ : `Update Plan · pay ${amount}`, exact: true });
}
