// The overview: how the monitor is, which alerts stand, when alerts stood, and which fields moved.

import { element, table, name, moment, number, duration, words, Section, fieldLink } from "./elements.js";
import { HeatMap, allowed, limits } from "./heatmap.js";
import { timeline, spans } from "./timeline.js";

export class Overview {
  constructor(host, go) {
    this.go = go;
    this.parameters = () => ({ segment: this.route?.segment, version: this.route?.version });
    this.heat = new HeatMap(this.parameters);
    this.chooser = element("select", { id: "statistic", onchange: () => go({ statistic: this.chooser.value }) });
    const [health, standing, times, legend] = [0, 0, 0, 0].map(() => element("div"));
    this.health = new Section(health);
    this.standing = new Section(standing);
    this.times = new Section(times);
    this.legend = new Section(legend);
    this.chosen = new Section(this.chooser);
    host.replaceChildren(
      element("h1", { class: "hidden" }, "Overview"),
      element("section", { "aria-label": "Health" }, health),
      element("section", {}, element("h2", {}, "Standing alerts"), standing),
      element("section", {}, element("h2", {}, "Alerts over event time"), times),
      element("section", { class: "map" },
        element("div", { class: "head" }, element("h2", {}, "Fields × windows"),
          element("label", {}, "Statistic ", this.chooser), this.heat.readout),
        legend, this.heat.scroller),
    );
  }

  async update(route, { ask, status, fields }) {
    const { segment, version } = route;
    const [rules, alerts] = await Promise.all([ask("rules"), ask("alerts")]);
    const statistic = fields.statistics.includes(route.statistic) ? route.statistic : usual(fields.statistics, rules.rules);
    const answer = await ask("windows", { segment, version, statistic });
    this.route = route;
    this.live(status);
    this.standing.show([alerts.standing, segment, version], () => standing(alerts, this.parameters()));
    const shown = alerts.changes.filter((change) =>
      (!segment || change.segment === segment) && (!version || change.version === version));
    this.times.show([shown, answer.windows.at(0)?.start, answer.windows.at(-1)?.end, segment, version],
      () => timeline(spans(shown), answer.windows, this.parameters()));
    this.chosen.show([fields.statistics, rules.rules.map((rule) => rule.condition)], () => choices(fields.statistics, rules.rules));
    this.chooser.value = statistic;
    this.map(answer, limits(rules.rules, statistic, answer.size, segment), statistic);
  }

  map(answer, limits, statistic) {
    if (answer.windows.length === 0) {
      this.legend.show("empty", () => element("p", { class: "empty" },
        "No window has closed yet. A window closes when event time has passed its end and the lateness: give it events, or time."));
      this.heat.scroller.hidden = true;
      return;
    }
    this.heat.scroller.hidden = false;
    this.heat.show({ ...answer, limits, statistic });
    this.heat.hint = `${number(answer.fields.length)} fields, ${number(answer.windows.length)} windows of ${answer.size}, largest of the last ${this.heat.recent} first`;
    this.heat.hover(null);
    this.legend.show([statistic, [...limits], this.heat.bounds], () => this.heat.legend());
  }

  live(status) {
    this.health.show({ ...status, time: 0 }, () => health(status));
  }

  key(event) {
    if (event.key !== "h") return false;
    this.heat.scroller.focus();
    return true;
  }
}

/// The statistic that the first rule judges.
function usual(statistics, rules) {
  const judged = rules.map((rule) => statistics.find((one) => allowed(rule, one)));
  return judged.find((one) => one) ?? statistics[0];
}

function choices(statistics, rules) {
  const option = (one) => element("option", { value: one }, words(one));
  const judged = statistics.filter((one) => rules.some((rule) => allowed(rule, one)));
  const others = statistics.filter((one) => !judged.includes(one));
  return [element("optgroup", { label: "judged by a rule" }, judged.map(option)), element("optgroup", { label: "others" }, others.map(option))];
}

function health(status) {
  const state = status.stopping ? "stopping" : !status.healthy ? "a stage hangs" : !status.ready ? "starting" : "healthy";
  const good = state === "healthy";
  const rejected = Object.values(status.records?.rejected ?? {}).reduce((sum, count) => sum + count, 0);
  const fact = (title, value, more = null, mark = "") => element("div", { class: mark }, element("dt", {}, title),
    element("dd", {}, value), more ? element("dd", { class: "more" }, more) : null);
  const reasons = Object.entries(status.records?.rejected ?? {}).map(([reason, count]) => `${words(reason)} ${number(count)}`).join(", ");
  return element("dl", { class: "facts" },
    fact("Monitor", [element("span", { class: good ? "dot good" : "dot bad", "aria-hidden": "true" }, good ? "✓" : "!"), state],
      status.partitions === null ? "no partitions yet" : `${number(status.partitions)} partitions${status.evaluating ? "" : ", another process evaluates"}`, good ? "" : "bad"),
    fact("Firing", number(status.alerts.firing), `${number(status.alerts.pending)} pending`, status.alerts.firing ? "bad" : ""),
    fact("Closed through", moment(status.closed_through), status.evaluating === false ? "by another process" : `${number(status.windows)} windows`),
    fact("Behind", status.lag_records === null ? "–" : `${number(status.lag_records)} records`,
      status.evaluating === false ? null : status.watermark ? `event time ${duration(status.lag_seconds)} behind the clock` : status.closed_through ? "event time stands still" : "no event yet"),
    fact("Read", number(status.records?.read), status.records ? `${number(status.records.late)} late, ${number(status.records.filtered)} filtered` : null),
    fact("Rejected", status.records ? number(rejected) : "–", reasons || (status.records ? "every record is readable" : null), rejected ? "bad" : ""),
    fact("Retraining asked", number(status.requests), element("a", { href: "#/triggers" }, "triggers")),
    status.violations ? fact("Integrity", number(status.violations), "violations", "bad") : null);
}

function standing(alerts, parameters) {
  if (alerts.standing.length === 0) return element("p", { class: "empty" }, "No alert stands.");
  const last = new Map(alerts.changes.map((change) => [change.alert, change]));
  const order = { critical: 0, warning: 1, info: 2 };
  const sorted = [...alerts.standing].sort((a, b) =>
    (a.state === "firing" ? 0 : 1) - (b.state === "firing" ? 0 : 1) || (order[a.severity] ?? 3) - (order[b.severity] ?? 3)
    || (last.get(a.alert)?.group_rank ?? 0) - (last.get(b.alert)?.group_rank ?? 0));
  const value = (alert) => last.get(alert.alert);
  return table([
    { title: "State", cell: (alert) => element("span", { class: `state ${alert.state} ${alert.severity}` }, alert.state) },
    { title: "Severity", cell: (alert) => alert.severity },
    { title: "Field", cell: (alert) => alert.field === null ? element("span", { class: "quiet" }, "all records")
      : element("a", { href: fieldLink(alert.field, { ...parameters, segment: alert.segment === "all" ? "" : alert.segment, version: alert.version, alert: alert.alert }) }, name(alert.field)) },
    { title: "Rule", cell: (alert) => name(alert.rule) },
    ...(sorted.some((alert) => alert.segment !== "all") ? [{ title: "Segment", cell: (alert) => name(alert.segment) }] : []),
    { title: "Value", numeric: true, cell: (alert) => number(value(alert)?.value) },
    { title: "Limit", numeric: true, cell: (alert) => number(value(alert)?.threshold) },
    { title: "Since", cell: (alert) => moment(alert.first_seen) },
    { title: "Last failed", cell: (alert) => moment(alert.last_failure) },
    { title: "What happened", cell: (alert) => element("bdi", { class: "summary" }, (value(alert)?.summary ?? "").slice(0, 300)) },
  ], sorted, { "aria-label": "Standing alerts", class: "scroll stack" });
}
