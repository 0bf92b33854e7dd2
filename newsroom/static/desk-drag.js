// Drags a row of a list to another place, by mouse or by finger; then calls `moved(row)`.

export function drag(list, row, event, moved) {
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
    moved(row);
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
}
