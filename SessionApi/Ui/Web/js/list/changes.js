import { patch, remove } from "../api.js";
import { el } from "../dom.js";
import { text } from "../text.js";
import { toast } from "../toast.js";

// Changes of a session that can be begun from the list and from the session itself.

const undoTime = 6000;
const deletions = new Map(); // id -> { complete, undo }, the newest last

/// Puts a field in the place of a title. Enter keeps what is written, Escape leaves all as it was.
/// @param onDone called when a key has ended it: who has gone elsewhere stays there
export function rename(id, title, place, onDone) {
  const input = el("input", {
    "data-rename": "", class: "rename", value: title, "aria-label": text.rename.label, maxlength: "500",
    onkeydown: event => {
      event.stopPropagation();
      if (event.key === "Escape") finish(false, onDone);
      else if (event.key === "Enter") finish(true, onDone);
    },
    onblur: () => finish(true),
    onclick: event => event.preventDefault(),
  });
  let isFinished = false;
  async function finish(keeps, done) {
    if (isFinished) return;
    isFinished = true;
    const name = input.value.trim();
    const isNew = keeps && name !== "" && name !== title;
    if (isNew) place.textContent = name;
    input.replaceWith(place);
    done?.();
    if (!isNew) return;
    try {
      await patch(`/api/sessions/${id}`, { title: name });
    } catch (error) {
      place.textContent = title;
      toast(text.rename.failed(error.message));
    }
  }
  place.replaceWith(input);
  input.focus();
  input.select();
}

/// Deletes a session when nobody has taken it back in time. Until then nothing has happened but that it is not shown.
export function removeLater(list, id, title) {
  if (deletions.has(id)) return;
  list.hide(id, true);
  const decide = () => {
    clearTimeout(timer);
    deletions.delete(id);
    closeToast();
  };
  const complete = async keepalive => {
    decide();
    try {
      await remove(`/api/sessions/${id}`, { keepalive });
    } catch (error) {
      if (error.status !== 404) toast(text.remove.failed(error.message));
    }
    list.refresh();
    setTimeout(() => list.hide(id, false), 2000);
  };
  const undo = () => {
    decide();
    list.hide(id, false);
  };
  const timer = setTimeout(complete, undoTime);
  const closeToast = toast(text.remove.done(title), { action: text.remove.undo, duration: undoTime, onAction: undo });
  deletions.set(id, { complete, undo });
}

/// Takes back the newest deletion that can be taken back. False when there is none.
export function undoRemoval() {
  const newest = [...deletions.values()].at(-1);
  newest?.undo();
  return newest !== undefined;
}

// Who leaves the page has not taken it back.
addEventListener("pagehide", () => deletions.forEach(({ complete }) => complete(true)));
