// Draws requests of the batch format (contract.md) from a fixed seed: mostly valid, some with each
// fault that has a code.

const ADD_ONS = ["advanced-analytics", "premium-channels", "whatsapp-connect", "content-personalization", "cloud-export"];
const ADD_ONS_2025 = [...ADD_ONS, "custom-list-segment", "promotions"];
const TIERS = [5_000, 20_000, 40_000, 60_000, 80_000, 100_000];
const STATES = ["27", "29", "07", "33", "97"];

/** This many request lines. */
export function requests(count) {
  const draw = new Draw(20_260_620);
  let lines = "";
  for (let index = 0; index < count; index += 1) lines += `${line(draw, index)}\n`;
  return lines;
}

function line(draw, index) {
  const request = sound(draw, index);
  if (!draw.chance(0.1)) return JSON.stringify(request);
  return draw.pick(DAMAGES)(request, draw);
}

function sound(draw, index) {
  const book = draw.pick(["essentials", "essentials-2025"]);
  const currency = book === "essentials" ? "USD" : draw.pick(["USD", "INR"]);
  const all = book === "essentials" ? ADD_ONS : ADD_ONS_2025;
  const active = all.filter(() => draw.chance(0.3));
  const tier = draw.pick(TIERS);
  const request = {
    id: `drawn-${index}`,
    price_book: book,
    currency,
    date: day(draw),
    subscription: { tier, add_ons: active, status: draw.chance(0.1) ? "trial" : "active" },
    usage: { mau: usage(draw, tier), data_points: draw.chance(0.3) ? usage(draw, tier) * 10_000 + draw.below(3) : 0 },
  };
  if (draw.chance(0.85)) request.change = change(draw, all, active);
  if (currency === "INR" && draw.chance(0.7)) request.tax = { supplier_state: "27", customer_state: draw.pick(STATES) };
  return request;
}

function change(draw, all, active) {
  const change = {};
  if (draw.chance(0.8)) change.tier = draw.pick(TIERS);
  const missing = all.filter((id) => !active.includes(id));
  if (draw.chance(0.4)) change.add = missing.filter(() => draw.chance(0.4));
  if (draw.chance(0.3)) change.remove = active.filter(() => draw.chance(0.4));
  return change;
}

function usage(draw, tier) {
  return draw.pick([0, tier - 1, tier, tier + 1, tier + 50, draw.below(tier * 4), draw.below(7 * tier)]);
}

function day(draw) {
  const date = new Date(Date.UTC(1970 + draw.below(120), draw.below(12), 1 + draw.below(31)));
  return date.toISOString().slice(0, 10);
}

/** Functions that put a fault into a request: one or several for each code of the contract. */
const DAMAGES = [
  (request) => JSON.stringify(request).slice(0, -2),
  (request) => JSON.stringify({ ...request, usage: undefined }),
  (request) => JSON.stringify({ ...request, colour: "blue" }),
  (request) => JSON.stringify({ ...request, usage: { mau: 1.5, data_points: 0 } }),
  (request) => JSON.stringify(request).replace('{"id"', '{"currency":"USD","id"'),
  (request) => JSON.stringify({ ...request, price_book: "essentials-1999" }),
  (request) => JSON.stringify({ ...request, currency: "EUR" }),
  (request, draw) => JSON.stringify({ ...request, change: { tier: 1 + draw.below(4_999) } }),
  (request) => JSON.stringify({ ...request, change: { add: ["time-travel"] } }),
  (request) => JSON.stringify({ ...request, ...added(request, "advanced-analytics", ["advanced-analytics"]) }),
  (request) => JSON.stringify({ ...request, ...added(request, "premium-channels", []) }),
  (request) => JSON.stringify({ ...request, date: `${request.date.slice(0, 5)}02-30` }),
  (request) => JSON.stringify({ ...request, date: `+${request.date}` }),
  (request, draw) => JSON.stringify({ ...request, usage: { mau: -1 - draw.below(9), data_points: 0 } }),
  (request) => JSON.stringify({ ...request, usage: { mau: 1_000_000_000_000_001, data_points: 0 } }),
  (request) => `  ${JSON.stringify({ ...request, id: `\u{1f9ee} ${request.id} \\ "` })}\r`,
];

function added(request, id, active) {
  const change = active.includes(id) ? { add: [id] } : { remove: [id] };
  return { subscription: { ...request.subscription, add_ons: active }, change };
}

/** A random generator (mulberry32) whose sequence depends only on its seed. */
class Draw {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }

  chance(share) {
    return this.below(1_000_000) < share * 1_000_000;
  }

  pick(choices) {
    return choices[this.below(choices.length)];
  }
}
