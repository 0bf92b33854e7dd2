// The lists on the page of one article: rows that move at once, and a search for related links that answers while one types.
// Without script, the same buttons send the form and the page comes back.

import { composes } from "./desk-keys.js";

// Lists in their order

const say = (list, text) => {
  list.closest("form").querySelector("[data-say]").textContent = text;
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

function drag(list, row, event) {
  event.preventDefault();
  const grip = event.target;
  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-moving");
  const over = ({ clientY }) => {
    const other = [...list.children].find((one) => {
      const box = one.getBoundingClientRect();
      return one !== row && clientY > box.top && clientY < box.bottom;
    });
    if (!other) return;
    const box = other.getBoundingClientRect();
    const below = clientY > box.top + box.height / 2;
    const rows = [...list.children];
    const before = rows.indexOf(other) < rows.indexOf(row);
    if (before && !below) other.before(row);
    else if (!before && below) other.after(row);
    // An element that is moved in the page loses the pointer.
    if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
  };
  const stop = () => {
    row.classList.remove("is-moving");
    document.removeEventListener("pointermove", over);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    moved(list, row);
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
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
    if (event.target.name.endsWith("-hidden")) row.classList.toggle("is-hidden", event.target.checked);
  });
  list.addEventListener("keydown", (event) => {
    // Enter in the number moves the row; it does not save.
    if (event.key === "Enter" && !composes(event) && event.target.matches("input.order")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.target.matches("[data-grip]") && event.button === 0) drag(list, event.target.closest("[data-row]"), event);
  });
}

// Related links: new rows

const related = document.querySelector("#form-related");

function nextNumber(form) {
  const numbers = [...form.elements].map((field) => Number(/^related-(\d+)-/.exec(field.name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

function addLink({ url, title, excerpt, type }) {
  const list = related.querySelector("[data-rows]");
  const n = nextNumber(related);
  const row = document.querySelector("#link-row").content.firstElementChild.cloneNode(true);
  for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const key of ["name", "id", "for", "aria-describedby"]) {
      if (part.hasAttribute(key)) part.setAttribute(key, part.getAttribute(key).replace("related-n-", `related-${n}-`));
    }
    if (part.matches("button.move")) part.value = part.value.replace(/^n-/, `${n}-`);
  }
  const name = title || url;
  row.querySelector("[data-title]").textContent = name;
  row.querySelectorAll("[data-name]").forEach((part) => { part.textContent = name; });
  for (const [key, value] of Object.entries({ url, title, excerpt, type })) {
    if (value) row.querySelector(`[name="related-${n}-${key}"]`).value = value;
  }
  list.append(row);
  row.querySelector("details").open = !title;
  number(list);
  say(list, `${name} was added as the last of ${list.children.length}; it is not saved yet.`);
  row.scrollIntoView({ block: "nearest" });
  return row;
}

if (related) {
  const field = related.querySelector("[data-search]");
  const results = related.querySelector("[data-found]");
  let waiting, asked = 0;

  const search = async () => {
    const turn = ++asked;
    const answer = await fetch(`${field.dataset.search}&q=${encodeURIComponent(field.value)}`);
    if (turn !== asked) return;
    // The answer is the login page.
    if (answer.redirected) results.textContent = "You are logged out. Log in in another window, and search again.";
    else if (answer.ok) results.innerHTML = await answer.text();
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || composes(event)) return;
    event.preventDefault();
    search();
  });
  related.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.name === "search") {
      event.preventDefault();
      search();
    }
    if (button?.name === "add") {
      event.preventDefault();
      addLink(button.dataset);
      button.disabled = true;
    }
    if (button?.name === "more") {
      const blank = related.querySelector("[data-blank]");
      const [url, title, excerpt] = ["url", "title", "excerpt"].map((key) => blank.querySelector(`[name$="-${key}"]`));
      // Without a title the server looks whether it is one of our articles.
      if (!url.value || !title.value) return;
      event.preventDefault();
      addLink({ url: url.value.trim(), title: title.value.trim(), excerpt: excerpt.value.trim() });
      for (const part of [url, title, excerpt]) part.value = "";
      url.focus();
    }
  });
}
