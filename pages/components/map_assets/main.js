// Entry of the map: one MapView per root element, kept across every repaint.
// Files that other modules import are named here too, so that a browser on a slow link asks for all of them in
// one round trip instead of discovering them one after the other.
import "./vendor/leaflet/leaflet.js";
import "./vendor/topojson-client/topojson-client.min.js";
import { download, loadGeometry } from "./geometry.js";
import { Status } from "./status.js";
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
