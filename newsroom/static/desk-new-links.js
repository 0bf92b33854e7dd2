// New related links on the page of one article: typed, or found among our articles while one types.

import { composes } from "./desk-keys.js";
import { equip, list, numberOf, rows, section, tickOf, write } from "./desk-links.js";

function add({ url, title, excerpt, type }) {
  const blank = Number(/\d+/.exec(section.querySelector("[data-blank] [name]").name)[0]);
  const n = Math.max(blank, ...rows().map((row) => Number(numberOf(row)))) + 1;
  const row = document.querySelector("#link-row").content.firstElementChild.cloneNode(true);
  tickOf(row).value = n;
  for (const part of row.querySelectorAll("[name], [id], [for]")) {
    for (const key of ["name", "id", "for"]) {
      if (part.hasAttribute(key)) part.setAttribute(key, part.getAttribute(key).replace("related-n-", `related-${n}-`));
    }
  }
  row.querySelector("label b").textContent = title || url;
  for (const [key, value] of Object.entries({ url, title, excerpt, type })) {
    if (value) row.querySelector(`[name="related-${n}-${key}"]`).value = value;
  }
  const placed = rows().filter((other) => other.classList.contains("is-placed"));
  row.classList.add("is-placed");
  if (placed.length) placed.at(-1).after(row);
  else list.prepend(row);
  equip(row);
  write(`${title || url} was added at place ${placed.length + 1}; it is not saved yet.`);
  row.scrollIntoView({ block: "nearest" });
}

function addTyped() {
  const blank = section.querySelector("[data-blank]");
  const [url, title, excerpt] = ["url", "title", "excerpt"].map((key) => blank.querySelector(`[name$="-${key}"]`));
  // Without a title the server looks whether it is one of our articles.
  if (!url.value || !title.value) return false;
  add({ url: url.value.trim(), title: title.value.trim(), excerpt: excerpt.value.trim() });
  for (const part of [url, title, excerpt]) part.value = "";
  url.focus();
  return true;
}

// Our articles, found while one types

const words = section.querySelector("[data-search]");
const results = section.querySelector("[data-found]");
let waiting, asked = 0;

async function search() {
  const turn = ++asked;
  const answer = await fetch(`${words.dataset.search}&q=${encodeURIComponent(words.value)}`);
  if (turn !== asked) return;
  // The answer is the login page.
  if (answer.redirected) results.textContent = "You are logged out. Log in in another window, and search again.";
  else if (answer.ok) results.innerHTML = await answer.text();
}

words.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 250);
});

words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || composes(event)) return;
  event.preventDefault();
  search();
});

section.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.value === "search") search();
  else if (button?.value.startsWith("add-")) {
    add(button.dataset);
    button.disabled = true;
  } else if (button?.value !== "more" || !addTyped()) return;
  event.preventDefault();
});
