// The preview of a decision on many: it counts what is left of it, and a digit chooses the reason.

import { onKey } from "./desk-keys.js";

const form = document.querySelector("#bulk-form");
const boxes = [...document.querySelectorAll("input[name=keep]")];
const count = () => {
  const all = form.elements.picks.value.split(" ").length;
  const left = all - boxes.filter((box) => !box.checked).length;
  const text = `${left.toLocaleString("en")} article${left === 1 ? "" : "s"}`;
  for (const place of document.querySelectorAll("[data-number]")) place.textContent = text;
};

if (form) {
  for (const box of boxes) box.addEventListener("change", count);
  // A browser may tick the boxes again as they were before a reload.
  addEventListener("pageshow", count);
  const reason = form.elements.reason, strong = form.querySelector("button.strong");
  onKey((key) => {
    // The first option stands for no reason.
    if (!reason || !/^[1-9]$/.test(key) || key >= reason.options.length) return false;
    reason.selectedIndex = Number(key);
    strong.focus();
    return true;
  });
  if (reason) reason.closest(".field").querySelector("label").append(" (a digit chooses)");
  else strong.focus();
}
