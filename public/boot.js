// The first code of the stand-alone page. It applies the chosen theme before anything is painted,
// starts the app, and says something readable when that fails. In development this is a file of its
// own; the release joins it with the glue and the loader of pieces, so that the page loads one script.
import init, { mount } from "./app.js";
import { preload } from "./pieces.js";

const ADDRESS = new URL("./app_bg.wasm", import.meta.url);
// The release puts the fingerprint of its wasm here; in development there is none to hold it against.
const INTEGRITY = "";
const SUPPORT = "mailto:support@prorata.example?subject=Prorata%20does%20not%20start";
const THEMES = ["light", "dark"];

const FAILURES = {
  unsupported: {
    title: "This browser cannot run Prorata",
    text: "It has no WebAssembly, or WebAssembly is switched off (lockdown modes do that). Use a current version of Chrome, Edge, Firefox or Safari, or allow WebAssembly for this site, then reload.",
  },
  blocked: {
    title: "Prorata is blocked from starting",
    text: "A security policy forbids WebAssembly on this page. Switch off extensions that change pages and reload; in a company network, ask whoever runs it to allow 'wasm-unsafe-eval' for this address.",
  },
  missing: {
    title: "Prorata could not be loaded",
    text: "A part of the app is not there. A new version may just have been installed, or the connection broke. Check the connection and reload the page.",
  },
  damaged: {
    title: "Prorata arrived incomplete",
    text: "A part of the app was damaged on the way. Reload the page; if that does not help, empty the browser's cache for this site.",
  },
  crashed: {
    title: "Prorata stopped unexpectedly",
    text: "Something went wrong inside the app. Nothing is charged without an answer: reload the page to see the current state.",
  },
};

class BootFailure extends Error {
  constructor(kind, cause) {
    super(FAILURES[kind].title, { cause });
    this.kind = kind;
  }
}

const host = document.getElementById("organization");
const loading = document.getElementById("boot");
const theme = storedTheme();
if (theme !== "auto") host.dataset.theme = theme;
new MutationObserver(followTheme).observe(host, { attributeFilter: ["data-theme"] });
followTheme();
if (stored("prorata-signed-in")) preload(location.pathname);
start();

function storedTheme() {
  const chosen = stored("prorata-theme");
  return THEMES.includes(chosen) ? chosen : "auto";
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // Storage may be forbidden.
  }
}

// The browser's own parts, such as the scroll bar, take their colours from here.
function followTheme() {
  const chosen = host.dataset.theme;
  document.querySelector('meta[name="color-scheme"]').content = THEMES.includes(chosen) ? chosen : "light dark";
}

async function start() {
  try {
    await load();
    // Kept where it can be reached: an app whose handle is collected is gone.
    globalThis.prorata = mount(host, { apiBase: "/api/v1", routing: { mode: "history", base: "/" }, theme });
    loading.remove();
    addEventListener("error", (event) => watch(event.error));
    addEventListener("unhandledrejection", (event) => watch(event.reason));
  } catch (error) {
    fail(error instanceof BootFailure ? error.kind : "crashed", error);
  }
}

async function load() {
  if (typeof WebAssembly !== "object") throw new BootFailure("unsupported");
  let response;
  try {
    response = await fetch(ADDRESS, { integrity: INTEGRITY });
  } catch (error) {
    throw new BootFailure(arrived() ? "damaged" : "missing", error);
  }
  if (!response.ok) throw new BootFailure("missing");
  try {
    await init({ module_or_path: response });
  } catch (error) {
    const blocked = /unsafe-eval|Content Security Policy/i.test(String(error));
    throw new BootFailure(blocked ? "blocked" : "damaged", error);
  }
}

// A file that is not what it should be fails like one that never came; what came of it tells.
function arrived() {
  const came = ({ responseStatus, decodedBodySize }) => responseStatus < 400 && decodedBodySize > 0;
  return performance.getEntriesByName(ADDRESS.href).some(came);
}

// A trap inside the wasm ends the app for good: everything after it would be a guess.
function watch(error) {
  if (typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError) fail("crashed", error);
}

function fail(kind, error) {
  console.error(error);
  const page = element("main", "boot");
  page.setAttribute("role", "alert");
  const reload = element("button", "boot__reload", "Reload");
  reload.type = "button";
  reload.addEventListener("click", () => location.reload());
  const support = element("a", "boot__link", "Write to support");
  support.href = SUPPORT;
  const actions = element("p", "boot__actions");
  actions.append(reload, support);
  page.append(element("h1", "boot__title", FAILURES[kind].title), element("p", "boot__text", FAILURES[kind].text), actions);
  document.title = FAILURES[kind].title;
  host.replaceChildren(page);
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
