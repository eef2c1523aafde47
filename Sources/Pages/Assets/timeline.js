// When alerts stood, over event time.

import { element, name, moment, instant, fieldLink } from "./elements.js";

/// The changes of alerts as spans: `{ alert, rule, field, segment, state, start, end, last }`; the end
/// of one that stands is null.
export function spans(changes) {
  const standing = new Map();
  const found = [];
  for (const change of changes) {
    const before = standing.get(change.alert);
    if (before && before.state === change.state) {
      before.last = change;
      continue;
    }
    if (before) {
      before.end = change.window_end;
      standing.delete(change.alert);
    }
    if (change.state === "resolved") continue;
    const { alert, rule, field, segment, severity, state } = change;
    const start = before ? change.window_end : change.first_seen ?? change.window_start;
    const begun = { alert, rule, field, segment, severity, state, statistic: change.statistic, start, end: null, last: change };
    standing.set(alert, begun);
    found.push(begun);
  }
  return found;
}

const shownRows = 24;

export function timeline(all, windows, parameters) {
  if (all.length === 0) return element("p", { class: "empty" }, "No alert has stood in what is shown.");
  const rows = new Map();
  for (const one of all) {
    const key = JSON.stringify([one.rule, one.field, one.segment]);
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  const first = Math.min(...all.map((one) => instant(one.start)), windows.length ? instant(windows[0].start) : Infinity);
  const ends = all.map((one) => instant(one.end ?? one.last.window_end));
  const last = Math.max(...ends, windows.length ? instant(windows.at(-1).end) : -Infinity);
  const place = (text) => ((instant(text) - first) / Math.max(1, last - first)) * 100;
  const recent = (row) => Math.max(...row.map((one) => (one.end ? instant(one.end) : Infinity)));
  const begun = (row) => Math.min(...row.map((one) => instant(one.start)));
  const sorted = [...rows.values()].sort((a, b) => {
    const [later, other] = [recent(b), recent(a)];
    return later === other ? begun(a) - begun(b) : later > other ? 1 : -1;
  });
  const line = (row) => element("div", { class: "line" },
    element("div", { class: "label" }, row[0].field === null ? element("span", { class: "quiet" }, "all records")
      : element("a", { href: fieldLink(row[0].field, parameters) }, name(row[0].field)),
      element("bdi", { class: "rule", title: row[0].rule }, row[0].rule),
      row[0].segment === "all" ? null : name(row[0].segment, { class: "name rule" })),
    element("div", { class: "track" }, row.map((one) => bar(one, place, parameters))));
  const box = element("div", { class: "timeline" }, axis(first, last), sorted.slice(0, shownRows).map(line));
  if (sorted.length > shownRows) {
    const more = element("button", { type: "button", onclick: () => {
      more.remove();
      box.append(...sorted.slice(shownRows).map(line));
    } }, `Show ${sorted.length - shownRows} more`);
    box.append(more);
  }
  return [box, element("div", { class: "legend" },
    element("span", { class: "key" }, element("i", { class: "swatch pending-key" }), "pending"),
    element("span", { class: "key" }, element("i", { class: "swatch firing-key" }), "firing"),
    element("span", { class: "key" }, element("i", { class: "swatch standing-key" }), "still stands"))];
}

function bar(one, place, parameters) {
  const end = one.end ?? one.last.window_end;
  const [from, to] = [place(one.start), one.end ? place(end) : 100];
  const said = `${one.state} ${moment(one.start)} – ${one.end ? moment(one.end) : "now"}`;
  return element(one.field === null ? "span" : "a", {
    class: `bar ${one.state} ${one.severity}${one.end ? "" : " standing"}`,
    href: one.field === null ? null : fieldLink(one.field, { ...parameters, to: one.last.window_end, alert: one.alert }),
    title: said,
    "aria-label": said,
    style: one.end ? { left: `${from}%`, width: `max(3px, ${to - from}%)` } : { right: "0", width: `max(9px, ${to - from}%)` },
  });
}

/// Months, or years, or days: at most a dozen.
function axis(first, last) {
  const days = (last - first) / 86400000;
  const ticks = [];
  const begin = new Date(first);
  if (days > 60) {
    const step = Math.max(1, Math.round(days / 30 / 12));
    for (let month = begin.getUTCMonth() + 1; ; month += step) {
      const time = Date.UTC(begin.getUTCFullYear(), month, 1);
      if (time > last) break;
      ticks.push([time, new Date(time).toISOString().slice(0, 7)]);
    }
  } else {
    const step = Math.max(1, Math.ceil(days / 12)) * 86400000;
    for (let time = Math.ceil(first / 86400000) * 86400000; time <= last; time += step) {
      ticks.push([time, new Date(time).toISOString().slice(0, 10)]);
    }
  }
  // The last is left out where its text would leave the page.
  const fitting = ticks.filter(([time]) => (time - first) / Math.max(1, last - first) < 0.94);
  const marks = fitting.map(([time, text]) => element("span", { class: "tick", style: { left: `${((time - first) / Math.max(1, last - first)) * 100}%` } }, text));
  return element("div", { class: "line axis", "aria-hidden": "true" }, element("div", { class: "label" }), element("div", { class: "track" }, marks));
}
