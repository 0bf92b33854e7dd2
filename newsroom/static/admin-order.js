// Buttons that move a row of an ordered list up or down; without them people write the numbers.
function rowsOf(group) {
  const added = `.form-row.dynamic-${group.id.replace(/-group$/, "")}`;
  const rows = group.querySelectorAll(`.form-row.has_original, ${added}, .inline-related[id]:not(.tabular)`);
  return [...rows].filter((row) => !row.classList.contains("empty-form") && row.querySelector("input.order"));
}

function number(rows) {
  rows.forEach((row, index) => {
    row.querySelector("input.order").value = index + 1;
  });
}

function move(group, row, by) {
  const rows = rowsOf(group);
  const from = rows.indexOf(row);
  const other = rows[from + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  number(rowsOf(group));
  row.querySelector(`button.move[data-by="${by}"]`).focus();
}

function equip(group, row) {
  const order = row.querySelector("input.order");
  if (!order || row.querySelector("button.move") || row.classList.contains("empty-form")) return;
  const buttons = [-1, 1].map((by) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "move";
    button.dataset.by = by;
    button.textContent = by < 0 ? "↑" : "↓";
    button.setAttribute("aria-label", by < 0 ? "Move up" : "Move down");
    button.addEventListener("click", () => move(group, row, by));
    return button;
  });
  const place = document.createElement("span");
  place.className = "order-place";
  order.before(place);
  place.append(order, ...buttons);
}

for (const group of document.querySelectorAll(".js-inline-admin-formset")) {
  rowsOf(group).forEach((row) => equip(group, row));
}
document.addEventListener("formset:added", (event) => {
  const group = event.target.closest(".js-inline-admin-formset");
  const rows = group ? rowsOf(group) : [];
  rows.forEach((row) => equip(group, row));
  const order = event.target.querySelector?.("input.order");
  if (order && !order.value) order.value = rows.length;
});
