// On a phone one finger must scroll the page. The map takes one-finger panning only after a tap on it and
// gives it back with a tap elsewhere; two fingers always zoom.
export function guardTouch(map, root, hintText) {
  if (!matchMedia("(pointer: coarse)").matches) return () => {};
  map.dragging.disable();
  const hint = document.createElement("div");
  hint.className = "atlas-hint";
  hint.textContent = hintText;
  hint.setAttribute("aria-hidden", "true");
  root.append(hint);

  const setActive = (active) => {
    root.dataset.touch = active ? "active" : "idle";
    active ? map.dragging.enable() : map.dragging.disable();
  };
  const tapInside = () => setActive(true);
  const tapOutside = (event) => {
    if (!event.composedPath().includes(root)) setActive(false);
  };
  setActive(false);
  map.getContainer().addEventListener("click", tapInside);
  document.addEventListener("pointerdown", tapOutside);
  return () => document.removeEventListener("pointerdown", tapOutside);
}
