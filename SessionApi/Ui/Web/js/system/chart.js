import { el } from "../dom.js";
import { text } from "../text.js";

// A small line of the last minutes: its shape, its highest value and what it is now.

const width = 240, height = 56;

/// @param good what the line should stay under, drawn when it is given
export function chart(series, title, samples, of, format, good) {
  const values = samples.map(of);
  const most = Math.max(good ?? 0, ...values, Number.MIN_VALUE);
  const x = at => values.length < 2 ? width : at * width / (values.length - 1);
  const y = value => height - 2 - value / most * (height - 6);
  const svg = shape("svg", { class: "chart", "data-series": series, viewBox: `0 0 ${width} ${height}`, role: "img", preserveAspectRatio: "none",
    "aria-label": values.length === 0 ? title : `${title}: ${format(values.at(-1))}, ${text.system.peak} ${format(Math.max(...values))}` });
  if (good) svg.append(shape("line", { class: "chart-good", x1: 0, x2: width, y1: y(good), y2: y(good) }));
  if (values.length > 0) {
    const line = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    svg.append(shape("polygon", { class: "chart-area", points: `0,${height} ${line} ${width},${height}` }), shape("polyline", { class: "chart-line", points: line }));
  }
  return el("section", { class: "card chart-card" },
    el("h2", {}, title), el("p", { class: "chart-now" }, values.length === 0 ? "–" : format(values.at(-1)),
      el("small", {}, values.length === 0 ? "" : `${text.system.peak} ${format(Math.max(...values))} · ${text.system.minutes}`)), svg);
}

function shape(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
