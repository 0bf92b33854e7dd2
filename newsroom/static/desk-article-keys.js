// The keys of the page of one article: those of the queue, outside of its fields. Each presses a button or follows a link.

import { isSeen, onKey } from "./desk-keys.js";

const form = document.querySelector("#article-form");
const STEP = 5; // of quality and heat, as in the queue
const scores = { h: ["heat", 1], H: ["heat", -1], q: ["quality", 1], Q: ["quality", -1] };
const $ = (selector) => document.querySelector(selector);

function step([name, by]) {
  const field = form.elements[name];
  if (!field || field.disabled) return;
  const value = Math.max(Number(field.value) || 0, by > 0 ? 0 : Number(field.min)) + by * STEP;
  field.value = Math.max(value, Number(field.min));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.closest("[data-section]").scrollIntoView({ block: "nearest" });
}

function press(key) {
  const button = $(`[data-key="${key}"]:not(:disabled)`);
  // What was not seen is not decided on.
  if (!button || (button.dataset.decide && !isSeen())) return;
  button.click();
  if (button.matches("summary")) button.closest("details").querySelector("select")?.focus();
}

// Takes back what the message offers, else the person's last step, which the server knows.
let undoes = false;
function undo() {
  if (undoes) return;
  undoes = true;
  ($(".messages form") ?? $("#undo-form")).requestSubmit();
}

onKey((key) => {
  if (form.dataset.keys === "off") return false;
  if (Object.hasOwn(scores, key)) step(scores[key]);
  else if (key === "e") $("#id_title")?.focus();
  else if (key === "u") undo();
  else if ($(`[data-key="${key}"]`)) press(key);
  else return false;
  return true;
});

$("[data-key='?']").addEventListener("click", () => $("#keys").showModal());

// A second click is one click, and a click on what has just come decides nothing.
let isSent = false;
form.addEventListener("submit", (event) => {
  if (isSent || (event.submitter?.dataset.decide && !isSeen())) event.preventDefault();
  else isSent = true;
}, true);
addEventListener("pageshow", () => { isSent = undoes = false; });
