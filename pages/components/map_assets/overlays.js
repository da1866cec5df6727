// Roads, canals and settlements over the choropleth. They come from a component of their own: switching one on sends
// a few hundred bytes, and neither the values of the map nor its position are touched.
import { download } from "./geometry.js";
import { L } from "./vendor.js";

const KEPT = 12; // files held in memory: three overlays in four departments
const decoded = new Map();
const views = new Set(); // the maps on the page; there is one, or none while a page is left
let wanted = [];

/** Function address -> promise of {kind, groups: Map(class -> latlngs)}; each file is asked for once per tab. */
function load(url) {
  if (!decoded.has(url)) {
    const promise = read(url);
    promise.catch(() => decoded.delete(url));
    decoded.set(url, promise);
    if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
  }
  return decoded.get(url);
}

async function read(url) {
  const response = await download(url);
  try {
    const { kind, scale, groups } = await response.json();
    const path = (numbers) => unfold(numbers, scale);
    const shapes = Object.entries(groups).map(([word, coded]) => [word, kind === "points" ? path(coded) : coded.map(path)]);
    return { kind, groups: new Map(shapes) };
  } catch (error) {
    throw Object.assign(error, { label: "error_format" });
  }
}

/** [x, y, dx, dy, …] in steps -> latlngs. */
function unfold(numbers, scale) {
  const points = [];
  for (let i = 0, x = 0, y = 0; i + 1 < numbers.length; i += 2) {
    x += numbers[i];
    y += numbers[i + 1];
    points.push(L.latLng(y / scale, x / scale));
  }
  return points;
}

/** Fetch what is asked for and lay it over the map; tell which overlays could not be had and why. */
export async function showOverlays(overlays, app) {
  const turn = (showOverlays.turn = (showOverlays.turn ?? 0) + 1);
  const answers = await Promise.allSettled(overlays.map(({ address }) => load(new URL(address, app).href)));
  if (turn !== showOverlays.turn) return undefined;
  const had = overlays.map((overlay, i) => ({ ...overlay, ...answers[i].value })).filter(({ groups }) => groups);
  wanted = had;
  views.forEach((view) => view.draw());
  return answers.flatMap(({ reason }, i) => (reason ? [{ overlay: overlays[i], error: reason }] : []));
}

/** The overlays of one map, on a canvas of their own that no click ever meets. */
export class OverlayLayers {
  constructor(map, report) {
    Object.assign(this, { map, report, layers: [] });
    const pane = map.createPane("atlas-overlays");
    pane.style.pointerEvents = "none";
    pane.style.zIndex = 430; // above the units and their borders, below the outline of the selected one
    this.renderer = new DotCanvas({ pane: "atlas-overlays", padding: 0.2 });
    map.on("zoomend", () => this.#restyle());
    views.add(this);
    if (wanted.length) this.draw();
  }

  draw() {
    this.layers.forEach(({ layer }) => layer.remove());
    this.layers = wanted.flatMap((overlay) => this.#layersOf(overlay));
    this.#restyle();
    this.layers.forEach(({ layer }) => layer.addTo(this.map));
    this.report(wanted.map(({ id }) => id));
  }

  destroy() {
    views.delete(this);
  }

  // All casings lie below all lines, so that where roads meet none is cut by the casing of another.
  #layersOf({ kind, groups, style }) {
    const known = Object.keys(style).filter((word) => groups.has(word));
    const options = { renderer: this.renderer, interactive: false, smoothFactor: 0.6 };
    if (kind === "points") {
      return known.map((word) => ({ look: style[word], layer: new Dots(groups.get(word), options) }));
    }
    const strokes = (isCasing) => known.map((word) => ({
      look: style[word], isCasing, layer: L.polyline(groups.get(word), { ...options, lineCap: "butt" }),
    }));
    return [...strokes(true), ...strokes(false)];
  }

  #restyle() {
    const zoom = this.map.getZoom();
    const growth = zoom >= 11 ? 1.6 : zoom >= 9 ? 1.25 : zoom >= 7.5 ? 1 : 0.7;
    const dotGrowth = zoom >= 11 ? 1.6 : zoom >= 9.5 ? 1 : zoom >= 8.5 ? 0.75 : 0.55; // thousands must not hide the map
    for (const { look, layer, isCasing } of this.layers) {
      layer.setStyle(layer instanceof Dots ? dotStyle(look, dotGrowth) : lineStyle(look, growth, isCasing));
    }
  }
}

function lineStyle({ color, casing, width, dash }, growth, isCasing) {
  const weight = width * growth;
  if (isCasing) return { color: casing, opacity: 0.85, weight: weight + 2 };
  return { color, opacity: 1, weight, dashArray: dash ? dash.map((part) => part * growth).join(" ") : null };
}

function dotStyle({ color, casing, width }, growth) {
  const options = { fill: true, fillColor: color, fillOpacity: 1, color: casing, opacity: 0.9, weight: 0.5 * growth };
  return { ...options, radius: (width / 2) * growth };
}

/** Thousands of points as one shape: a marker for each would be as many objects to sort and clip. */
const Dots = L.Path.extend({
  initialize(points, options) {
    L.setOptions(this, options);
    this.points = points;
  },
  _reset() {
    this._project();
    this._update();
  },
  _project() {
    this._pixels = this.points.map((point) => this._map.latLngToLayerPoint(point));
    const reach = this.options.radius + this.options.weight;
    const box = L.bounds(this._pixels);
    this._pxBounds = L.bounds(box.min.subtract([reach, reach]), box.max.add([reach, reach]));
  },
  _update() {
    if (this._map) this._updatePath();
  },
  _updatePath() {
    this._renderer._updateDots(this);
  },
  _updateBounds() {},
  _containsPoint() {
    return false;
  },
});

const DotCanvas = L.Canvas.extend({
  _updateDots(layer) {
    if (!this._drawing) return;
    const { radius } = layer.options;
    const inView = this._bounds;
    this._ctx.beginPath();
    for (const { x, y } of layer._pixels) {
      if (x < inView.min.x - radius || x > inView.max.x + radius) continue;
      if (y < inView.min.y - radius || y > inView.max.y + radius) continue;
      this._ctx.moveTo(x + radius, y);
      this._ctx.arc(x, y, radius, 0, Math.PI * 2);
    }
    this._fillStroke(this._ctx, layer);
  },
});
