// One field: how the window differs from the reference, how it came so, and each alert's numbers.

import { element, table, name, moment, span, number, share, words, Section, anything, link, clipped } from "./elements.js";
import { categories, digest, distributionFunctions, histogram, series } from "./charts.js";
import { ask } from "./client.js";
import { spans } from "./timeline.js";

export class FieldPage {
  constructor(host, go) {
    this.go = go;
    const [head, bar, shape, missing, alerts, many] = Array.from({ length: 6 }, () => element("div"));
    [this.head, this.bar, this.shape, this.missing, this.alerts, this.many] = [head, bar, shape, missing, alerts, many].map((one) => new Section(one));
    bar.className = "windows";
    this.opened = new Map();
    host.replaceChildren(head, bar,
      element("section", {}, shape),
      element("section", {}, element("h2", {}, "Alerts of this field"), alerts),
      element("section", {}, element("h2", {}, "Statistics over event time"), many),
      element("section", {}, element("h2", {}, "Records"), missing));
  }

  async update(route, { ask: waits, fields }) {
    const { field, segment, version, to } = route;
    if (!fields.fields.some((one) => one.field === field)) {
      this.head.show(["none", field], () => [element("h1", {}, name(field)), element("p", { class: "empty" }, "The reference has no field of this name. Choose one above, or go to the ", element("a", { href: "#/" }, "overview"), ".")]);
      return;
    }
    // The series is asked for whole; what a chosen window was like, besides.
    const [all, then, alerts] = await Promise.all([
      waits("fields", { field, segment, version }),
      to ? waits("fields", { field, segment, version, to }) : null,
      waits("alerts", { field, segment: segment || "all", version }),
    ]);
    this.route = route;
    this.windows = all.windows;
    this.chosen = to && all.windows.some((window) => window.end === to) ? to : all.windows.at(-1)?.end;
    const distributions = (then ?? all).distributions;
    this.head.show([all.field, all.kind, all.role, all.segment, all.version], () => [
      element("h1", {}, name(all.field)),
      element("p", { class: "quiet" }, `${all.kind} ${all.role} · `, element("bdi", {}, all.segment === "all" ? "all records" : clipped(all.segment)), ` · model version `, element("bdi", {}, clipped(all.version ?? "–")), ` · windows of ${all.size}`)]);
    this.bar.show([all.windows.map((window) => window.end), this.chosen], () => this.windowBar());
    const stood = spans(alerts.changes);
    this.shape.show([distributions, this.chosen], () => this.distributions(all, distributions));
    this.many.show([all.series, all.thresholds, stood, this.chosen], () => this.allSeries(all, stood));
    this.missing.show([all.windows, distributions, this.chosen], () => this.records(all, distributions));
    this.alerts.show([alerts.changes, route.alert], () => this.alertList(alerts.changes, route.alert));
  }

  step(by) {
    const index = this.windows.findIndex((window) => window.end === this.chosen) + by;
    const window = this.windows[index];
    if (window) this.choose(window);
  }

  choose(window) {
    this.go({ to: window === this.windows.at(-1) ? "" : window.end });
  }

  key(event) {
    if (!this.windows?.length || !["ArrowLeft", "ArrowRight"].includes(event.key) || event.target.closest?.(".scroll")) return false;
    this.step(event.key === "ArrowLeft" ? -1 : 1);
    return true;
  }

  windowBar() {
    if (this.windows.length === 0) return [element("p", { class: "empty" }, "No window of this field has closed yet.")];
    const index = this.windows.findIndex((window) => window.end === this.chosen);
    const select = element("select", { "aria-label": "Window", onchange: () => this.choose(this.windows[select.selectedIndex]) },
      this.windows.map((window, place) => element("option", { value: window.end, selected: place === index }, span(window.start, window.end))));
    const button = (text, label, by) => element("button", { type: "button", "aria-label": label, title: label, disabled: !this.windows[index + by], onclick: () => this.step(by) }, text);
    return [element("span", { class: "quiet" }, "Window "), button("←", "the window before", -1), select, button("→", "the window after", 1),
      index < this.windows.length - 1 ? element("button", { type: "button", onclick: () => this.choose(this.windows.at(-1)) }, "newest") : null].filter((each) => each);
  }

  distributions(all, known) {
    const fits = known && known.window_end === this.chosen;
    if (!fits) {
      return [element("h2", {}, "Reference and window"), element("p", { class: "empty" }, known
        ? `The distribution of this window is not kept: known are ${moment(known.known[0])} to ${moment(known.known.at(-1))}. Its alerts below hold a digest of it.`
        : "No distribution is known: those of windows that closed before this process was started are not kept. The alerts below hold digests.")];
    }
    const [n, m] = [known.reference.n, known.current.n];
    const legend = element("div", { class: "legend" },
      element("span", { class: "key" }, element("i", { class: "swatch reference-key" }), `reference, ${number(known.reference.n)} values`),
      element("span", { class: "key" }, element("i", { class: "swatch current-key" }), `window, ${number(known.current.n)} values`));
    const head = element("div", { class: "head" }, element("h2", {}, "Reference and window"), legend);
    if (known.categories) {
      const { unseen_current: unseen } = known.categories;
      return [head, element("p", { class: "quiet" }, `${share(unseen, m)} of the window’s values are not in the reference.`), categories(known.categories, n, m)];
    }
    if (m === 0) return [head, element("p", { class: "empty" }, "This window has no value of the field.")];
    return [head, element("div", { class: "pair" },
      element("figure", {}, element("figcaption", {}, "Share of values"), histogram(known.functions, n, m)),
      element("figure", {}, element("figcaption", {}, "Distribution functions, and the largest gap"), distributionFunctions(known.functions, n, m)))];
  }

  allSeries(all, stood) {
    if (all.windows.length === 0) return element("p", { class: "empty" }, "Statistics appear with the first closed window.");
    const limits = (statistic) => all.thresholds.filter((one) => one.statistic === statistic && one.size === all.size);
    const order = Object.keys(all.series).sort((a, b) => (limits(b).length ? 1 : 0) - (limits(a).length ? 1 : 0));
    const whole = span(all.windows[0].start, all.windows.at(-1).end);
    return [element("p", { class: "quiet" }, `${whole}, a point for each window. Dashed: what a rule allows; shaded: an alert of this statistic stood. A click chooses the window.`), element("div", { class: "multiples" }, order.map((statistic) => series({
      title: words(statistic), windows: all.windows, values: all.series[statistic].values, limits: limits(statistic),
      spans: stood.filter((one) => about(one, statistic, limits(statistic))), chosen: this.chosen, choose: (window) => this.choose(window),
    })))];
  }

  records(all, known) {
    const window = all.windows.find((one) => one.end === this.chosen);
    if (!window) return element("p", { class: "empty" }, "Nothing yet.");
    const reference = known?.reference ?? { missing_by_kind: {} };
    const kinds = [...new Set([...Object.keys(reference.missing_by_kind), ...Object.keys(window.missing_by_kind ?? {})])];
    const full = (one) => (one.n ?? 0) + (one.missing ?? 0);
    const row = (title, a, b) => ({ title, a, b });
    const rows = [row("values", reference.n, window.n), row("missing", reference.missing, window.missing),
      ...kinds.map((kind) => row(`missing: ${words(kind)}`, reference.missing_by_kind[kind] ?? 0, window.missing_by_kind?.[kind] ?? 0))];
    if (known && known.window_end === this.chosen) rows.push(row("of another type", known.reference.mismatched, known.current.mismatched));
    return table([
      { title: "", cell: (one) => one.title },
      { title: "Reference", numeric: true, cell: (one) => number(one.a) },
      { title: "Share", numeric: true, cell: (one) => share(one.a, full(reference)) },
      { title: "Window", numeric: true, cell: (one) => number(one.b) },
      { title: "Share", numeric: true, cell: (one) => share(one.b, full(window)) },
    ], rows, { "aria-label": "Records" });
  }

  // Alerts.

  alertList(changes, wanted) {
    if (changes.length === 0) return element("p", { class: "empty" }, "No alert of this field in what is known.");
    const last = new Map();
    for (const change of changes) {
      last.delete(change.alert);
      last.set(change.alert, change);
    }
    return [...last.values()].reverse().map((change) => this.alert(change, change.alert === wanted));
  }

  alert(change, isWanted) {
    const body = element("div", { class: "numbers" });
    const details = element("details", { class: "alert", "data-alert": change.alert, ontoggle: () => {
      this.opened.set(change.alert, details.open);
      if (details.open) this.fillAlert(change.alert, body);
    } }, element("summary", {},
      element("span", { class: `state ${change.state} ${change.severity}` }, change.state), " ",
      element("span", { class: "quiet" }, change.severity), " ", name(change.rule), " ",
      element("span", {}, `${words(change.statistic ?? "")} ${number(change.value)}, limit ${number(change.threshold)}`), " ",
      element("span", { class: "quiet" }, `since ${moment(change.first_seen)}, last changed ${moment(change.window_end)}`)), body);
    details.open = this.opened.get(change.alert) ?? isWanted;
    return details;
  }

  async fillAlert(alert, body) {
    try {
      const { events } = await ask("alerts", { alert });
      const columns = events.slice(-12);
      const keys = [...new Set([...columns.flatMap((event) => Object.keys(event.data ?? {})), ...columns.flatMap(Object.keys)])].filter((key) => key !== "data");
      const value = (event, key) => (event.data && key in event.data ? event.data[key] : event[key]);
      const summary = columns.at(-1)?.data?.summary;
      const runbook = columns.at(-1)?.data?.runbook;
      const shares = digest(columns.at(-1)?.data?.digest);
      const safe = runbook && /^https?:\/\//.test(runbook);
      body.replaceChildren(...[
        summary ? element("p", {}, element("bdi", {}, clipped(summary, 600))) : null,
        safe ? element("p", {}, element("a", { href: runbook, rel: "noreferrer" }, "runbook")) : null,
        shares ? element("figure", {}, element("figcaption", {}, `Reference and window, as the last of these records holds them: ${span(columns.at(-1).data.window_start, columns.at(-1).data.window_end)}`), shares) : null,
        columns.length < events.length ? element("p", { class: "quiet" }, `The last ${columns.length} of ${events.length} changes.`) : null,
        element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "All members" }, element("table", { class: "wide" }, element("tbody", {},
          keys.map((key) => element("tr", { "data-member": clipped(key) }, element("th", { scope: "row" }, words(key)),
            columns.map((event) => element("td", {}, key in event || key in (event.data ?? {}) ? anything(value(event, key)) : "")))))))].filter((each) => each));
    } catch (error) {
      if (error.name !== "AbortError") body.replaceChildren(element("p", { class: "empty" }, `Not known: ${clipped(error.message)}`));
    }
  }
}

/// Whether an alert is about a statistic: it names `ks` where its rule compares `ks(p)`, too.
function about(alert, statistic, limits) {
  if (alert.statistic === statistic) return true;
  const isOfRule = limits.some((limit) => limit.rule === alert.rule);
  return isOfRule && statistic.startsWith((alert.statistic ?? "").replace(/\)$/, ""));
}
