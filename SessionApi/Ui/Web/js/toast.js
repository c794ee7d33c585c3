import { button, el } from "./dom.js";

// A short word at the foot of the page, with one thing to do about it if there is one.

let leave = 0;

export function toast(message, { action, onAction, duration = 6000 } = {}) {
  const box = document.getElementById("toast");
  clearTimeout(leave);
  box.replaceChildren(el("span", {}, message));
  if (action) {
    box.append(button(action, {
      "data-action": "undo",
      onclick: () => {
        hide();
        onAction();
      },
    }));
  }
  box.hidden = false;
  leave = setTimeout(hide, duration);
}

function hide() {
  clearTimeout(leave);
  document.getElementById("toast").hidden = true;
}
