// Makes elements, and says numbers and times in one way. What a stream brings is set as text only.

const drawing = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) made.style.setProperty(key, text);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(drawing, tag), attributes, children);
}

/// Names may hold anything: they are cut, isolated from the text around them, and what would hide or
/// turn the text is shown.
export function clipped(text, length = 160) {
  const visible = String(text).slice(0, length)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "\u2423");
  if (visible.trim() === "") return visible.replaceAll(" ", "\u2423") || "(empty)";
  return text.length > length ? `${visible}…` : visible;
}

export function name(text, attributes = {}) {
  return element("bdi", { class: "name", title: clipped(text, 400), ...attributes }, clipped(text));
}

const significant = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en");

export function number(value) {
  if (value === null || value === undefined) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return whole.format(value).replace("-", "−");
  const size = Math.abs(value);
  const text = size >= 1e7 || size < 1e-4 ? value.toExponential(2) : significant.format(value);
  return text.replace("-", "−");
}

export function share(part, all) {
  return all > 0 ? percent.format(part / all) : "–";
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const units = [[31557600, "years"], [86400, "days"], [3600, "h"], [60, "min"]];
  const [size, unit] = units.find(([size]) => seconds >= 2 * size) ?? [1, "s"];
  return `${number(Math.round(seconds / size))} ${unit}`;
}

/// 2013-12-26, and the time of day where there is one.
export function moment(text) {
  if (!text) return "–";
  const time = text.slice(11, 19);
  if (time === "00:00:00") return text.slice(0, 10);
  return `${text.slice(0, 10)} ${time.endsWith(":00") ? time.slice(0, 5) : time}`;
}

export function span(start, end) {
  const [from, to] = [moment(start), moment(end)];
  const sameDay = start && end && start.slice(0, 10) === end.slice(0, 10);
  return sameDay ? `${from} – ${to.slice(11) || to}` : `${from} – ${to}`;
}

export const instant = (text) => Date.parse(text);

/// An address of a page; parameters without a value are left out.
export function link(page, parameters = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value) query.set(key, value);
  return `#/${page}${query.size ? "?" + query : ""}`;
}

export function fieldLink(field, parameters = {}) {
  return link(`field/${encodeURIComponent(field)}`, parameters);
}

/// A table of columns `{ title, cell, numeric }`, one row for each thing.
export function table(columns, things, attributes = {}) {
  const head = columns.map((column) =>
    element("th", { scope: "col", class: column.numeric ? "numeric" : null }, column.title));
  const rows = things.map((thing) => element("tr", {}, columns.map((column) =>
    element("td", { class: column.numeric ? "numeric" : null }, column.cell(thing)))));
  return element("div", { class: "scroll", tabindex: "0", role: "group", ...attributes },
    element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)));
}

/// A part of a page that is drawn anew only when what it shows has changed, and keeps the focus.
export class Section {
  constructor(host) {
    this.host = host;
  }

  show(thing, draw) {
    const shown = JSON.stringify(thing);
    if (shown === this.shown) return;
    this.shown = shown;
    const focused = this.host.contains(document.activeElement) ? document.activeElement : null;
    const index = focused ? [...this.host.querySelectorAll("a,button,summary")].indexOf(focused) : -1;
    this.host.replaceChildren(...[draw()].flat());
    if (index >= 0) this.host.querySelectorAll("a,button,summary")[index]?.focus({ preventScroll: true });
  }
}

/// Any JSON value, as a person reads it: nothing is left out, numbers stand as they were answered.
export function anything(value) {
  if (value === null || value === undefined) return element("span", { class: "quiet" }, "null");
  if (typeof value !== "object") return typeof value === "string" ? wording(value) : String(value);
  if (!Array.isArray(value)) return members(value);
  if (value.length === 0) return element("span", { class: "quiet" }, "none");
  const flat = value.every((thing) => thing && typeof thing === "object" && !Array.isArray(thing));
  if (!flat) return element("span", {}, value.flatMap((thing, index) => [index ? ", " : "", anything(thing)]));
  const keys = [...new Set(value.flatMap(Object.keys))];
  return table(keys.map((key) => ({
    title: words(key),
    numeric: value.every((thing) => typeof thing[key] === "number"),
    cell: (thing) => anything(thing[key]),
  })), value);
}

function wording(text) {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
  return time ? element("time", { datetime: text, title: text }, moment(text)) : name(text);
}

export function members(object) {
  return element("dl", { class: "members" }, Object.entries(object).map(([key, value]) =>
    element("div", { "data-member": clipped(key) }, element("dt", {}, words(key)), element("dd", {}, anything(value)))));
}

export const words = (key) => clipped(key).replaceAll("_", " ");
