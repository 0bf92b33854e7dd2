// The messages over the page: what was done, with its Undo, or why it was not. Each leaves after a while.

const LEAVES_AFTER = 15_000; // milliseconds; what was done also stands in the log, and `u` undoes it later, too
const toasts = document.querySelector("#toasts");

let leaving;
function leaveSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    // Whoever reads it, or is about to press its button, has as long as that takes.
    if (toasts.matches(":hover, :focus-within")) leaveSoon();
    else toasts.replaceChildren();
  }, LEAVES_AFTER);
}

export function toast(...lines) {
  toasts.replaceChildren(...lines.map((line) => document.adoptNode(line)));
  leaveSoon();
}

export function say(text) {
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  toast(line);
}

if (toasts.children.length) leaveSoon();
