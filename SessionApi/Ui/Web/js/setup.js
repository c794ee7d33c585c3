import { button, el } from "./dom.js";
import { text } from "./text.js";

// The first run: what was looked for, where, and how to say where it is.

export class Setup {
  /// @param found the answer of GET /api/status/setup
  constructor(found, create) {
    const hasSessions = found.sessions > 0;
    const hasAgent = !found.workerReachable || found.agent.path !== null;
    this.needed = !hasSessions || !hasAgent;
    this.note = found.isDemo ? el("p", { id: "demo", class: "notice" }, text.setup.demo) : null;
    this.element = el("section", { id: "first-run", class: "page" },
      el("h1", {}, text.setup.title),
      hasSessions ? null : transcripts(found),
      hasAgent ? null : agent(found.agent),
      found.workerReachable ? null : el("p", { class: "problem" }, text.setup.workerUnreachable),
      !hasAgent ? null : el("div", {}, el("p", {}, text.setup.allThere), button(text.create.action, { class: "primary", onclick: create })),
      found.isDemo ? null : el("div", {}, el("p", {}, text.setup.try), command("dotnet run --project AppHost -- --demo")));
  }
}

const command = line => el("pre", { class: "command" }, el("code", {}, line));

function transcripts(found) {
  return el("section", { "data-missing": "transcripts" },
    el("h2", {}, text.setup.noTranscripts),
    el("p", {}, `${text.setup.lookedFor} `, el("code", {}, found.projectsDir), ". ",
      found.projectsDirExists ? text.setup.folderEmpty : text.setup.folderMissing),
    el("p", {}, text.setup.fixTranscripts),
    command("CLAUDE_CONFIG_DIR=~/.claude dotnet run --project AppHost"));
}

function agent(looked) {
  return el("section", { "data-missing": "agent" },
    el("h2", {}, text.setup.noAgent),
    el("p", {}, `${text.setup.agentCommand} `, el("code", {}, looked.command), ` ${text.setup.agentIn}`),
    el("ul", { class: "paths" }, ...looked.searched.map(path => el("li", {}, el("code", {}, path)))),
    el("p", {}, text.setup.fixAgent),
    command("CLAUDE_CLI_PATH=/path/to/claude dotnet run --project AppHost"));
}
