import { get, onTokenNeeded } from "./api.js";
import { button, el, icon } from "./dom.js";
import { Feed } from "./feed.js";
import { listenToKeys, showKeys } from "./keys.js";
import { removeLater, rename, undoRemoval } from "./list/changes.js";
import { SessionList } from "./list/list.js";
import { rowId } from "./list/sections.js";
import { text } from "./text.js";

// The page: the list at the left, what is open at the right. An address is a page: / , /sessions/<id> , /system.

const feed = new Feed();
const list = new SessionList(feed);
const main = el("main", { id: "main", tabindex: "0" });
const connection = el("span", { id: "connection", role: "status" });
let page = null; // what is open: { element, close, onKey… }
let asked = 0; // how often a page has been asked for: one that comes late is not put
let setup = null;

const app = document.getElementById("app");
app.replaceChildren(
  el("header", { class: "bar" },
    el("a", { class: "brand", href: "/" }, text.product), connection,
    el("nav", { "aria-label": text.product },
      button(icon("plus"), { id: "new-session", title: `${text.create.action} (n)`, onclick: create }, el("span", {}, text.create.action)),
      el("a", { class: "button", href: "/system", id: "to-system", title: `${text.nav.system} (g)` }, icon("pulse"), el("span", {}, text.nav.system)),
      button(icon("keys"), { id: "show-keys", title: `${text.nav.keys} (?)`, "aria-label": text.nav.keys, onclick: showKeys }))),
  el("div", { id: "body" }, list.element, main),
  el("div", { id: "toast", role: "status", hidden: true }));

function showConnection() {
  connection.dataset.state = feed.state;
  connection.textContent = text.connection[feed.state];
}

async function show(path) {
  const mine = ++asked;
  const [, kind, id] = path.split("/");
  page?.close?.();
  page = null;
  document.body.dataset.page = kind || "list";
  list.open(kind === "sessions" ? id : null);
  document.getElementById("to-system").toggleAttribute("aria-current", kind === "system");
  main.replaceChildren();
  try {
    const make = await (pages[kind] ?? home)(id);
    if (mine === asked) put(make());
  } catch (error) {
    console.error(error);
    if (mine === asked) put(notOpened());
  }
}

// A page is fetched when it is first asked for, or before that, and made when it is still wanted then.
const pages = {
  __proto__: null, // no other words are pages
  async sessions(id) {
    const { SessionPage } = await import("./session/page.js");
    return () => new SessionPage(id, { list, remove: removeSession });
  },
  async system() {
    const { SystemPage } = await import("./system/page.js");
    return () => new SystemPage();
  },
};

// Fetched while the server is there: a module that could not be fetched once is not fetched again by this page.
function fetchPages() {
  import("./session/page.js").catch(() => {});
  import("./system/page.js").catch(() => {});
}

// Only a new beginning fetches a module again.
function notOpened() {
  return {
    element: el("div", { id: "not-opened", class: "page" }, el("p", { class: "problem", role: "alert" }, text.error.page),
      el("div", {}, button(text.error.again, { class: "primary", onclick: () => location.reload() }))),
  };
}

function put(opened) {
  page = opened;
  main.replaceChildren(opened.element);
}

function home() {
  document.title = text.product;
  if (setup?.needed) lookAtSetup(); // it may be there by now
  return welcome;
}

function welcome() {
  if (setup?.needed) return { element: setup.element };
  return {
    element: el("div", { class: "welcome" }, el("p", {}, text.list.welcome),
      el("dl", { class: "keys" }, ...text.list.hints.flatMap(([key, meaning]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, meaning)]))),
  };
}

function go(path) {
  if (path !== location.pathname) history.pushState(null, "", path);
  show(path);
}

async function create() {
  const { openCreate } = await import("./list/create.js");
  openCreate(id => go(`/sessions/${id}`));
}

function removeSession(id, title) {
  removeLater(list, id, title);
  if (location.pathname === `/sessions/${id}`) go("/");
}

// What the server says: whether anything is missing, and whether this is a demonstration.
async function lookAtSetup() {
  const found = await get("/api/status/setup").catch(() => null);
  if (!found) return;
  const { Setup } = await import("./setup.js");
  const wasNeeded = setup?.needed;
  setup = new Setup(found, create);
  if (setup.note && !document.getElementById("demo")) app.querySelector(".bar").after(setup.note);
  if (location.pathname === "/" && (setup.needed || wasNeeded)) put(welcome());
}

document.addEventListener("click", event => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  event.preventDefault();
  go(new URL(link.href).pathname);
});
addEventListener("popstate", () => show(location.pathname));
feed.addEventListener("state", showConnection);
onTokenNeeded(async () => (await import("./token.js")).askForToken());

// A key that is held down answers one question, not those that come after it.
const answer = kind => event => !event.repeat && (page?.answer?.(kind) ?? false);
const inList = action => event => list.element.contains(document.activeElement) && action(event);
const move = event => (list.scroller.contains(document.activeElement) || document.activeElement === list.search.input || document.activeElement === document.body)
  && list.onKey(event);
listenToKeys({
  search: () => list.search.focus(),
  "/": () => list.search.focus(),
  "?": showKeys,
  n: create,
  g: () => go("/system"),
  ArrowDown: move, ArrowUp: move, PageDown: move, PageUp: move, Home: move, End: move, ArrowLeft: move, ArrowRight: move,
  F2: inList(() => {
    const row = list.activeRow;
    const place = document.activeElement.querySelector?.(".row-title");
    if (!row || !place) return false;
    rename(rowId(row), row.title, place, () => list.focus());
  }),
  Delete: inList(() => {
    const row = list.activeRow;
    if (!row) return false;
    removeSession(rowId(row), row.title);
  }),
  m: () => page?.write?.() ?? false,
  a: answer("allow"),
  s: answer("allow-session"),
  d: answer("deny"),
  undo: undoRemoval,
  stop: () => page?.stop?.() ?? false,
  leave: event => {
    if (document.activeElement === list.search.input) {
      list.search.clear();
      list.focus();
    } else if (page?.leave?.(event)) {
      // the page has used it
    } else if (location.pathname !== "/") {
      go("/");
      list.focus();
    } else {
      return false;
    }
  },
});
list.search.input.addEventListener("keydown", event => {
  if (event.key !== "ArrowDown" && event.key !== "Enter") return;
  event.preventDefault();
  list.focus();
});

showConnection();
show(location.pathname);
list.element.addEventListener("ready", () => {
  lookAtSetup();
  (window.requestIdleCallback ?? (action => setTimeout(action, 500)))(fetchPages);
}, { once: true });
