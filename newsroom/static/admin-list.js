// Marks the cells that were changed and not saved; the server compares with the values that it sent, and needs no mark.
const form = document.getElementById("changelist-form");
const note = form?.querySelector(".unsaved");

if (note) {
  const cells = [...form.querySelectorAll("#result_list td :is(input[type=checkbox], input[type=number])[name^=row-]")];
  const differs = (cell) => (cell.type === "checkbox" ? cell.checked !== cell.defaultChecked : cell.value !== cell.defaultValue);
  const show = () => {
    const changed = cells.filter(differs);
    for (const cell of cells) cell.closest("td").classList.toggle("cell-changed", differs(cell));
    note.hidden = changed.length === 0;
    note.textContent = changed.length === 1 ? "1 change not saved" : `${changed.length} changes not saved`;
  };
  form.addEventListener("input", show);
  // A page from the back button keeps what was typed.
  window.addEventListener("pageshow", show);
}
