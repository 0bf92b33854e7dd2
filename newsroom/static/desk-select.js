// Selecting rows of the queue: each by its box or its key, or all from the last one to here.

// The key of the row whose box was chosen last: the box itself may be replaced.
let last;
const pkOf = (box) => box.closest(".row").dataset.pk;
const boxes = () => [...document.querySelectorAll(".row input:not(:disabled)")];

export const isSelected = () => boxes().some((box) => box.checked);

function select(box, range) {
  const all = boxes(), to = all.indexOf(box), from = all.findIndex((one) => pkOf(one) === last);
  if (range && from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
  last = pkOf(box);
  counted();
}

export function counted() {
  const number = boxes().filter((box) => box.checked).length;
  const counter = document.querySelector("[data-selected]");
  if (counter) counter.textContent = number ? `${number} selected` : "";
}

export function mark(row, range) {
  const box = row?.querySelector("input:not(:disabled)");
  if (!box) return;
  if (!range || last === undefined || last === pkOf(box)) box.checked = !box.checked;
  else box.checked = true;
  select(box, range);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row input");
  if (!box) return;
  select(box, event.shiftKey);
  // The next key is for the article.
  if (event.detail) box.blur();
});
