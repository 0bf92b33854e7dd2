// The keys of the desk, for the queue and for the page of an article: which of our keys is meant, and what has been seen.

// On a layout with Latin letters the key is what is printed on it (the q of AZERTY is where others have the a). Where the
// layout gives none (Russian, Greek, Hebrew), it is the key at that place of the usual layout. Remembered from letter to
// letter, since such a layout may put our "/" on the place of a letter.
let latin = true;

// While a word is being composed (Japanese, Chinese, …), Enter takes the word, and means nothing to us.
export const composes = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

// Returns the key that is meant: a letter, a digit, "/" or "?", upper case with Shift alone (Caps Lock means nothing); else "".
export function keyOf({ key, code = "", shiftKey, ctrlKey, altKey, metaKey, isComposing, keyCode }) {
  if (ctrlKey || altKey || metaKey || composes({ isComposing, keyCode })) return "";
  if (key?.length !== 1) return "";
  const cased = (letter) => (shiftKey ? letter.toUpperCase() : letter.toLowerCase());
  if (/\p{L}/u.test(key)) latin = /\p{Script=Latin}/u.test(key);
  if (/[a-z]/i.test(key)) return cased(key);
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  if (letter && !latin) return cased(letter);
  if (/[0-9/?]/.test(key)) return key;
  // The upper row of AZERTY and of Czech gives digits with Shift only.
  const [, digit] = /^Digit([0-9])$/.exec(code) ?? [];
  if (digit && !shiftKey) return digit;
  return code === "Slash" && !latin ? (shiftKey ? "?" : "/") : "";
}

const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])";
export const isTyping = (target) => Boolean(target.closest?.(FIELDS));

// Held down

// By the code of the key, when it was last said to be down. A key that has not come up is held, also where the browser
// does not say so; after a second its coming up is taken to have been missed.
const down = new Map();
const held = new WeakSet();
addEventListener("keydown", (event) => {
  const { code, key, timeStamp } = event;
  const id = code || key;
  if (event.repeat || timeStamp - down.get(id) < 1000) held.add(event);
  down.set(id, timeStamp);
  // A button takes Enter again and again while the key is down.
  if (held.has(event) && key === "Enter" && event.target.closest?.("button")) event.preventDefault();
}, true);
addEventListener("keyup", ({ code, key }) => {
  down.delete(code || key);
  // While ⌘ is down, no other key is said to come up.
  if (key === "Meta") down.clear();
}, true);
addEventListener("blur", () => down.clear());

export const isHeld = (event) => held.has(event);

// Calls `act(key, event)` for each of our keys that is pressed outside of fields. A key that is held counts once, but
// for the `moves`, which decide nothing. Where `act` returns true, the browser does nothing of its own with the key.
export function onKey(act, { moves = "jk" } = {}) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = keyOf(event);
    if (!key || (isHeld(event) && !moves.includes(key))) return;
    if (act(key, event)) event.preventDefault();
  });
}

// Seen

// For so many milliseconds an article must have been on screen before it can be decided on.
export const LOOK = 250;
let since = Infinity, shows = 0;

// Another article, or something new about it, is put on the page: it counts as seen LOOK after it was painted.
export function shown() {
  const turn = ++shows;
  since = Infinity;
  document.documentElement.dataset.unseen = "";
  const now = () => turn === shows;
  const seen = () => now() && delete document.documentElement.dataset.unseen;
  requestAnimationFrame(() => setTimeout(() => {
    if (!now()) return;
    since = performance.now();
    setTimeout(seen, LOOK);
  }));
}

export const isSeen = () => performance.now() - since >= LOOK;

shown();
addEventListener("pageshow", ({ persisted }) => persisted && shown());
