// Fields × windows of one statistic. One canvas shows what is in view, however many fields there are;
// only the names in view are elements.
//
// A value within its limit is a low bar, one beyond it fills its cell: the map reads without colour.

import { element, fieldLink, clipped, number, span, moment, instant } from "./elements.js";

const steps = [0.25, 0.5, 0.75, 1, 1.5, 2, 4];
const rowHeight = 20;
const axisHeight = 20;

/// The place of a value on the scale: 0…3 within the limit, 4…7 beyond it.
export function level(value, limit) {
  if (limit.good === ">" || limit.good === ">=") {
    const held = limit.good === ">" ? value > limit.at : value >= limit.at;
    return held ? 0 : value > limit.at / 2 ? 5 : 7;
  }
  const held = limit.good === "<" ? value < limit.at : value <= limit.at;
  if (!held && value <= limit.at) return 4;
  let found = 0;
  while (found < steps.length && value > steps[found] * limit.at) found += 1;
  return held ? Math.min(found, 3) : Math.max(found, 4);
}

/// What a rule allows a statistic, and in which fields; null where it does not judge it.
export function allowed(rule, statistic) {
  const test = rule.tests.find((one) => one.statistic === statistic && /[<>]/.test(one.good));
  const fields = test?.field ? [test.field] : rule.fields;
  return test && fields ? { good: test.good, at: test.threshold, rule: rule.rule, fields } : null;
}

/// Whether a rule judges the records of a segment, such as `carrier=AA`; of all records without one.
function judges(rule, segment) {
  if (!segment || segment === "all") return rule.by === null;
  return rule.by !== null && segment.startsWith(`${rule.by}=`);
}

/// What the rules allow a statistic in each field of a segment: the strictest of them.
export function limits(rules, statistic, size, segment) {
  const found = new Map();
  for (const rule of rules.filter((one) => one.size === size && judges(one, segment))) {
    const limit = allowed(rule, statistic);
    for (const field of limit?.fields ?? []) {
      const known = found.get(field);
      if (!known || (limit.good[0] === "<" ? limit.at < known.at : limit.at > known.at)) found.set(field, limit);
    }
  }
  return found;
}

/// Windows in their order, with nothing where some are missing between two.
function columns(windows) {
  const gaps = windows.slice(1).map((window, index) => instant(window.start) - instant(windows[index].start));
  const step = Math.min(...gaps.filter((gap) => gap > 0));
  const placed = [];
  windows.forEach((window, index) => {
    const missing = index && Number.isFinite(step) ? Math.round(gaps[index - 1] / step) - 1 : 0;
    for (let count = 0; count < Math.min(missing, 60); count += 1) placed.push(null);
    placed.push({ ...window, index });
  });
  return placed;
}

export class HeatMap {
  constructor(parameters) {
    this.parameters = parameters;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.names = element("div", { class: "heat-names" });
    this.view = element("div", { class: "heat-view" }, this.names, this.canvas);
    this.space = element("div", { class: "heat-space" }, this.view);
    this.readout = element("p", { class: "readout", role: "status", "aria-live": "polite" });
    this.scroller = element("div", {
      class: "heat", tabindex: "0", role: "application", "aria-roledescription": "heat map",
      "aria-label": "Heat map of fields and windows. Arrow keys move, Enter opens the field.",
      onkeydown: (event) => this.key(event),
      onscroll: () => this.plan(),
      onpointermove: (event) => this.point(event),
      onpointerleave: () => this.hover(null),
      onclick: (event) => this.open(this.place(event)),
      onfocus: () => { this.chosen ??= { row: 0, column: this.columns.length - 1 }; this.plan(); },
      onblur: () => this.plan(),
    }, this.space);
    this.rows = [];
    this.columns = [];
    new ResizeObserver(() => this.plan()).observe(this.scroller);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plan());
  }

  show({ windows, fields, limits, statistic }) {
    const kept = this.chosen && this.rows[this.chosen.row]?.field;
    const atEnd = this.scroller.scrollLeft + this.scroller.clientWidth >= this.scroller.scrollWidth - 8;
    this.columns = columns(windows);
    this.limits = limits;
    this.statistic = statistic;
    this.undecided = new Map();
    const judging = new Set([...limits.values()].map((limit) => limit.rule));
    windows.forEach((window, index) => {
      for (const { rule, field } of window.undecided ?? []) {
        if (!judging.has(rule)) continue;
        this.undecided.set(field, (this.undecided.get(field) ?? new Set()).add(index));
      }
    });
    this.recent = Math.min(windows.length, Math.max(8, Math.ceil(windows.length / 4)));
    this.rows = this.sorted(fields);
    const values = this.rows.flatMap((row) => row.values).filter((value) => value !== null);
    this.bounds = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    if (kept) this.chosen.row = Math.max(0, this.rows.findIndex((row) => row.field === kept));
    if (this.chosen) this.chosen.column = Math.min(this.chosen.column, this.columns.length - 1);
    this.plan();
    if (atEnd) this.scroller.scrollLeft = this.scroller.scrollWidth;
  }

  /// The largest recent value first, measured in limits where there are some: recent is the last
  /// quarter of the windows, and eight of them at least.
  sorted(fields) {
    const { recent } = this;
    const effect = (row) => {
      const limit = this.limits.get(row.field);
      const turn = limit && limit.good[0] === ">" ? -1 : 1;
      const values = row.values.slice(-recent).filter((value) => value !== null).map((value) => turn * value);
      const largest = values.length ? Math.max(...values) : -Infinity;
      return limit && turn > 0 && limit.at > 0 ? largest / limit.at : largest;
    };
    const ordered = fields.map((row, index) => ({ ...row, effect: effect(row), index }));
    const largest = (row) => row.values.reduce((most, value) => Math.max(most, value ?? -Infinity), -Infinity);
    return ordered.sort((a, b) => b.effect - a.effect || largest(b) - largest(a) || a.index - b.index);
  }

  /// Draws once for all that happens before the next frame.
  plan() {
    if (this.planned) return;
    this.planned = true;
    requestAnimationFrame(() => {
      this.planned = false;
      this.draw();
    });
  }

  measure() {
    this.label = this.names.offsetWidth;
    const room = this.scroller.clientWidth - this.label;
    this.cell = Math.max(5, room / Math.max(1, this.columns.length));
    const height = axisHeight + this.rows.length * rowHeight;
    const limit = Math.max(240, innerHeight * 0.62);
    const ratio = devicePixelRatio || 1;
    const measured = [room, this.label, this.columns.length, height, limit, ratio].join();
    if (measured === this.measured) return;
    this.measured = measured;
    this.space.style.width = `${this.label + this.cell * this.columns.length}px`;
    this.space.style.height = `${height}px`;
    this.scroller.style.height = `${Math.min(height, limit)}px`;
    this.width = Math.max(0, room);
    this.height = this.scroller.clientHeight;
    this.view.style.height = `${this.height}px`;
    this.view.style.width = `${this.scroller.clientWidth}px`;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
  }

  draw() {
    if (!this.scroller.isConnected) return;
    const began = performance.now();
    this.measure();
    const ratio = devicePixelRatio || 1;
    const { canvas, width, height } = this;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.style = getComputedStyle(this.scroller);
    this.palette = {};
    const first = Math.floor(this.scroller.scrollTop / rowHeight);
    const last = Math.min(this.rows.length, first + Math.ceil(height / rowHeight) + 1);
    context.save();
    context.beginPath();
    context.rect(0, axisHeight, width, height - axisHeight);
    context.clip();
    for (let row = first; row < last; row += 1) this.drawRow(context, row);
    context.restore();
    this.drawAxis(context);
    this.drawNames(first, last);
    // Says how long it took, for whoever measures.
    this.scroller.dataset.milliseconds = (performance.now() - began).toFixed(1);
  }

  colour(key) {
    this.palette[key] ??= this.style.getPropertyValue(`--${key}`).trim();
    return this.palette[key];
  }

  left(column) {
    return Math.round(column * this.cell - this.scroller.scrollLeft);
  }

  top(row) {
    return axisHeight + row * rowHeight - this.scroller.scrollTop;
  }

  drawRow(context, row) {
    const thing = this.rows[row];
    const limit = this.limits.get(thing.field);
    const hatched = this.undecided.get(thing.field);
    const gap = this.cell > 6 ? 1 : 0;
    const top = this.top(row);
    const begin = Math.max(0, Math.floor(this.scroller.scrollLeft / this.cell));
    const end = Math.min(this.columns.length, Math.ceil((this.scroller.scrollLeft + this.width) / this.cell));
    for (let column = begin; column < end; column += 1) {
      const window = this.columns[column];
      if (!window) continue;
      const value = thing.values[window.index];
      const [left, right] = [this.left(column), this.left(column + 1)];
      if (hatched?.has(window.index)) {
        this.hatch(context, left, top + 1, right - left - gap, rowHeight - 2);
      } else if (value !== null && value !== undefined) {
        const { fill, part } = this.paint(value, limit);
        const tall = Math.round((rowHeight - 2) * part);
        context.fillStyle = fill;
        context.fillRect(left, top + rowHeight - 1 - tall, right - left - gap, tall);
      }
    }
    if (this.chosen?.row === row && document.activeElement === this.scroller) {
      const [left, right] = [this.left(this.chosen.column), this.left(this.chosen.column + 1)];
      context.strokeStyle = this.colour("focus");
      context.lineWidth = 2;
      context.strokeRect(left, top + 1, Math.max(4, right - left), rowHeight - 2);
    }
  }

  /// A colour, and the part of the cell that it fills.
  paint(value, limit) {
    if (limit) {
      const found = level(value, limit);
      return { fill: this.colour(`heat-${found}`), part: found > 3 ? 1 : [0.15, 0.3, 0.45, 0.6][found] };
    }
    const [low, high] = this.bounds;
    const place = high > low ? Math.min(5, Math.floor(((value - low) / (high - low)) * 6)) : 0;
    return { fill: this.colour(`plain-${place}`), part: 1 };
  }

  hatch(context, left, top, width, height) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.strokeStyle = this.colour("hatch");
    context.lineWidth = 1;
    context.beginPath();
    for (let offset = -height + (left % 5 === 0 ? 0 : -(left % 5)); offset < width + height; offset += 5) {
      context.moveTo(left + offset, top + height);
      context.lineTo(left + offset + height, top);
    }
    context.stroke();
    context.restore();
  }

  drawAxis(context) {
    context.clearRect(0, 0, this.width, axisHeight);
    context.fillStyle = this.colour("quiet");
    context.font = `11px ${this.style.fontFamily}`;
    let free = -1;
    let before = "";
    this.columns.forEach((window, column) => {
      if (!window) return;
      const text = this.cell * 7 > 400 ? moment(window.start) : window.start.slice(0, 7);
      const left = this.left(column);
      if (text === before) return;
      before = text;
      if (left < free || left < 0 || left + context.measureText(text).width > this.width) return;
      context.fillText(text, left, 13);
      free = left + context.measureText(text).width + 14;
    });
  }

  drawNames(first, last) {
    const wanted = `${first} ${last} ${this.rows.slice(first, last).map((row) => row.field.slice(0, 80)).join()}`;
    this.names.style.setProperty("--shift", `${this.top(first)}px`);
    if (wanted === this.named) return;
    this.named = wanted;
    const list = this.rows.slice(first, last).map(({ field }) =>
      element("a", { href: fieldLink(field, this.parameters()), tabindex: "-1", title: clipped(field, 400) },
        element("bdi", {}, clipped(field, 80))));
    this.names.replaceChildren(element("div", {}, list));
  }

  // What is pointed at, and where to.

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const [across, down] = [event.clientX - box.left, event.clientY - box.top - axisHeight];
    if (across < 0 || down < 0) return null;
    const row = Math.floor((down + this.scroller.scrollTop) / rowHeight);
    const column = Math.floor((across + this.scroller.scrollLeft) / this.cell);
    return this.rows[row] && column < this.columns.length ? { row, column } : null;
  }

  point(event) {
    this.hover(this.place(event));
  }

  hover(place) {
    const shown = place ?? (document.activeElement === this.scroller ? this.chosen : null);
    this.readout.replaceChildren(...(shown ? this.told(shown) : [this.hint ?? ""]));
    this.scroller.style.cursor = place ? "pointer" : "";
  }

  told({ row, column }) {
    const { field, values } = this.rows[row];
    const window = this.columns[column];
    const told = [element("bdi", { class: "name" }, clipped(field, 60)), " · "];
    if (!window) return [...told, "no window here"];
    told.push(span(window.start, window.end), " · ");
    const value = values[window.index];
    const limit = this.limits.get(field);
    const undecided = this.undecided.get(field)?.has(window.index);
    if (value === null || value === undefined) told.push(undecided ? "undecided" : `no ${this.statistic}`);
    else told.push(`${this.statistic} `, element("b", {}, number(value)), undecided ? ", undecided" : "");
    if (limit) told.push(` · good: ${limit.good} ${number(limit.at)} (${clipped(limit.rule, 60)})`);
    return told;
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };
    const chosen = this.chosen ?? { row: 0, column: this.columns.length - 1 };
    if (event.key === "Enter") return this.open(chosen);
    if (event.key === "Home") chosen.column = 0;
    else if (event.key === "End") chosen.column = this.columns.length - 1;
    else if (moves[event.key]) {
      const [down, across] = moves[event.key];
      chosen.row = Math.max(0, Math.min(this.rows.length - 1, chosen.row + down));
      chosen.column = Math.max(0, Math.min(this.columns.length - 1, chosen.column + across));
    } else return;
    event.preventDefault();
    this.chosen = chosen;
    this.bringIntoView();
    this.hover(null);
    this.plan();
  }

  bringIntoView() {
    const { scroller, chosen, cell } = this;
    const [top, left] = [chosen.row * rowHeight, chosen.column * cell];
    const shown = this.height - axisHeight - rowHeight;
    scroller.scrollTop = Math.min(top, Math.max(scroller.scrollTop, top - shown));
    scroller.scrollLeft = Math.min(left, Math.max(scroller.scrollLeft, left + cell - this.width));
  }

  open(place) {
    if (!place || !this.rows[place.row]) return;
    const window = this.columns[place.column];
    location.hash = fieldLink(this.rows[place.row].field, { ...this.parameters(), to: window?.end });
  }

  /// What the colours mean: with one limit for all fields its values, else parts of the limit.
  legend() {
    const all = [...this.limits.values()];
    const cell = (key, part, text) => element("span", { class: "key" },
      element("i", { class: "swatch", style: { "--fill": `var(--${key})`, "--part": `${part * 100}%` } }), text);
    const entries = [];
    if (all.length && all.every((limit) => limit.good[0] === "<")) {
      const single = all.every((limit) => limit.at === all[0].at) ? all[0].at : null;
      const said = (step) => (single === null ? `${step}×` : number(single * step));
      [0.15, 0.3, 0.45, 0.6].forEach((part, index) =>
        entries.push(cell(`heat-${index}`, part, index ? said(steps[index - 1]) : "0")));
      entries.push(element("b", { class: "limit" }, single === null ? "limit" : `limit ${number(single)}`));
      [1, 1.5, 2, 4].forEach((step, index) => entries.push(cell(`heat-${index + 4}`, 1, said(step))));
    } else if (all.length) {
      entries.push(cell("heat-0", 0.15, "within its limit"), cell("heat-5", 1, "beyond"), cell("heat-7", 1, "far beyond"));
    } else if (Number.isFinite(this.bounds[0])) {
      for (let place = 0; place < 6; place += 1) {
        const [low, high] = this.bounds;
        entries.push(cell(`plain-${place}`, 1, number(low + ((high - low) * place) / 6)));
      }
      entries.push(element("span", { class: "quiet" }, "no rule limits it"));
    }
    if (all.length) entries.push(element("span", { class: "key" }, element("i", { class: "swatch hatched" }), "undecided"));
    entries.push(element("span", { class: "key" }, element("i", { class: "swatch" }), "no value"));
    return element("div", { class: "legend" }, entries);
  }
}
