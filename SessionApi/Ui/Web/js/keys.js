import { button, el, isDialogOpen, isWriting } from "./dom.js";
import { text } from "./text.js";

// The keys of the whole page. Those of a part are handled there first.

export function listenToKeys(actions) {
  document.addEventListener("keydown", event => {
    if (event.defaultPrevented || isDialogOpen()) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const action = (event.ctrlKey || event.metaKey) && event.key === "k" ? actions.search
      : (event.ctrlKey || event.metaKey) && event.key === "." ? actions.stop
      : (event.ctrlKey || event.metaKey) && event.key === "z" && !isWriting(event.target) ? actions.undo
      : event.key === "Escape" ? actions.leave
      : plain && !isWriting(event.target) ? actions[event.key]
      : undefined;
    if (action && action(event) !== false) event.preventDefault();
  });
}

export function showKeys() {
  const dialog = el("dialog", { id: "keys", "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title" }, text.keys.title),
    el("dl", { class: "keys" }, ...text.keys.list.flatMap(([key, meaning]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, meaning)])),
    el("div", { class: "dialog-actions" }, button(text.keys.close, { class: "primary", onclick: () => dialog.close() })));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
