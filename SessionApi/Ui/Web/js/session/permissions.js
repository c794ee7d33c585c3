import { button, el, single } from "../dom.js";
import { text } from "../text.js";
import { prose } from "./prose.js";
import { inputOf } from "./tools.js";

// The open questions of the agent, above the composer, so that nobody has to look for them. The server keeps them: they come again on every
// connection, and the first answer of anybody counts.

export class Permissions {
  #open = new Map(); #given = new Map(); #answer;

  /// @param answer (response) => sends a permission_response, if there is a line
  constructor(answer) {
    this.#answer = answer;
    this.element = el("div", { class: "permissions" });
  }

  get count() { return this.#open.size; }

  add(frame) {
    if (this.#open.has(frame.requestId)) return;
    const element = frame.toolName === "AskUserQuestion" ? this.#question(frame) : this.#request(frame);
    this.#open.set(frame.requestId, element);
    this.element.append(element);
  }

  resolve(requestId) {
    const card = this.#open.get(requestId);
    if (!card) return;
    this.#open.delete(requestId);
    this.#given.delete(requestId);
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    // Who was writing a reason writes on: with the focus nowhere, the next letter would answer the next question.
    if (hadFocus) document.getElementById("message")?.focus({ preventScroll: true });
  }

  /// What is not open on the server is not open here. An answer to what still is did not get there: it is given again.
  keep(requestIds) {
    for (const id of [...this.#open.keys()]) if (!requestIds.includes(id)) this.resolve(id);
    this.#given.forEach(response => this.#answer(response));
  }

  clear() { this.keep([]); }

  /// Answers the first question, as a key does.
  answerFirst(kind) {
    const choice = this.element.firstElementChild?.querySelector(`[data-answer="${kind}"]`);
    choice?.click();
    return Boolean(choice);
  }

  #request(frame) {
    const isPlan = frame.toolName === "ExitPlanMode";
    const title = isPlan ? text.permission.plan : text.permission.asks(frame.toolName);
    const reason = el("input", { class: "deny-reason", placeholder: text.permission.reason, "aria-label": text.permission.reason, maxlength: "2000" });
    return this.#card(frame, title, [
      frame.description ? el("p", {}, frame.description) : null,
      el("div", { class: "permission-input" }, inputOf(frame.toolName, frame.input ?? {})),
      el("div", { class: "permission-actions" },
        button(text.permission.allow, { class: "primary", "data-answer": "allow", "aria-keyshortcuts": "a", onclick: single(() => this.#send(frame, { allowed: true })) }),
        button(text.permission.allowSession, { "data-answer": "allow-session", "aria-keyshortcuts": "s", onclick: single(() => this.#send(frame, { allowed: true, rule: "always" })) }),
        button(text.permission.deny, {
          class: "danger", "data-answer": "deny", "aria-keyshortcuts": "d",
          onclick: single(() => this.#send(frame, { allowed: false, ...(reason.value.trim() ? { denyMessage: reason.value.trim() } : {}) })),
        }),
        reason),
    ]);
  }

  // The agent asks something with answers to choose from: what is chosen goes back as the tool's input.
  #question(frame) {
    const questions = Array.isArray(frame.input?.questions) ? frame.input.questions : [];
    const fields = questions.map((question, at) => this.#field(frame, question, at));
    return this.#card(frame, text.permission.question, [
      ...fields.map(field => field.element),
      el("div", { class: "permission-actions" },
        button(text.permission.answer, {
          class: "primary", "data-answer": "allow",
          onclick: single(() => this.#send(frame, {
            allowed: true,
            updatedInput: { ...frame.input, answers: Object.fromEntries(questions.map((question, at) => [String(question.question), fields[at].value()])) },
          })),
        }),
        button(text.permission.deny, { class: "danger", "data-answer": "deny", onclick: single(() => this.#send(frame, { allowed: false })) })),
    ]);
  }

  #field(frame, question, at) {
    const name = `${frame.requestId}-${at}`;
    const other = el("input", { class: "other", placeholder: text.permission.other, "aria-label": text.permission.other });
    const options = (question.options ?? []).map((option, index) => el("label", { class: "option" },
      el("input", { type: question.multiSelect ? "checkbox" : "radio", name, value: String(option.label ?? ""), checked: index === 0 && !question.multiSelect }),
      el("span", {}, String(option.label ?? "")), option.description ? el("small", {}, String(option.description)) : null));
    const element = el("fieldset", {}, el("legend", {}, prose(String(question.question ?? ""))), ...options, other);
    const value = () => other.value.trim() || [...element.querySelectorAll("input:checked")].map(input => input.value).join(", ");
    return { element, value };
  }

  #card(frame, title, parts) {
    return el("section", { class: "permission", role: "group", "aria-label": title, "data-request-id": frame.requestId, "data-tool-name": frame.toolName },
      el("h2", {}, title), ...parts);
  }

  // The card goes when the server says that the question is answered: until then it may be answered again.
  #send(frame, response) {
    const answer = { type: "permission_response", requestId: frame.requestId, ...response };
    this.#given.set(frame.requestId, answer);
    this.#answer(answer);
  }
}
