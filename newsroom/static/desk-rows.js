// The pictures on the page of one article: rows that move at once. The related links are in `desk-links.js`.
// Without script, the same buttons send the form and the page comes back.

import { drag } from "./desk-drag.js";
import { composes } from "./desk-keys.js";

// Lists in their order

const say = (list, text) => {
  list.closest("[data-list]").querySelector("[data-say]").textContent = text;
};

function number(list) {
  [...list.children].forEach((row, index) => {
    row.querySelector("input.order").value = index + 1;
    const lead = row.querySelector("[data-lead]");
    if (lead) lead.hidden = index > 0;
  });
  list.closest("form").dispatchEvent(new Event("touched", { bubbles: true }));
}

function moved(list, row) {
  number(list);
  const place = [...list.children].indexOf(row) + 1;
  say(list, `${nameOf(row)} is now ${place} of ${list.children.length}.`);
}

const nameOf = (row) => row.querySelector("[data-name]").textContent;

function step(list, row, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return say(list, `${nameOf(row)} is ${by < 0 ? "first" : "last"} already.`);
  if (by < 0) other.before(row);
  else other.after(row);
  moved(list, row);
}

// Moves a row to a number that was typed: upwards before the row that has it, downwards behind.
function jump(list, row, place) {
  const rows = [...list.children].filter((other) => other !== row);
  const index = Math.min(Math.max((place || rows.length + 1) - 1, 0), rows.length);
  if (index === rows.length) list.append(row);
  else rows[index].before(row);
  moved(list, row);
}

for (const list of document.querySelectorAll("[data-rows]")) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button.move");
    if (!button) return;
    event.preventDefault();
    step(list, button.closest("[data-row]"), Number(button.dataset.by));
    button.focus();
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.target.matches("input.order")) {
      jump(list, row, Number(event.target.value));
      event.target.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    // Enter in the number moves the row; it does not save.
    if (event.key === "Enter" && !composes(event) && event.target.matches("input.order")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.target.matches("[data-grip]") && event.button === 0) {
      drag(list, event.target.closest("[data-row]"), event, (row) => moved(list, row));
    }
  });
}
