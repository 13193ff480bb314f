// Loads the pieces of the app: wasm files that are fetched when their code is first called. In the
// release the table below names them; in development the app is one file, and the table stays empty.
import { initSync } from "./app.js";

// Each piece with its files, and the integrity value of each; the release writes it.
const PIECES = {};

// The piece of each page, by the beginning of its path.
const ROUTES = [
  ["plan/change", "change_plan"],
  ["plan/add-ons", "add_ons"],
  ["plan/pause", "leaving"],
  ["plan/cancel", "leaving"],
  ["invoices", "records"],
  ["data", "records"],
  ["support", "records"],
  ["audit", "activity"],
  ["billing", "sandbox"],
  ["sandbox", "sandbox"],
  ["plan", "plan"],
  ["", "plan"],
];

const compiled = new Map();
const started = new Map();

// Fetches the piece of a page while the app itself is still on its way.
export function preload(path) {
  const page = path.replace(/^\/+|\/+$/g, "");
  const route = ROUTES.find(([start]) => page === start || page.startsWith(`${start}/`));
  for (const file of PIECES[route?.[1]] ?? []) compile(file).catch(() => {});
}

// What the app calls for a piece: loads its files, then calls the app back.
export function loader(piece) {
  return async (callback, data) => {
    const loaded = await Promise.allSettled(PIECES[piece].map(start));
    const failed = loaded.find(({ status }) => status === "rejected");
    if (failed) console.info(`the piece ${piece} could not be loaded`, failed.reason);
    initSync().__indirect_function_table.get(callback)(data, !failed);
  };
}

// A second instance of a file would overwrite the statics of the first.
function start(file) {
  return once(started, file, async () => {
    const app = initSync();
    return WebAssembly.instantiate(await compile(file), { main: app, __wasm_split: app });
  });
}

function compile(file) {
  return once(compiled, file, async () => WebAssembly.compile(await fetched(file)));
}

// A file that fails is asked for once more, past the cache, which may hold a damaged copy.
async function fetched(file) {
  try {
    return await fetchOnce(file, "default");
  } catch {
    return await fetchOnce(file, "reload");
  }
}

async function fetchOnce([name, integrity], cache) {
  const response = await fetch(new URL(name, import.meta.url), { cache, integrity });
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return response.arrayBuffer();
}

// What has failed is forgotten, so that it can be tried again.
function once(begun, [name], begin) {
  if (!begun.has(name)) {
    const task = begin();
    task.catch(() => begun.delete(name));
    begun.set(name, task);
  }
  return begun.get(name);
}
