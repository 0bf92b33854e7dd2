// The queue: one key for each action, and steps that change only their part of the page. Without it, all are plain forms and links.

import { keepFresh } from "./desk-fresh.js";
import { boxOf, isOpen, toggle } from "./desk-popovers.js";
import { counted, isSelected, mark } from "./desk-select.js";
import { isHeld, isSeen, onKey, shown } from "./desk-keys.js";
import { ask as askServer } from "./desk-session.js";
import { say, toast } from "./desk-toasts.js";

const main = document.querySelector(".triage");
const $ = (selector, from = document) => from.querySelector(selector);
const row = (pk) => pk && document.getElementById(`row-${pk}`);
const openPk = () => $("#item")?.dataset.pk;

// Steps are carried out one after the other: the second of two fast keys needs the version that the first has made.
let queue = Promise.resolve(), waiting = 0;
const inTurn = (step) => {
  waiting += 1;
  return (queue = queue.then(step, step).finally(() => { waiting -= 1; }));
};

// What is on screen changes with another article, and with a refusal: a step that was meant for the one before is dropped.
let scene = 0;
// Steps on their way that lead to another article: what comes then, nobody has seen yet.
let leaving = 0;
const leave = (step) => {
  leaving += 1;
  return inTurn(step).finally(() => { leaving -= 1; });
};
const mayDecide = () => !leaving && isSeen();

async function ask(url, options = {}) {
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await askServer(url, { ...options, headers: { Accept: "text/html" } });
    if (!answer && options.quiet) return;
    if (!answer) return say("Not done: you are logged out. What the page shows stays.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!$("#answer, .triage", page)) {
      return say($(".refusal p, main h1", page)?.textContent.trim() || `Not done: the server answered ${answer.status}.`);
    }
    show(page);
    if (answer.headers.has("X-Address")) history.pushState(null, "", answer.headers.get("X-Address"));
    else if (answer.redirected) history.pushState(null, "", answer.url);
    return answer;
  } catch {
    say("Not done: the server cannot be reached. Try again.");
  } finally {
    main.removeAttribute("aria-busy");
  }
}

// Replaces what the answer has: parts by their id, rows one by one or the whole list.
function show(page) {
  const before = openPk(), holds = (id) => Boolean(page.getElementById(id));
  const holdsItem = holds("item"), holdsList = holds("list");
  // Buttons for a later version than the one on screen would decide on what nobody saw: the old ones are refused.
  const isUnseen = !holdsItem && $("#bar [name=version]", page)?.value !== $("#item").dataset.version;
  for (const id of ["item", "bar", "claim", "tabs", "matching", "list"]) {
    if (id === "bar" && isUnseen) continue;
    const fresh = page.getElementById(id), old = document.getElementById(id);
    const isWithin = (id === "claim" && holdsItem) || (id === "matching" && holdsList);
    if (fresh && old && !isWithin) old.replaceWith(document.adoptNode(fresh));
  }
  if (!holdsList) for (const fresh of page.querySelectorAll(".row")) {
    const old = document.getElementById(fresh.id);
    if (old) replaceRow(old, document.adoptNode(fresh));
  }
  const toasts = page.getElementById("toasts");
  if (toasts?.children.length) toast(...toasts.children);
  if (holdsItem) opened(before);
  else changedMeanwhile();
  counted();
}

// A row that says the same stays, with its focus; another one keeps what the page knows of it.
function replaceRow(old, fresh) {
  const [was, box] = [$("input", old), $("input", fresh)];
  if (old.classList.contains("open")) {
    fresh.classList.add("open");
    $(".row-title", fresh).setAttribute("aria-current", "true");
  }
  const isSame = (attribute) => old.getAttribute(attribute) === fresh.getAttribute(attribute);
  if (old.textContent === fresh.textContent && was.value === box.value && isSame("class")) return;
  const focused = old.contains(document.activeElement) && document.activeElement.matches("a") ? ".row-title" : "";
  [box.checked, box.disabled] = [was.checked, was.disabled];
  old.replaceWith(fresh);
  if (focused) $(focused, fresh).focus({ preventScroll: true });
}

// A colleague has changed what is open here: a key would only be refused.
let toldOf = "";
function changedMeanwhile() {
  const item = $("#item"), [pk, version] = $("input", row(openPk()) ?? main)?.value.split(":") ?? [];
  const seen = item.dataset.version, now = `${pk}:${version}`;
  if (pk !== item.dataset.pk || !seen || version === seen || now === toldOf) return;
  toldOf = now;
  say("A colleague has changed this article meanwhile. Open it again to see it as it is now.");
}

function opened(before) {
  const item = $("#item"), pk = item.dataset.pk;
  if (pk !== before || $(".refusal", item)) {
    scene += 1;
    shown();
  }
  for (const open of document.querySelectorAll(".row.open")) {
    open.classList.toggle("open", open.dataset.pk === pk);
    if (open.dataset.pk !== pk) $(".row-title", open).removeAttribute("aria-current");
  }
  const here = row(pk);
  here?.classList.add("open");
  here && $(".row-title", here).setAttribute("aria-current", "true");
  here?.scrollIntoView({ block: "nearest" });
  main.classList.toggle("with-item", Boolean(pk));
  if (pk !== before) item.scrollTop = document.scrollingElement.scrollTop = 0;
  reasonFor(item);
  const focus = $("[data-focus]", item);
  if (focus) focus.focus();
  else if (pk !== before && pk) item.focus({ preventScroll: true });
  claimSoon(pk);
}

// The page has one form for a reason: it is set to the open article.
function reasonFor({ dataset }) {
  const form = $("#why-form");
  if (!dataset.pk) return;
  form.reset();
  form.elements.version.value = dataset.version;
  const next = new URLSearchParams(location.search);
  next.set("item", dataset.pk);
  form.elements.next.value = `${location.pathname}?${next}`;
  if (dataset.action) askWhy(dataset);
  // Of what its source has taken back, the reason is known.
  for (const preset of form.querySelectorAll("[name=reason]")) preset.checked = preset.value === dataset.reason;
}

// Sets the form to the verb of a button, or of the open article.
function askWhy({ action, label }) {
  $("#why-form").action = action;
  $("#why-title").textContent = $("#why-button").textContent = label;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget=why][data-action]");
  if (button) askWhy(button.dataset);
});

// An article that stays open for a moment is claimed; when another is opened, it is released.
let claiming;
function claimSoon(pk) {
  clearTimeout(claiming);
  if (pk) claiming = setTimeout(() => openPk() === pk && !document.hidden && claim(), 700);
}

function claim() {
  const form = $("#claim form[data-claim]");
  if (form) send(form);
}

function giveBack() {
  const form = $("#claim form[data-release]");
  if (!form) return;
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  row(openPk())?.querySelector(".status.mine")?.remove();
}

// Forms

// What decides about the article, and what leads to another one.
const DECIDES = "#act, #step, #settle, #story, #cover, .exact, #why-form, .again, [data-undo]";
const LEAVES = "#act, #cover, #why-form, .again, [data-undo], #bar form";

// What is typed beside the article and was not kept: whoever leaves it is told once.
const UNKEPT = "#item textarea, #item input:not([type=hidden], [type=checkbox], [type=radio])";
let told = "";
function losesTyped() {
  const field = [...document.querySelectorAll(UNKEPT)].find((one) => one.value !== one.defaultValue);
  const typed = field ? `${openPk()} ${field.name} ${field.value}` : "";
  if (typed === told) return false;
  told = typed;
  const name = field && (field.labels[0]?.textContent ?? field.ariaLabel);
  if (typed) say(`“${name}” is typed, but not kept. Keep it, or do this again to go on without.`);
  return Boolean(typed);
}
addEventListener("beforeunload", (event) => losesTyped() && event.preventDefault());

// Carries out the step of a form in its turn; returns false for one that is about an article that was not seen yet.
function take(form, step) {
  const decides = form.matches(DECIDES), of = scene;
  if (decides && !mayDecide()) return false;
  const mayLeave = form.matches("#settle, #story, #cover") || (form.matches(LEAVES) && form.closest("#item") === null);
  if (mayLeave && losesTyped()) return false;
  const current = () => (decides && of !== scene ? undefined : step());
  if (form.matches(LEAVES)) leave(current);
  else inTurn(current);
  return true;
}

const send = (form, button) => take(form, () => carryOut(form, button));

async function carryOut(form, button) {
  // The step before has replaced the form: press the same button of the new one, on the current version.
  if (!form.isConnected && form.dataset.undo === undefined) return button && pressNow(sameButton(button));
  const body = new FormData(form, button);
  body.append("part", "1");
  // The claim that follows from looking is no step of the person.
  const looks = form.dataset.claim !== undefined && !button;
  if (looks) body.append("open", "1");
  const url = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const pk = openPk();
  const answer = await ask(url, { method: "POST", body, quiet: looks });
  if (!answer?.ok) return;
  if (form.dataset.undo !== undefined) shown();
  if (form.matches("#settle, #story")) settled();
  // The rows of what was covered with it.
  if (form.id === "cover") setTimeout(lookNow, 300);
  if (answer.headers.has("X-Settled")) await decided(pk, answer.headers.get("X-Settled"));
}

// A row that was decided stays in its place, so that nothing jumps; the list is fetched again when all its rows are decided.
async function decided(pk, past) {
  toggle($("#why"), false);
  const done = row(pk);
  if (done && pk !== openPk()) {
    done.classList.add("decided");
    $(".row-why", done).innerHTML = `<span class="status state-${past}">${past}</span>`;
    $("input", done).checked = false;
    $("input", done).disabled = true;
  }
  if ((openPk() && !row(openPk())) || !$(".row:not(.decided)")) await refreshList();
}

async function refreshList() {
  const url = new URL(location);
  url.searchParams.set("part", "list");
  const answer = await askServer(url);
  if (answer?.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  if (send(form, event.submitter) && form.id === "why-form") toggle($("#why"), false);
});

// The second click of a double one, where the first has led to another article, was not meant for this one.
let clicked;
addEventListener("click", (event) => {
  if (event.detail <= 1) clicked = openPk();
  else if (event.target.closest?.("#item button, #bar button") && clicked !== openPk()) {
    event.preventDefault();
    clicked = openPk();
  }
}, true);

// Opening

const open = (href) => losesTyped() || leave(() => openNow(href));

function openNow(href) {
  giveBack();
  const url = new URL(href, location);
  url.searchParams.set("part", "item");
  return ask(url);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open], a[data-close]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.dataset.close === undefined) return open(link.href);
  giveBack();
  clearTimeout(claiming);
  main.classList.remove("with-item");
  history.pushState(null, "", link.href);
  const here = row(openPk());
  here && $(".row-title", here).focus();
});

addEventListener("popstate", () => location.reload());

// Keys

// An undo is about what was done, not about the open article: a second one waits for its turn. It takes back what the
// message on screen offers, else the last step, which the server knows.
const undo = () => losesTyped() || leave(() => carryOut($("#toasts form[data-undo]") ?? $("#undo-last")));

$("[data-steps]").addEventListener("click", ({ currentTarget: link }) => {
  const url = new URL(link.href);
  url.searchParams.set("next", location.pathname + location.search);
  link.href = url;
});

const step = (by) => losesTyped() || leave(() => {
  const rows = [...document.querySelectorAll(".row")];
  const at = rows.findIndex((one) => one.dataset.pk === openPk());
  const next = rows[at < 0 ? 0 : at + by];
  if (next) return openNow($(".row-title", next).href);
  const more = $(by > 0 ? ".pages [rel=next]" : ".pages [rel=prev]");
  if (more) location.assign(more.href);
  else say(by > 0 ? "This was the last one." : "This is the first one.");
});

// A digit has put the focus on one conflict of several: then its own buttons have the keys.
const chosen = (key) => document.activeElement?.closest("[data-conflict]")?.querySelector(`[data-key-here="${key}"]`);
const buttonOf = (key) => $(`#item [data-key="${key}"], #bar [data-key="${key}"]`);

// The button that has taken the place of one which a step before has replaced.
function sameButton(button) {
  const { key } = button.dataset;
  if (button.isConnected || key) return button.isConnected ? button : buttonOf(key);
  return $(`#item [formaction="${button.getAttribute("formaction")}"][value="${button.value}"]`);
}

// The conflicts that are left have other digits now, which must have been seen.
function settled() {
  shown();
  if (document.activeElement === document.body) $("#item").focus({ preventScroll: true });
}

// With rows selected, a decision is about them: its preview asks.
function pressForSelected(key) {
  const option = $(`#bulk-action option[data-key="${key}"]`);
  if (!option || !isSelected()) return false;
  option.selected = true;
  leave(() => $("#bulk").requestSubmit());
  return true;
}

// The step before may replace the button, and what it offers.
function press(key) {
  const own = chosen(key);
  if (!own && pressForSelected(key)) return;
  const button = own ?? buttonOf(key);
  if (button) take(button.form, () => pressNow(sameButton(button)));
}

function pressNow(button) {
  if (!button) return;
  if (button.disabled) return say(button.title || "Not possible now.");
  if (button.type === "submit") return carryOut(button.form, button);
  button.click();
  const box = boxOf(button);
  if (box) ($("input[type=radio]:checked", box) ?? $("input[type=radio]", box))?.focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: () => inTurn(() => mark(row(openPk()), false)),
  X: () => inTurn(() => mark(row(openPk()), true)),
  e: () => openPk() && !leaving && location.assign($("#item").dataset.edit),
  s: () => openPk() && !leaving && window.open($("#item").dataset.source, "_blank", "noopener"),
  u: undo,
  U: () => $("[data-steps]").click(),
  "?": () => toggle($("#help")),
};
// The keys of buttons, as the help lists them.
for (const { textContent: key } of document.querySelectorAll("#help [data-press]")) keys[key] = () => press(key);

onKey((key, event) => {
  const why = $("#why");
  if (isOpen(why)) {
    const preset = /^[1-9]$/.test(key) && why.querySelectorAll("input[type=radio]")[key - 1];
    if (!preset) return false;
    preset.checked = true;
    if (main.dataset.digits === "on") $("#why-form").requestSubmit();
    else preset.focus();
    return true;
  }
  if (main.dataset.keys === "off" || (isOpen($("#help")) && key !== "?")) return false;
  const conflict = /^[1-9]$/.test(key) && $(`#item [data-conflict] [data-digit="${key}"]`);
  if (conflict) conflict.focus();
  if (!Object.hasOwn(keys, key)) return Boolean(conflict);
  // A key that is held moves on when the article before is there, and not after it has come up.
  if (!isHeld(event) || !waiting) keys[key]();
  return true;
});

const lookNow = keepFresh({ isBusy: () => waiting > 0, show });

// An image that does not load is removed.
addEventListener("error", (event) => event.target.matches?.(".item-picture") && event.target.remove(), true);
if (openPk()) claimSoon(openPk());
