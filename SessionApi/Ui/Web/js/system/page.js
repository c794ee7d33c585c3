import { post } from "../api.js";
import { button, el, single } from "../dom.js";
import { bytes, duration, exactly, when } from "../format.js";
import { text } from "../text.js";
import { toast } from "../toast.js";
import { chart } from "./chart.js";
import { Part, patience } from "./part.js";

// What a person needs to know when something is wrong: what runs, what it takes, how near its limits it is, and what to press.

const lookPause = 1000;

export class SystemPage {
  #parts; #timer; #openedAt = Date.now();

  constructor() {
    document.title = `${text.system.title} · ${text.product}`;
    this.stale = el("p", { class: "problem", role: "alert", hidden: true });
    this.services = el("div", { class: "cards" });
    this.charts = el("div", { class: "cards" });
    this.sidecars = el("div");
    this.agents = el("div");
    this.index = el("div", { id: "index-state" });
    this.limits = el("div");
    const part = (title, content, note) => el("section", {}, el("h2", {}, title), note ? el("p", { class: "note" }, note) : null, content);
    this.element = el("div", { id: "system", class: "page" },
      el("h1", {}, text.system.title), this.stale, this.services, this.charts,
      part(text.system.sidecars, this.sidecars), part(text.system.agents, this.agents, text.system.stopAgentNote),
      part(text.system.index, this.index), part(text.system.limits, this.limits, text.system.limitsNote));
    const section = content => () => [content.closest("section")];
    this.#parts = [
      new Part("/api/status/diagnostics", answer => this.#showServer(answer), () => [this.server]),
      new Part("/api/status/history", answer => this.#showCharts(answer.samples), () => [this.charts]),
      new Part("/api/status/agents", answer => this.#showAgents(answer), () => [this.worker, this.agents.closest("section")]),
      new Part("/api/status/index", answer => this.#showIndex(answer), section(this.index)),
      new Part("/api/status/limits", answer => this.#showLimits(answer), section(this.limits)),
      new Part("/api/sidecars", answer => this.#showSidecars(answer.sidecars), section(this.sidecars)),
    ];
    this.#timer = setInterval(() => this.#look(), lookPause);
  }

  close() {
    clearInterval(this.#timer);
    this.#parts.forEach(part => part.close());
  }

  // By the clock and not by the answers: what hangs gives none. It is read out when it is written, so it is written once.
  #look() {
    this.#parts.forEach(part => part.mark());
    const answeredAt = Math.max(...this.#parts.map(part => part.answeredAt ?? 0));
    const message = text.system.stale(when(answeredAt || NaN));
    this.stale.hidden = Date.now() - (answeredAt || this.#openedAt) < patience;
    if (!this.stale.hidden && this.stale.textContent !== message) this.stale.textContent = message;
  }

  #showServer(status) {
    const longest = status.scheduling.longestDelayMs;
    this.server = card(text.system.server, [
      [text.system.memory, bytes(status.memory.residentBytes)],
      [text.system.delay, `${longest.toFixed(1)} ms`],
      [text.system.uptime, duration(status.uptimeMs)],
      [text.system.process, String(status.pid)],
    ]);
    this.#showServices();
  }

  #showServices() {
    this.services.replaceChildren(...[this.server, this.worker].filter(part => part));
  }

  #showWorker(isReachable, agents) {
    this.worker = card(text.system.worker, [
      [text.system.state, isReachable ? text.system.workerOk : text.system.workerUnreachable],
      [text.system.agents, text.number(agents.length)],
      [text.system.memory, bytes(agents.reduce((sum, agent) => sum + (agent.memoryBytes ?? 0), 0))],
    ]);
    this.worker.id = "worker-state";
    this.worker.dataset.state = isReachable ? "ok" : "unreachable";
    this.#showServices();
  }

  #showCharts(samples) {
    this.charts.replaceChildren(
      chart("delay", text.system.delay, samples, sample => sample.delayMs, value => `${value.toFixed(1)} ms`, 20),
      chart("memory", text.system.memory, samples, sample => sample.residentBytes, bytes),
      chart("cache", text.system.cache, samples, sample => sample.cacheBytes, bytes));
  }

  #showAgents({ agents, workerReachable }) {
    this.#showWorker(workerReachable, agents);
    refill(this.agents, agents.length === 0 ? el("p", { class: "note" }, workerReachable ? text.system.noAgents : text.system.workerUnreachable) : table(
      [text.system.session, text.system.state, text.system.memory, text.system.process, text.system.since, text.system.actions],
      agents.map(agent => el("tr", { "data-agent": agent.sessionId, "data-state": agent.turn ?? agent.state },
        el("th", { scope: "row" }, el("a", { href: `/sessions/${agent.sessionId}` }, agent.title ?? agent.sessionId)),
        el("td", {}, text.system.turn[agent.turn] ?? agent.state),
        el("td", { class: "number" }, bytes(agent.memoryBytes)),
        el("td", { class: "number" }, `${agent.pid ?? "–"} · ${text.system.processes(agent.processes ?? 1)}`),
        el("td", { title: exactly(agent.startedAt) }, duration(Date.now() - Date.parse(agent.startedAt))),
        el("td", {}, button(text.system.stopAgent, {
          "data-action": "stop-agent", "aria-label": `${text.system.stopAgent}: ${agent.title ?? agent.sessionId}`,
          onclick: single(() => act(`/api/sessions/${agent.sessionId}/agent/stop`, agent.title ?? agent.sessionId)),
        }))))));
  }

  #showSidecars(sidecars) {
    refill(this.sidecars, sidecars.length === 0 ? el("p", { class: "note" }, text.system.noSidecars) : table(
      [text.system.name, text.system.state, text.system.memory, text.system.restarts, text.system.lastFailure, text.system.actions],
      sidecars.map(sidecar => el("tr", { "data-sidecar": sidecar.name, "data-state": sidecar.state },
        el("th", { scope: "row", title: sidecar.command }, sidecar.name),
        el("td", { title: exactly(sidecar.since) }, `${sidecar.state} · ${duration(Date.now() - Date.parse(sidecar.since))}`),
        el("td", { class: "number" }, bytes(sidecar.memoryBytes)),
        el("td", { class: "number" }, String(sidecar.restarts.total)),
        el("td", { class: "failure", title: (sidecar.lastFailure?.lastOutput ?? []).join?.("\n") }, sidecar.lastFailure ? `${sidecar.lastFailure.reason} (${exactly(sidecar.lastFailure.at)})` : "–"),
        el("td", {}, button(text.system.restart, {
          "data-action": "restart", "aria-label": `${text.system.restart}: ${sidecar.name}`,
          onclick: single(() => act(`/api/sidecars/${encodeURIComponent(sidecar.name)}/restart`, sidecar.name)),
        }))))));
  }

  #showIndex(status) {
    this.index.dataset.state = status.state;
    this.index.replaceChildren(
      el("p", {}, el("strong", {}, text.system.indexState[status.state] ?? status.state), " · ", text.system.indexLine(status.sessions, status.files), " · ", bytes(status.bytes)),
      ...offenders(text.system.unreadable, status.worst.unreadable.map(failure => [failure.path, failure.error])),
      ...offenders(text.system.corrupt, status.worst.mostCorruptLines.map(offender => [offender.path, text.number(offender.amount)])),
      ...offenders(text.system.unwatched, status.watches.unwatchedDirectories.map(directory => [directory.path, directory.reason])));
  }

  #showLimits({ limits }) {
    const byUse = [...limits].sort((a, b) => share(b) - share(a) || a.name.localeCompare(b.name));
    refill(this.limits, table(
      [text.system.name, text.system.used, text.system.limit, text.system.peak],
      byUse.map(limit => el("tr", { "data-limit": `${limit.service}/${limit.name}`, title: limit.description },
        el("th", { scope: "row" }, limit.name, el("small", {}, ` ${limit.service}`)),
        el("td", {}, el("meter", { min: "0", max: limit.limit, value: limit.used, high: limit.limit * 0.8, optimum: "0", "aria-label": limit.description }), ` ${amount(limit, limit.used)}`),
        el("td", { class: "number" }, amount(limit, limit.limit)),
        el("td", { class: "number" }, amount(limit, limit.peak))))));
  }
}

const share = limit => limit.limit > 0 ? limit.used / limit.limit : 0;
const amount = (limit, value) => limit.unit === "By" ? bytes(value) : text.number(value);

function card(title, facts) {
  return el("section", { class: "card" }, el("h2", {}, title), el("dl", {}, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}

function table(heads, rows) {
  return el("div", { class: "table", tabindex: "0" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads.map(head => el("th", { scope: "col" }, head)))), el("tbody", {}, ...rows)));
}

// New figures in place of the old ones; not while somebody presses there or selects, and who has got to a part of it or has scrolled stays there.
function refill(container, content) {
  const selection = getSelection();
  if (container.querySelector(":active") || (!selection.isCollapsed && container.contains(selection.anchorNode))) return;
  const focused = container.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const left = container.querySelector(".table")?.scrollLeft ?? 0;
  container.replaceChildren(content);
  container.querySelector(".table")?.scrollTo({ left });
  if (focused) [...container.querySelectorAll("a, button, .table")].find(candidate => nameOf(candidate) === focused)?.focus({ preventScroll: true });
}

const nameOf = element => element.getAttribute("aria-label") ?? element.getAttribute("href") ?? element.className;

function offenders(title, entries) {
  return entries.length === 0 ? [] : [el("h3", {}, title), el("ul", { class: "paths" }, ...entries.map(([path, reason]) => el("li", {}, el("code", {}, path), ` ${reason}`)))];
}

const actPause = 1000; // a key that is held down asks no more often
const asking = new Set();

async function act(path, what) {
  if (asking.has(path)) return;
  asking.add(path);
  try {
    await post(path);
    toast(text.system.asked(what));
  } catch (error) {
    toast(text.system.failed(error.message));
  } finally {
    setTimeout(() => asking.delete(path), actPause);
  }
}
