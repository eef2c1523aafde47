// Where the page is, what is asked for, and when: the address says all of what is chosen.

import { ask, keepToken, Refusal } from "./client.js";
import { element, Section, clipped, link, fieldLink, moment } from "./elements.js";
import { Overview } from "./overview.js";
import { FieldPage } from "./field.js";
import { TriggersPage } from "./triggers.js";

const pages = { overview: Overview, field: FieldPage, triggers: TriggersPage };
const every = 5000;
const at = (id) => document.getElementById(id);
const host = at("page");
const notices = new Section(at("notices"));
const segments = new Section(at("segment"));
const versions = new Section(at("version"));
const names = new Section(at("field-names"));

let view = null;
let shown = null;
let seen = null;
let asking = null;
let timer = null;
let answered = null;
let fields = null;

function route() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [first, second] = path.split("/");
  let field = null;
  try {
    field = second ? decodeURIComponent(second) : null;
  } catch {
    field = second;
  }
  const page = first === "field" && field ? "field" : first === "triggers" ? "triggers" : "overview";
  return { page, ...(field ? { field } : {}), ...Object.fromEntries(new URLSearchParams(query)) };
}

/// Changes a part of what is chosen; the page stays.
function go(changes) {
  const { page, field, ...rest } = { ...route(), ...changes };
  const target = page === "field" ? fieldLink(field, rest) : link(page === "overview" ? "" : page, rest);
  history.replaceState(null, "", target);
  refresh(true);
}

async function refresh(asked = false) {
  clearTimeout(timer);
  asking?.abort();
  const own = new AbortController();
  asking = own;
  const waits = (path, parameters) => ask(path, parameters, own.signal);
  try {
    const chosen = route();
    const status = await waits("status");
    // What changes with every record is no reason to ask for windows again.
    const { version, started, windows, closed_through: closed, alerts, requests, evaluating, lacks, omitted, omitted_distributions: shapes } = status;
    const known = [version, started, windows, closed, alerts, requests, evaluating, lacks, omitted, shapes];
    const mark = JSON.stringify([known, location.hash]);
    if (asked || mark !== seen) {
      fields = await waits("fields");
      open(chosen);
      choices(chosen);
      await view.update(chosen, { ask: waits, status, fields });
      seen = mark;
    } else view.live?.(status);
    answered = new Date();
    tell(status);
    document.body.dataset.shown = `${chosen.page} ${answered.getTime()}`;
  } catch (error) {
    if (own.signal.aborted) return;
    fail(error);
  }
  if (asking === own && !document.hidden) timer = setTimeout(refresh, every);
}

function open(chosen) {
  const key = JSON.stringify([chosen.page, chosen.field]);
  if (key === shown) return;
  shown = key;
  view = new pages[chosen.page](host, go);
  host.dataset.page = chosen.page;
  const title = { overview: "Overview", triggers: "Triggers" }[chosen.page] ?? clipped(chosen.field, 60);
  document.title = `${title} · Leeway`;
  scrollTo(0, 0);
}

function choices(chosen) {
  const option = (value, text) => element("option", { value }, clipped(text, 60));
  segments.show(fields.segments, () => fields.segments.map((one) => option(one === "all" ? "" : one, one === "all" ? "all records" : one)));
  versions.show(fields.versions, () => [option("", "newest"), ...fields.versions.map((one) => option(one, one))]);
  names.show(fields.fields, () => fields.fields.map(({ field }) => element("option", { value: field })));
  at("segment").value = chosen.segment ?? "";
  at("version").value = chosen.version ?? "";
  at("monitor").textContent = clipped(fields.monitor, 80);
  for (const each of document.querySelectorAll("nav a")) {
    const { page } = each.dataset;
    each.href = link(page === "overview" ? "" : page, { segment: chosen.segment, version: chosen.version });
    if (page === chosen.page) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
}

// What goes on, and what went wrong, is said above the page.

const notice = (...text) => element("p", { class: "notice" }, text);

function tell(status) {
  const said = [status.lacks, status.omitted, status.omitted_distributions, status.stopping, status.evaluating, status.partitions];
  notices.show(said, () => [
    status.lacks ? notice("Not all is shown: ", element("bdi", {}, clipped(status.lacks, 300)), ".") : null,
    status.omitted ? notice(`${status.omitted} older records are left out here to bound memory; the topics hold them.`) : null,
    status.omitted_distributions ? notice(`The distributions of ${status.omitted_distributions} windows are left out here to bound memory; their numbers are shown.`) : null,
    status.stopping ? notice("The monitor is stopping.") : null,
    status.partitions !== null && !status.evaluating ? notice("Another process evaluates: what it has written is shown here, some 15 seconds later. What became of the records, and how far triggers are from asking, its own page shows.") : null,
  ].filter((each) => each));
}

function fail(error) {
  if (error instanceof Refusal && error.status === 401) return notices.show("token", () => tokenForm());
  const since = answered ? ` Shown is what was known at ${moment(answered.toISOString().replace(/\.\d+/, ""))}.` : "";
  if (error instanceof Refusal) {
    return notices.show([error.status, error.message], () => notice(`The monitor refused (${error.status}): `, element("bdi", {}, clipped(error.message, 300)), `.${since}`));
  }
  if (!(error instanceof TypeError && /fetch/i.test(error.message))) console.error(error);
  notices.show(["silence", since], () => notice(`No answer from ${location.host}; asked again every few seconds.${since}`));
}

function tokenForm() {
  const input = element("input", { type: "password", autocomplete: "off", required: true, "aria-label": "Token" });
  return element("form", { class: "notice", onsubmit: (event) => {
    event.preventDefault();
    keepToken(input.value);
    refresh(true);
  } }, element("label", {}, "This monitor wants its token (the text of --http-token-file): ", input), " ", element("button", {}, "Show"));
}

// Keys and choices.

function help() {
  at("help").showModal();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const { segment, version } = route();
  if (event.key === "?") help();
  else if (event.key === "o") location.hash = link("", { segment, version });
  else if (event.key === "t") location.hash = link("triggers", { segment, version });
  else if (event.key === "/") at("field").focus();
  else if (!view?.key?.(event)) return;
  event.preventDefault();
});

at("help-button").addEventListener("click", help);
at("skip").addEventListener("click", (event) => {
  event.preventDefault();
  host.focus();
});
at("choices").addEventListener("submit", (event) => event.preventDefault());
at("segment").addEventListener("change", (event) => go({ segment: event.target.value, to: "" }));
at("version").addEventListener("change", (event) => go({ version: event.target.value, to: "" }));
at("field").addEventListener("change", (event) => {
  const wanted = event.target.value;
  if (!fields?.fields.some(({ field }) => field === wanted)) return;
  const { segment, version } = route();
  event.target.value = "";
  event.target.blur();
  location.hash = fieldLink(wanted, { segment, version });
});
addEventListener("hashchange", () => refresh(true));
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
refresh(true);
