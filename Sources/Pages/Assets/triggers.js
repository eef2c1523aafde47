// Retraining: how far each trigger is from asking, and what was asked for and answered.

import { element, table, name, moment, span, number, words, Section, anything, members, fieldLink, clipped } from "./elements.js";

export class TriggersPage {
  constructor(host) {
    const [state, events] = [element("div"), element("div")];
    this.state = new Section(state);
    this.events = new Section(events);
    this.opened = new Map();
    host.replaceChildren(element("h1", { class: "hidden" }, "Triggers"),
      element("section", {}, element("h2", {}, "What may ask, and how far it is"), state),
      element("section", {}, element("h2", {}, "What was asked and answered"), events));
  }

  async update(route, { ask }) {
    const { triggers, requests } = await ask("triggers");
    this.route = route;
    this.state.show(triggers, () => this.governor(triggers));
    this.events.show([requests, route.segment, route.version], () => this.list(requests));
  }

  governor(triggers) {
    if (triggers.length === 0) return element("p", { class: "empty" }, "No trigger is defined: a rules file with 'triggers' asks for retraining when fields have moved for some windows.");
    const keys = [...new Set(triggers.flatMap(Object.keys))].filter((key) => !["trigger", "windows_held", "windows_needed"].includes(key));
    return table([
      { title: "Trigger", cell: (one) => name(one.trigger) },
      { title: "Windows held", cell: (one) => pips(one.windows_held, one.windows_needed) },
      ...keys.map((key) => ({ title: words(key).replace(/^./, (letter) => letter.toUpperCase()), cell: (one) => plain(one[key]) })),
    ], triggers, { "aria-label": "Triggers" });
  }

  list(requests) {
    if (requests.length === 0) return element("p", { class: "empty" }, "Nothing has been asked for.");
    return [...requests].reverse().map((event) => this.event(event));
  }

  event(event) {
    const { data = {} } = event;
    const kind = /^io\.leeway\.retrain\.(.+)\.v\d+$/.exec(event.type)?.[1] ?? event.type;
    const parameters = { segment: this.route.segment, version: data.model_version };
    const fact = (title, value) => (value === undefined || value === null ? null : element("div", {}, element("dt", {}, title), element("dd", {}, value)));
    const fields = Array.isArray(data.fields) ? data.fields : [];
    const details = element("details", { ontoggle: () => this.opened.set(event.id, details.open) },
      element("summary", {}, "all members"), members({ ...event }));
    details.open = this.opened.get(event.id) ?? kind !== "request";
    const ranges = (list) => (Array.isArray(list) && list.length ? anything(list) : null);
    return element("article", { class: "event", "data-event": event.id },
      element("h3", {}, element("span", { class: `state ${kind === "request" ? "asked" : "answered"}` }, words(clipped(kind, 40))), " ",
        name(data.trigger ?? event.subject ?? ""), element("span", { class: "quiet" }, ` ${moment(event.time)}`), data.dry_run ? element("span", { class: "quiet" }, " dry run") : null),
      element("dl", { class: "facts" }, [
        fact("Reason", data.reason === undefined ? null : name(data.reason)),
        fact("Rows", typeof data.rows === "number" ? number(data.rows) : null),
        fact("Windows", data.window_start ? span(data.window_start, data.window_end) : null),
        fact("Model version", data.model_version === undefined ? null : name(data.model_version ?? "")),
        fact("Fields that moved", fields.length ? element("span", {}, fields.slice(0, 40).flatMap((field, index) => [index ? ", " : "", element("a", { href: fieldLink(field, { ...parameters, to: data.window_end }) }, name(field))]), fields.length > 40 ? ` and ${fields.length - 40} more` : "") : null),
      ].filter((each) => each)),
      ranges(data.offsets) ? element("details", {}, element("summary", {}, `${number(data.offsets.length)} offset ranges`), ranges(data.offsets)) : null,
      ranges(data.exclude_offsets) ? element("details", {}, element("summary", {}, `${number(data.exclude_offsets.length)} ranges left out`), ranges(data.exclude_offsets)) : null,
      details);
  }
}

function pips(held, needed) {
  if (typeof held !== "number" || typeof needed !== "number" || needed > 12) return `${number(held)} of ${number(needed)}`;
  const shown = Math.min(held, needed);
  return element("span", {}, element("span", { class: "pips", "aria-hidden": "true" }, "●".repeat(shown) + "○".repeat(needed - shown)), ` ${held} of ${needed}`);
}

function plain(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "–" : typeof value === "number" ? number(value) : anything(value);
}
