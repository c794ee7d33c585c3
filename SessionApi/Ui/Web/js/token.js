import { setToken } from "./api.js";
import { el } from "./dom.js";
import { text } from "./text.js";

// Asks for the token of a server that wants one, and begins again with it.

export function askForToken() {
  if (document.getElementById("token-dialog")) return;
  const input = el("input", { id: "token", type: "password", autocomplete: "off", required: true });
  const problem = el("p", { class: "problem", role: "alert" });
  const dialog = el("dialog", { id: "token-dialog", "aria-labelledby": "token-title" },
    el("form", { method: "dialog", onsubmit: enter },
      el("h2", { id: "token-title" }, text.token.title),
      el("label", { for: "token" }, text.token.label), input, problem,
      el("div", { class: "dialog-actions" }, el("button", { type: "submit", class: "primary" }, text.token.enter))));
  dialog.addEventListener("close", () => dialog.remove()); // left with Escape it can be shown again
  document.body.append(dialog);
  dialog.showModal();

  async function enter(event) {
    event.preventDefault();
    const value = input.value.trim();
    const answer = await fetch("/api/status", { headers: { Authorization: `Bearer ${value}` } }).catch(() => null);
    if (answer?.ok) {
      setToken(value);
      location.reload();
    } else {
      problem.textContent = answer ? text.token.wrong : text.error.network;
    }
  }
}
