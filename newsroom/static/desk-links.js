// The related links on the page of one article: every step at once, without a request. The state stands in hidden fields
// (`related-order`, `related-placed`, `related-hidden`, `related-removed`), which Save reads; the form of a link is fetched
// when it is opened.
// `desk-new-links.js` adds links.

import { drag } from "./desk-drag.js";
import { composes, isHeld, keyOf } from "./desk-keys.js";
import { ask } from "./desk-session.js";

export const section = document.querySelector("#related");
export const list = section.querySelector("[data-links]");
const fieldOf = (name) => section.querySelector(`[data-${name}]`);
const form = section.closest("form");

export const rows = () => [...list.children];
const shown = () => rows().filter((row) => !row.hidden);
export const tickOf = (row) => row.querySelector("[name=related-tick]");
export const numberOf = (row) => tickOf(row).value;
const nameOf = (row) => row.querySelector("label b").textContent;
const ticked = () => rows().filter((row) => tickOf(row).checked);
const isHidden = (row) => row.classList.contains("is-hidden");
const isPlaced = (row) => row.classList.contains("is-placed");
const isBelow = (row) => row.classList.contains("is-below") && !isPlaced(row);
const isRemoved = (row) => row.classList.contains("is-removed");
const say = (text) => { section.querySelector("[data-say]").textContent = text; };

// The state

function count() {
  const place = section.querySelector("[data-ticked]");
  const [hidden, placed] = [isHidden, isPlaced].map((is) => rows().filter(is).length);
  if (place) place.textContent = `${ticked().length} ticked, ${hidden} hidden, ${placed} placed`;
}

function label(row) {
  const name = nameOf(row);
  const hide = row.querySelector("[data-hide]"), remove = row.querySelector("[data-remove]"), edit = row.querySelector("[value^=edit-]");
  for (const button of row.querySelectorAll("[data-by]")) {
    button.setAttribute("aria-label", `Move ${button.dataset.by < 0 ? "up" : "down"}: ${name}`);
  }
  hide.textContent = isHidden(row) ? "Show" : "Hide";
  hide.setAttribute("aria-label", isHidden(row) ? `Show ${name} to readers` : `Hide ${name} from readers`);
  if (remove) {
    remove.textContent = isRemoved(row) ? "Put back" : "Remove";
    remove.setAttribute("aria-label", `${remove.textContent} ${name}`);
  }
  edit?.setAttribute("aria-label", `Edit ${name}`);
}

export function equip(row) {
  const tools = document.querySelector("#link-tools").content.firstElementChild.cloneNode(true);
  if (row.dataset.own === undefined) tools.querySelector("[data-remove]").remove();
  row.querySelector("label").after(tools);
  for (const link of row.querySelectorAll("p a")) link.target = "_blank";
  const edit = row.querySelector("[value^=edit-]");
  if (edit) tools.append(edit);
  label(row);
}

// Writes what the list shows into the fields.
export function write(text) {
  const numbers = (some) => some.map(numberOf).join(" ");
  // What is placed stands before all that is not.
  const placed = rows().filter(isPlaced);
  if (placed.some((row, index) => list.children[index] !== row)) list.prepend(...placed);
  fieldOf("order").value = numbers(rows());
  fieldOf("placed").value = numbers(placed);
  fieldOf("hidden").value = numbers(rows().filter(isHidden));
  fieldOf("removed").value = numbers(rows().filter(isRemoved));
  rows().forEach(label);
  count();
  form.dispatchEvent(new Event("touched", { bubbles: true }));
  say(text);
}

// Shows what the fields say: a browser that comes back to the page fills them in again.
function read() {
  const numbers = (name) => fieldOf(name).value.split(" ").filter(Boolean);
  const byNumber = new Map(rows().map((row) => [numberOf(row), row]));
  const order = numbers("order").map((number) => byNumber.get(number)).filter(Boolean);
  if (order.some((row, index) => list.children[index] !== row)) list.prepend(...order);
  for (const name of ["placed", "hidden", "removed"]) {
    const some = new Set(numbers(name));
    for (const [number, row] of byNumber) row.classList.toggle(`is-${name}`, some.has(number));
  }
  rows().forEach(label);
  count();
}

// Steps

const hide = (some) => some.forEach((row) => row.classList.add("is-hidden"));
// Where a row was moved to, what stands above it is placed with it.
const place = (some) => some.forEach((row) => row.classList.add("is-placed"));
function move(row, text = "") {
  place(rows().slice(0, rows().indexOf(row) + 1));
  write(text || `${nameOf(row)} is now ${rows().indexOf(row) + 1} of ${list.children.length}.`);
}

function keep(some) {
  const kept = new Set(some);
  for (const row of list.children) row.classList.toggle("is-hidden", !kept.has(row));
  place(some);
  write(`${kept.size} kept, ${list.children.length - kept.size} hidden.`);
}

const number = () => section.querySelector("#related_place");
const places = () => (number().value.match(/\d{1,4}/g) ?? []).map(Number);

const onTicked = (act) => () => (ticked().length ? act(ticked()) : say("Tick the links first."));
const withNumber = (act) => () => {
  if (places().length) return act(...places());
  say("Give the number first.");
  number().focus();
};

function tick(some, on = true) {
  some.forEach((row) => { tickOf(row).checked = on; });
  count();
  say(`${ticked().length} ticked.`);
}

const isNew = (row) => row.querySelector("[name=related-tick]") && !numbersOf("relevance").includes(numberOf(row));
const numbersOf = (order) => section.querySelector(`#related_sort [value=${order}]`)?.dataset.rows.split(" ") ?? [];

// Puts these rows first, then the others in an order.
function sortBy(order, first = []) {
  const byNumber = new Map(rows().map((row) => [numberOf(row), row]));
  list.prepend(...new Set([...first, ...numbersOf(order).map((n) => byNumber.get(n)).filter(Boolean)]));
}

const STEPS = {
  hide: onTicked((some) => { hide(some); write(`${some.length} hidden.`); }),
  show: onTicked((some) => {
    some.forEach((row) => row.classList.remove("is-hidden", "is-removed"));
    place(some.filter(isBelow));
    write(`${some.length} shown.`);
  }),
  keep: onTicked(keep),
  below: onTicked((some) => {
    const below = rows().slice(rows().indexOf(some.at(-1)) + 1).filter((row) => !isHidden(row));
    hide(below);
    write(`${below.length} hidden.`);
  }),
  remove: onTicked((some) => {
    const own = some.filter((row) => row.dataset.own !== undefined);
    own.forEach((row) => row.classList.add("is-removed"));
    const rest = own.length < some.length ? " A link of the document can only be hidden." : "";
    write(`${own.length} removed.${rest}`);
  }),
  release: onTicked((some) => {
    const placed = some.filter(isPlaced);
    placed.forEach((row) => row.classList.remove("is-placed"));
    sortBy("relevance", rows().filter(isPlaced));
    write(`${placed.length} stand where their relevance puts them.`);
  }),
  all: () => tick(shown()),
  none: () => tick(rows(), false),
  move: onTicked((some) => withNumber((number) => {
    const rest = rows().filter((row) => !some.includes(row));
    const index = Math.min(Math.max(number, 1), rest.length + 1) - 1;
    if (index === rest.length) list.append(...some);
    else rest[index].before(...some);
    move(some.at(-1), some.length > 1 ? `${some.length} moved to place ${index + 1}.` : "");
  })()),
  first: withNumber((number) => keep(rows().slice(0, number))),
  range: withNumber((from, to = from) => tick(rows().slice(Math.max(Math.min(from, to), 1) - 1, Math.max(from, to)))),
  sort: () => {
    const [order] = section.querySelector("#related_sort").selectedOptions;
    const first = new Set(order.dataset.rows.split(" ").slice(0, Number(order.dataset.first)));
    for (const row of rows()) row.classList.toggle("is-placed", isNew(row) || first.has(numberOf(row)));
    sortBy(order.value);
    write(`In this order now: ${order.textContent.trim().toLowerCase()}.`);
  },
  filter: () => filter(),
};

const step = (row, by) => {
  const some = shown(), other = some[some.indexOf(row) + by];
  if (!other) return say(`${nameOf(row)} is ${by < 0 ? "first" : "last"} already.`);
  if (by < 0) other.before(row);
  else other.after(row);
  move(row);
};

const toggle = (row, state) => {
  const on = row.classList.toggle(state);
  const done = state === "is-hidden" ? ["hidden from readers", "shown to readers"] : ["removed", "kept"];
  write(`${nameOf(row)} is ${done[on ? 0 : 1]}.`);
};

// The filter

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const KINDS = {
  visible: (row) => !isHidden(row) && !isRemoved(row) && !isBelow(row),
  below: (row) => isBelow(row) && !isHidden(row),
  placed: isPlaced,
  hidden: isHidden,
  dead: (row) => row.classList.contains("is-dead"),
  editor: (row) => row.dataset.own !== undefined,
};

function filter() {
  const words = fold(section.querySelector("#related_words").value).split(/\s+/).filter(Boolean);
  const isOfKind = KINDS[section.querySelector("#related_kind").value] ?? (() => true);
  for (const row of list.children) {
    const parts = [...row.querySelectorAll(":scope > label, :scope > p")].map((part) => part.textContent);
    const text = fold([...parts, row.querySelector("p a")?.href ?? ""].join(" "));
    row.hidden = !isOfKind(row) || !words.every((word) => text.includes(word));
  }
  say(`${shown().length} of ${list.children.length} links.`);
}

// The form of a link

async function open(row) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (/^(version|csrfmiddlewaretoken|related-.*)$/.test(name) && name !== "related-tick") body.append(name, value);
  }
  body.set("related-do", `edit-${numberOf(row)}`);
  const answer = await ask(form.action, { method: "POST", body });
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fields = page?.querySelector(`[name=related-tick][value="${numberOf(row)}"]`)?.closest("li").querySelector("[data-form]");
  if (!fields) return say("The form cannot be opened. Save, or load the page anew.");
  row.querySelector(":scope > p[dir]")?.remove();
  row.querySelector("[value^=edit-]")?.remove();
  fields.querySelector("[autofocus]").removeAttribute("autofocus");
  row.append(document.adoptNode(fields));
  row.querySelector("[name$=-title]").focus();
}

// Clicks and keys

let last;
section.addEventListener("click", (event) => {
  const row = event.target.closest("[data-links] > li");
  if (event.target.name === "related-tick") {
    const some = shown(), ends = [some.indexOf(last), some.indexOf(row)];
    if (event.shiftKey && ends[0] >= 0) tick(some.slice(Math.min(...ends), Math.max(...ends) + 1), event.target.checked);
    last = row;
    count();
    return;
  }
  const button = event.target.closest("button");
  if (!button) return;
  const { by, hide: hides, remove: removes } = button.dataset;
  const done = () => {
    if (by) step(row, Number(by));
    else if (hides !== undefined) toggle(row, "is-hidden");
    else if (removes !== undefined) toggle(row, "is-removed");
    else if (button.name !== "related-do") return false;
    else if (button.value.startsWith("edit-")) open(row);
    else if (STEPS[button.value]) STEPS[button.value]();
    else return false;
    return true;
  };
  if (!done()) return;
  event.preventDefault();
  if (by) button.focus();
});

section.addEventListener("input", (event) => {
  if (["related-words", "related-kind"].includes(event.target.name)) filter();
});

// Enter does what the field is for; it does not save.
const ENTER = { "related-words": filter, "related-place": () => STEPS.move() };
section.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || composes(event) || !ENTER[event.target.name]) return;
  event.preventDefault();
  ENTER[event.target.name]();
});

// At the tick of a row: the arrows go through the list, with Alt they move the row; h hides it, e opens it.
list.addEventListener("keydown", (event) => {
  if (event.target.name !== "related-tick") return;
  const row = event.target.closest("[data-links] > li"), key = keyOf(event);
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by && event.altKey) step(row, by);
  else if (by) return focusBeside(event, row, by);
  else if (key === "h" && !isHeld(event)) toggle(row, "is-hidden");
  else if (key === "e" && !isHeld(event)) row.querySelector("[value^=edit-]")?.click();
  else return;
  event.preventDefault();
  if (by) event.target.focus();
});

function focusBeside(event, row, by) {
  const some = shown(), other = some[some.indexOf(row) + by];
  if (other) tickOf(other).focus();
  event.preventDefault();
}

list.addEventListener("pointerdown", (event) => {
  if (!event.target.matches("[data-grip]") || event.button !== 0) return;
  drag(list, event.target.closest("li"), event, (row) => move(row));
});

rows().forEach(equip);
read();
addEventListener("pageshow", () => { read(); form.dispatchEvent(new Event("touched", { bubbles: true })); });
