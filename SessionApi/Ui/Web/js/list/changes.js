import { patch, remove } from "../api.js";
import { el } from "../dom.js";
import { text } from "../text.js";
import { toast } from "../toast.js";

// Changes of a session that can be begun from the list and from the session itself.

const undoTime = 6000;
const deletions = new Map(); // id -> what completes it

/// Puts a field in the place of a title. Enter keeps what is written, Escape leaves all as it was.
export function rename(id, title, place, onDone) {
  const done = name => {
    input.replaceWith(place);
    onDone?.(name);
  };
  const input = el("input", {
    "data-rename": "", class: "rename", value: title, "aria-label": text.rename.label, maxlength: "500",
    onkeydown: event => {
      event.stopPropagation();
      if (event.key === "Escape") finish(false);
      else if (event.key === "Enter") finish(true);
    },
    onblur: () => finish(true),
    onclick: event => event.preventDefault(),
  });
  let isFinished = false;
  async function finish(keeps) {
    if (isFinished) return;
    isFinished = true;
    const name = input.value.trim();
    if (!keeps || name === "" || name === title) return done(null);
    place.textContent = name;
    done(name);
    try {
      await patch(`/api/sessions/${id}`, { title: name });
    } catch (error) {
      place.textContent = title;
      onDone?.(title);
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
  const complete = async keepalive => {
    clearTimeout(timer);
    deletions.delete(id);
    try {
      await remove(`/api/sessions/${id}`, { keepalive });
    } catch (error) {
      if (error.status !== 404) toast(text.remove.failed(error.message));
    }
    list.refresh();
    setTimeout(() => list.hide(id, false), 2000);
  };
  const timer = setTimeout(complete, undoTime);
  deletions.set(id, complete);
  toast(text.remove.done(title), {
    action: text.remove.undo,
    duration: undoTime,
    onAction: () => {
      clearTimeout(timer);
      deletions.delete(id);
      list.hide(id, false);
    },
  });
}

// Who leaves the page has not taken it back.
addEventListener("pagehide", () => deletions.forEach(complete => complete(true)));
