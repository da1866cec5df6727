// Entry of the map: one MapView per root element, kept across every repaint.
// Files that other modules import are named here too, so that a browser on a slow link asks for all of them in
// one round trip instead of discovering them one after the other.
import "./vendor/leaflet/leaflet.js";
import "./vendor/topojson-client/topojson-client.min.js";
import { download, loadGeometry } from "./geometry.js";
import { showOverlays } from "./overlays.js";
import { Status, reason } from "./status.js";
import { MapView } from "./view.js";

/** Draw or repaint. What was already fetched in this tab is never fetched again. */
export async function render(root, payload, app, pick) {
  const job = (root.atlasJob = { payload, pick });
  prepare(root, payload);
  try {
    const shapes = loadGeometry(new URL(payload.geometry, app).href); // asked for before the sheets are awaited
    root.getRootNode().adoptedStyleSheets = await loadSheets();
    const geometry = await shapes;
    if (root.atlasJob !== job || !root.isConnected) return;
    root.atlasMap ??= new MapView(root, payload);
    root.atlasStatus.clear();
    root.atlasMap.update(geometry, payload, pick);
  } catch (error) {
    if (root.atlasJob !== job) return;
    console.error(error);
    root.dataset.ready = "false";
    const retry = () => render(root, root.atlasJob.payload, app, root.atlasJob.pick);
    root.atlasStatus.fail(payload.labels, error, retry);
  }
}

let owner; // the element whose choice of overlays is the current one

/** Lay the chosen overlays over the map; what cannot be had is said where they are chosen, and the map stays. */
export async function renderOverlays(root, { overlays, labels }, app) {
  owner = root;
  const failures = await showOverlays(overlays, app);
  if (!failures || owner !== root) return;
  root.setAttribute("role", "status");
  root.replaceChildren(...failures.map(({ overlay, error }) => {
    console.error(error);
    const sentence = document.createElement("p");
    sentence.className = "atlas-overlay-failure";
    sentence.textContent = labels.failed.replace("{name}", overlay.label).replace("{detail}", reason(labels, error));
    return sentence;
  }));
  if (!failures.length) return;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = labels.retry;
  retry.addEventListener("click", () => renderOverlays(root, { overlays, labels }, app));
  root.append(retry);
}

/** The choice left the page: nothing stays on a map that outlives it. */
export function dropOverlays(root) {
  if (owner !== root) return;
  owner = undefined;
  showOverlays([]);
}

function prepare(root, payload) {
  root.classList.add("atlas-map");
  // Inline, because the room must be reserved before the style sheets arrive: nothing below may jump.
  root.style.height = `min(${payload.height}px, 75svh)`;
  root.dataset.ready ??= "false";
  root.dataset.painted ??= "0";
  root.atlasStatus ??= new Status(root);
  if (!root.atlasMap) root.atlasStatus.wait(payload.labels);
}

let sheets;

function loadSheets() {
  sheets ??= Promise.all(["./vendor/leaflet/leaflet.css", "./map.css"].map(loadSheet));
  sheets.catch(() => { sheets = undefined; });
  return sheets;
}

async function loadSheet(file) {
  const response = await download(new URL(file, import.meta.url).href);
  return new CSSStyleSheet().replace(await response.text());
}
