import { button, el } from "./dom.js";

// Short words at the foot of the page, each with one thing to do about it if there is one. One does not take the place of another: what can
// be taken back can be for as long as was said.

/// @returns takes it away before its time
export function toast(message, { action, onAction, duration = 6000 } = {}) {
  const box = document.getElementById("toast");
  const close = () => {
    clearTimeout(timer);
    element.remove();
    box.hidden = box.childElementCount === 0;
  };
  const element = el("div", { class: "toast" }, el("span", {}, message), action ? button(action, {
    "data-action": "undo",
    onclick: () => {
      close();
      onAction();
    },
  }) : null);
  const timer = setTimeout(close, duration);
  box.append(element);
  box.hidden = false;
  return close;
}
