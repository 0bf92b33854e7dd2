// The boxes of a page that stand above it, such as that of the reason.

// In browsers without popovers a class shows the boxes; there even the selector `:popover-open` is an error.
const POPOVERS = "popover" in HTMLElement.prototype;
export const isOpen = (box) => box.matches(POPOVERS ? ":popover-open" : ".shown");
export const toggle = (box, on) => (POPOVERS ? box.togglePopover(on) : box.classList.toggle("shown", on));
export const boxOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
if (!POPOVERS) {
  document.documentElement.classList.add("no-popovers");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[popovertarget]");
    if (!button) return;
    event.preventDefault();
    toggle(boxOf(button), button.getAttribute("popovertargetaction") === "hide" ? false : undefined);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const box of document.querySelectorAll(".pop.shown")) toggle(box, false);
  });
}
