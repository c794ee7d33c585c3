import { get, post } from "../api.js";
import { button, el, icon } from "../dom.js";
import { folderName } from "../format.js";
import { text } from "../text.js";
import { toast } from "../toast.js";

// The dialog for a new session: a folder from among the recent ones, from the disk, or written by hand.

const browsePause = 150;
const mostFolders = 60;

export function openCreate(onCreated) {
  document.getElementById("new-session-dialog")?.remove();
  const folder = el("input", { id: "new-folder", type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": "new-problem", oninput: () => browseSoon() });
  let modeIsChosen = false;
  const mode = el("select", { id: "new-mode", onchange: () => { modeIsChosen = true; } }, ...Object.entries(text.modes).map(([value, label]) => el("option", { value }, label)));
  const recent = el("div", { id: "recent-folders", class: "folders" });
  const here = el("div", { id: "folders-here", class: "folders" });
  const problem = el("p", { id: "new-problem", class: "problem", role: "alert" });
  const submit = el("button", { id: "create-session", type: "submit", class: "primary" }, text.create.create);
  const dialog = el("dialog", { id: "new-session-dialog", "aria-labelledby": "new-title" },
    el("form", { method: "dialog", onsubmit: create },
      el("h2", { id: "new-title" }, text.create.title),
      el("label", { for: "new-folder" }, text.create.folder), folder,
      el("h3", {}, text.create.recent), recent,
      el("h3", {}, text.create.browse), here,
      el("label", { for: "new-mode" }, text.create.mode), mode,
      problem,
      el("div", { class: "dialog-actions" },
        button(text.create.cancel, { onclick: () => dialog.close() }),
        submit)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  folder.focus();
  loadRecent();
  browse();
  get("/api/permissions/mode").then(answer => { if (!modeIsChosen) mode.value = answer.mode; }, () => {});

  let timer = 0;
  function browseSoon() {
    clearTimeout(timer);
    timer = setTimeout(browse, browsePause);
  }

  async function loadRecent() {
    const { projects } = await get("/api/sessions/recent-projects?limit=8").catch(() => ({ projects: [] }));
    recent.replaceChildren(...projects.map(project => choice(project.realPath, project.projectName)));
    if (folder.value !== "" || projects.length === 0) return;
    choose(projects[0].realPath);
    if (document.activeElement === folder) folder.select(); // whoever begins to write now replaces it
  }

  async function browse() {
    const path = folder.value.trim();
    try {
      const query = path === "" ? "" : `?${new URLSearchParams({ path, maxResults: mostFolders })}`;
      const answer = await get(`/api/filesystem/browse${query}`);
      if (folder.value.trim() !== path) return;
      const parent = answer.parentPath && answer.parentPath !== answer.currentPath ? [choice(answer.parentPath, "..", text.create.up)] : [];
      here.replaceChildren(...parent, ...answer.entries.slice(0, mostFolders).map(entry => choice(entry.path, entry.name)));
      if (path === "") folder.placeholder = answer.currentPath;
      problem.textContent = "";
    } catch (error) {
      if (folder.value.trim() !== path) return;
      here.replaceChildren();
      problem.textContent = error.message;
    }
  }

  function choice(path, name, label) {
    return button(icon("folder"), { class: "folder", "data-folder": path, title: path, "aria-label": label ?? name, onclick: () => choose(path) }, name || folderName(path));
  }

  function choose(path) {
    folder.value = path;
    browse();
  }

  async function create(event) {
    event.preventDefault();
    problem.textContent = "";
    submit.disabled = true; // a second click makes no second session
    try {
      const workDir = folder.value.trim();
      const made = await post("/api/sessions", { ...(workDir === "" ? {} : { workDir }), permissionMode: mode.value });
      if (!dialog.open) return; // who has left it goes on with something else; the list shows the session
      dialog.close();
      onCreated(made.sessionId);
    } catch (error) {
      if (!dialog.open) toast(text.create.failed(error.message));
      problem.textContent = text.create.failed(error.message);
      submit.disabled = false;
      submit.focus();
    }
  }
}
