// Drawings of a field: its two distributions, their functions with the gap between, and series.

import { element, shape, number, share, name, instant } from "./elements.js";

/// A drawing as wide as its place, drawn anew when that changes.
function fitted(label, height, draw) {
  const box = element("div", { class: "chart", role: "img", "aria-label": label, style: { height: `${height}px` } });
  let before = 0;
  new ResizeObserver(() => {
    const width = box.clientWidth;
    if (!width || width === before) return;
    before = width;
    box.replaceChildren(shape("svg", { width, height, "aria-hidden": "true" }, draw(width, height)));
  }).observe(box);
  return box;
}

const edge = { left: 40, right: 10, top: 8, bottom: 22 };

/// Round places between two numbers.
function ticks(low, high, count) {
  const raw = (high - low) / count;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw);
  const found = [];
  for (let place = Math.ceil(low / step) * step; place <= high + step / 1e6; place += step) found.push(Number(place.toPrecision(10)));
  return found;
}

/// Both axes; `x` and `y` place a value.
function axes(width, height, { low, high }, most, y, x, said) {
  const marks = ticks(low, high, Math.max(2, Math.floor(width / 90)));
  return [
    ...ticks(0, most, 4).map((value) => [
      shape("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(value), y2: y(value) }),
      shape("text", { x: edge.left - 6, y: y(value) + 4, "text-anchor": "end" }, said(value)),
    ]),
    ...marks.map((value) => shape("text", { x: x(value), y: height - 6, "text-anchor": "middle" }, number(value))),
  ].flat();
}

/// The part of the line where the values are: ends that would press all else together are cut.
function range({ points, reference, current }, n, m) {
  const [low, high] = [points[0], points.at(-1)];
  const inner = points.filter((_, index) => {
    const [f, g] = [reference[index] / (n || 1), current[index] / (m || 1)];
    return Math.max(f, g) >= 0.005 && Math.min(f, g) <= 0.995;
  });
  const [from, to] = [inner[0] ?? low, inner.at(-1) ?? high];
  const cut = high - low > 2.5 * (to - from) && to > from;
  return cut ? { low: from, high: to } : { low, high };
}

const scale = (low, high, from, to) => (value) =>
  from + ((high > low ? Math.min(Math.max(value, low), high) - low : 0) / (high > low ? high - low : 1)) * (to - from);

/// Bars `{ from, to, reference, current }`, shares of the records: points that lie close share one.
function bars({ points, reference, current }, n, m, { low, high }) {
  const part = (counts, all, before, index) => (all ? (counts[index] - (before < 0 ? 0 : counts[before])) / all : 0);
  const few = points.length <= 40;
  const smallest = few
    ? Math.min(...points.slice(1).map((point, index) => point - points[index]), high - low || 1)
    : (high - low) / 48;
  const found = [];
  let before = -1;
  points.forEach((point, index) => {
    if (!few && before >= 0 && point - points[before] < smallest * 0.999 && index < points.length - 1) return;
    const from = few ? point - smallest / 2 : before < 0 ? point : points[before];
    const to = few ? point + smallest / 2 : point;
    const rest = !few && found.length > 0 && point - points[before] < smallest / 2;
    if (rest) {
      // A sliver at the end would be a needle: it joins the bar before.
      const last = found.at(-1);
      last.to = point;
      last.reference += part(reference, n, before, index);
      last.current += part(current, m, before, index);
    } else if (to > from) found.push({ from, to, reference: part(reference, n, before, index), current: part(current, m, before, index) });
    before = index;
  });
  return { found, few };
}

/// What lies outside of what is drawn: `{ reference, current }`, shares; null where it is next to nothing.
function outside({ points, reference, current }, n, m, { low, high }, few) {
  const within = (counts, all, index) => (all && index >= 0 ? counts[index] / all : 0);
  const bottom = few ? -1 : points.findLastIndex((point) => point <= low);
  const top = points.findLastIndex((point) => point <= high);
  const found = (a, b) => (Math.max(a, b) > 0.002 ? { reference: a, current: b } : null);
  return {
    below: found(within(reference, n, bottom), within(current, m, bottom)),
    above: found(n ? 1 - within(reference, n, top) : 0, m ? 1 - within(current, m, top) : 0),
  };
}

const zone = 46;

/// A bar for all that lies outside, on a scale of its own: its height is its share of the whole plot.
function zoneBar(beyond, left, height, text) {
  const y = scale(0, 1, height - edge.bottom, edge.top + 14);
  const most = Math.max(beyond.reference, beyond.current);
  const box = (share) => ({ x: left, y: y(share), width: zone - 12, height: y(0) - y(share) });
  return [
    shape("rect", { class: "reference area", ...box(beyond.reference) }),
    shape("rect", { class: "current line", ...box(beyond.current) }),
    shape("text", { class: "gap-text", x: left + (zone - 12) / 2, y: y(most) - 4, "text-anchor": "middle" }, share(most, 1)),
    shape("text", { x: left + (zone - 12) / 2, y: height - 6, "text-anchor": "middle" }, text),
    shape("rect", { class: "touch", x: left, y: edge.top, width: zone - 12, height: height - edge.top - edge.bottom },
      shape("title", {}, `${text} what is drawn: reference ${share(beyond.reference, 1)}, window ${share(beyond.current, 1)}`)),
  ];
}

export function histogram(functions, n, m) {
  const bounds = range(functions, n, m);
  const { found, few } = bars(functions, n, m, bounds);
  const { below, above } = outside(functions, n, m, bounds, few);
  if (few && found.length) [bounds.low, bounds.high] = [found[0].from, found.at(-1).to];
  // Where bars differ in width, their area is the share: heights are shares of an even width.
  const even = few ? 1 : (bounds.high - bounds.low) / 48;
  const tall = (bar, key) => (few ? bar[key] : (bar[key] * even) / (bar.to - bar.from || even));
  const inside = found.filter((bar) => bar.to > bounds.low && bar.from < bounds.high);
  const most = Math.max(1e-9, ...inside.flatMap((bar) => [tall(bar, "reference"), tall(bar, "current")])) * 1.05;
  return fitted("Histogram of the reference and of the window", 230, (width, height) => {
    const [start, end] = [edge.left + (below ? zone : 0), width - edge.right - (above ? zone : 0)];
    const x = scale(bounds.low, bounds.high, start, end);
    const y = scale(0, most, height - edge.bottom, edge.top);
    const outline = (key) => inside.map((bar) => {
      const [left, right] = [x(bar.from), x(bar.to)];
      return `M${left} ${y(0)}L${left} ${y(tall(bar, key))}L${right} ${y(tall(bar, key))}L${right} ${y(0)}`;
    }).join("");
    const step = (key) => `M${x(inside[0]?.from ?? bounds.low)} ${y(0)}` + inside.map((bar) =>
      `L${x(bar.from)} ${y(tall(bar, key))}L${x(bar.to)} ${y(tall(bar, key))}`).join("") + `L${x(inside.at(-1)?.to ?? bounds.high)} ${y(0)}`;
    return [
      axes(width, height, bounds, most, y, x, (value) => share(value, 1)),
      shape("path", { class: "reference area", d: outline("reference") }),
      shape("path", { class: "current line", d: few ? outline("current") : step("current") }),
      below ? zoneBar(below, edge.left + 2, height, "below") : [],
      above ? zoneBar(above, end + 12, height, "above") : [],
      inside.map((bar) => shape("rect", { class: "touch", x: x(bar.from), y: edge.top, width: Math.max(1, x(bar.to) - x(bar.from)), height: height - edge.top - edge.bottom },
        shape("title", {}, `${few ? number((bar.from + bar.to) / 2) : `${number(bar.from)} to ${number(bar.to)}`}: reference ${share(bar.reference, 1)}, window ${share(bar.current, 1)}`))),
    ].flat();
  });
}

export function distributionFunctions(functions, n, m) {
  const bounds = range(functions, n, m);
  const { points, reference, current, gap } = functions;
  return fitted("Distribution functions of the reference and of the window, and the largest gap between them", 230, (width, height) => {
    const x = scale(bounds.low, bounds.high, edge.left, width - edge.right);
    const y = scale(0, 1, height - edge.bottom, edge.top);
    const line = (counts, all) => {
      let path = `M${edge.left} ${y(0)}`;
      points.forEach((point, index) => {
        path += `H${x(point)}V${y(all ? counts[index] / all : 0)}`;
      });
      return `${path}H${width - edge.right}`;
    };
    const place = gap ? x(gap.point) : 0;
    const right = place < width - 180;
    return [
      ...axes(width, height, bounds, 1, y, x, (value) => share(value, 1)),
      shape("path", { class: "reference line", d: line(reference, n) }),
      m ? shape("path", { class: "current line", d: line(current, m) }) : null,
      ...(gap && m ? [
        shape("line", { class: "gap", x1: place, x2: place, y1: y(gap.reference), y2: y(gap.current) }),
        ...[gap.reference, gap.current].map((value) => shape("line", { class: "gap", x1: place - 4, x2: place + 4, y1: y(value), y2: y(value) })),
        shape("text", { class: "gap-text", x: place + (right ? 9 : -9), y: Math.max(20, (y(gap.reference) + y(gap.current)) / 2 + 4), "text-anchor": right ? "start" : "end" },
          `gap ${number(gap.distance)} ${gap.before ? "just below" : "at"} ${number(gap.point)}`),
      ] : []),
    ].filter((each) => each);
  });
}

/// Counts per category beside those of the reference.
export function categories({ names, reference, current, other_reference: otherReference, other_current: otherCurrent, unseen_current: unseen }, n, m) {
  const rows = names.map((text, index) => [name(text), reference[index], current[index]]);
  if (otherReference || otherCurrent) rows.push([element("i", { class: "quiet" }, "all others"), otherReference, otherCurrent]);
  rows.push([element("i", { class: "quiet" }, "not in the reference"), 0, unseen]);
  return shareTable(rows, n, m, "Category");
}

/// The digest that an alert's record holds: a row for each bin, or for each category; null where it
/// holds none.
export function digest(record) {
  if (!Array.isArray(record?.reference) || !Array.isArray(record.current)) return null;
  const total = (counts) => counts.reduce((sum, count) => sum + count, 0);
  const { reference, current, edges } = record;
  if (!edges) {
    const { categories: names = [], other_reference: a = 0, other_current: b = 0, unseen_current: unseen = 0 } = record;
    return categories({ names, reference, current, other_reference: a, other_current: b, unseen_current: unseen }, total(reference) + a, total(current) + b + unseen);
  }
  // Between neighbours among doubles there is nothing: one ends below the other, an atom.
  const touch = (a, b) => b !== undefined && (a / 2 + b / 2 === a || a / 2 + b / 2 === b);
  const bins = edges.length === 0 ? ["all"] : [
    ...edges.map((end, index) => {
      const below = touch(end, edges[index + 1]) ? `below ${number(edges[index + 1])}` : null;
      if (index === 0) return below ?? `up to ${number(end)}`;
      if (touch(edges[index - 1], end)) return number(end);
      return below ? `${number(edges[index - 1])} to ${below}` : `${number(edges[index - 1])} to ${number(end)}`;
    }), `above ${number(edges.at(-1))}`];
  return shareTable(bins.map((text, index) => [text, reference[index], current[index]]), total(reference), total(current), "Bin");
}

function shareTable(rows, n, m, title) {
  const most = Math.max(1e-9, ...rows.flatMap(([, a, b]) => [n ? a / n : 0, m ? b / m : 0]));
  const bar = (key, count, all) => element("i", { class: `bar-${key}`, style: { width: `${all ? (count / all / most) * 100 : 0}%` } });
  return element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Shares" }, element("table", { class: "categories" },
    element("thead", {}, element("tr", {}, [title, "", "Reference", "Window", "Change"].map((text, index) =>
      element("th", { scope: "col", class: index > 1 ? "numeric" : null }, text)))),
    element("tbody", {}, rows.map(([said, a, b]) => element("tr", {},
      element("td", {}, said),
      element("td", { class: "bars" }, bar("reference", a, n), bar("current", b, m)),
      element("td", { class: "numeric", title: number(a) }, share(a, n)),
      element("td", { class: "numeric", title: number(b) }, share(b, m)),
      element("td", { class: "numeric" }, n && m ? points(b / m - a / n) : "–"))))));
}

/// Percentage points, with their sign.
function points(change) {
  const text = (Math.abs(change) * 100).toFixed(1);
  return text === "0.0" ? "0.0" : `${change > 0 ? "+" : "−"}${text}`;
}

/// A small series: its limits dashed, its alerts' spans behind it, the chosen window marked.
export function series({ title, windows, values, limits, spans, chosen, choose }) {
  const known = values.filter((value) => value !== null);
  const everything = [...known, ...limits.map((limit) => limit.threshold)];
  let [low, high] = [Math.min(...everything), Math.max(...everything)];
  if (low > 0 && low < high * 0.6) low = 0;
  if (high === low) high = low + (Math.abs(low) || 1);
  const [first, last] = [instant(windows[0].start), instant(windows.at(-1).end)];
  const x = (time) => (Math.min(Math.max((time - first) / Math.max(1, last - first), 0), 1)) * 300;
  const y = (value) => 66 - ((value - low) / (high - low)) * 60;
  const middle = (window) => (x(instant(window.start)) + x(instant(window.end))) / 2;
  let path = "";
  let pen = "M";
  values.forEach((value, index) => {
    if (value === null) pen = "M";
    else {
      path += `${pen}${middle(windows[index]).toFixed(1)} ${y(value).toFixed(1)}`;
      if (pen === "M" && (values[index + 1] ?? null) === null) path += "h1";
      pen = "L";
    }
  });
  const selected = windows.findIndex((window) => window.end === chosen);
  const beyond = (value) => limits.some(({ good, threshold }) =>
    good === "<" ? value >= threshold : good === "<=" ? value > threshold : good === ">" ? value <= threshold : good === ">=" ? value < threshold : false);
  const drawing = shape("svg", { class: "series", viewBox: "0 0 300 70", preserveAspectRatio: "none", "aria-hidden": "true" },
    spans.map((one) => shape("rect", { class: `span ${one.state}`, x: x(instant(one.start)), y: 0, height: 70, width: Math.max(1, (one.end ? x(instant(one.end)) : 300) - x(instant(one.start))) })),
    limits.map((limit) => shape("line", { class: "limit", x1: 0, x2: 300, y1: y(limit.threshold), y2: y(limit.threshold) })),
    shape("path", { class: "trace", d: path }),
    selected >= 0 ? shape("line", { class: "chosen", x1: middle(windows[selected]), x2: middle(windows[selected]), y1: 0, y2: 70 }) : null);
  drawing.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    const time = first + ((event.clientX - box.left) / box.width) * (last - first);
    choose(windows.find((window) => instant(window.end) >= time) ?? windows.at(-1));
  });
  const now = selected >= 0 ? values[selected] : values.at(-1);
  return element("figure", { class: "small" },
    element("figcaption", {}, element("span", {}, title), element("b", { class: now !== null && beyond(now) ? "beyond" : "" }, number(now))),
    drawing,
    element("div", { class: "bounds" }, element("span", {}, `${number(low)} … ${number(high)}`),
      limits.map((limit) => element("span", { title: `${limit.rule}: ${limit.text}` }, `good: ${limit.good} ${number(limit.threshold)}`))));
}
