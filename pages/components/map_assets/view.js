// One Leaflet map on one canvas: built once, then only repainted.
import { L } from "./vendor.js";
import { levelOf } from "./geometry.js";
import { OverlayLayers } from "./overlays.js";
import { probe } from "./probe.js";
import { OUTSIDE, borderStyle, fills, readTheme } from "./style.js";
import { guardTouch } from "./touch.js";

const BORDERS = { district: ["district", "province", "department"], province: ["province", "department"],
  department: ["department"] };
const PICK_SETTLES_MS = 1500; // how long an answer to an older click may not undo a newer one
const HOUSE = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2.2"
  stroke-linejoin="round" aria-hidden="true"><path d="M3 11 12 4l9 7M6 9.5V20h12V9.5"/></svg>`;

const lastViews = new Map(); // where a page that was left had the map, by geometry and focus

export class MapView {
  constructor(root, payload) {
    this.root = root;
    this.frame = document.createElement("div");
    this.frame.className = "atlas-frame";
    this.live = document.createElement("div");
    this.live.className = "atlas-live";
    this.live.setAttribute("aria-live", "polite");
    root.prepend(this.frame, this.live);
    this.map = createMap(this.frame, payload.labels);
    addControls(this.map, payload.labels, () => this.fit());
    const top = this.map.createPane("atlas-top");
    top.style.pointerEvents = "none";
    top.style.zIndex = 450;
    this.topRenderer = L.canvas({ pane: "atlas-top", padding: 0.2 });
    this.overlays = new OverlayLayers(this.map, (ids) => {
      root.dataset.overlays = ids.join(",");
      if (this.payload) requestAnimationFrame(() => this.#report());
    });
    this.selected = "";
    this.releaseTouch = guardTouch(this.map, root, payload.labels.touch_hint);
    this.#listen();
    root.atlasMap = this;
    root.atlasProbe = (code) => {
      const unit = this.geometry.find(code);
      return unit ? probe(this.map, unit.latlngs) : null;
    };
  }

  /** Repaint with new values; zoom and position stay unless focusKey changed. */
  update(geometry, payload, pick) {
    const before = this.payload;
    const newShapes = geometry !== this.geometry || payload.level !== before?.level;
    Object.assign(this, { geometry, payload, pick, theme: readTheme(this.root) });
    if (newShapes) this.quiet(() => this.map.setMaxBounds(geometry.bounds.pad(1)));
    if (payload.focusKey !== before?.focusKey) this.fit(true);
    if (newShapes) this.#build();
    this.#paint();
    this.#settle(payload.selected ?? "");
    requestAnimationFrame(() => this.#report());
  }

  /** Show the focus again; a map without room yet waits for its first size. */
  fit(restore = false) {
    const [south, west, north, east] = this.payload.focus;
    const size = this.map.getSize();
    this.pendingFit = size.x < 2 || size.y < 2;
    if (this.pendingFit && this.map._loaded) return;
    const kept = restore && !this.fitted ? lastViews.get(this.#viewKey()) : undefined;
    this.quiet(() => {
      if (kept) this.map.setView(kept.center, kept.zoom, { animate: false });
      else this.map.fitBounds([[south, west], [north, east]], { animate: false, padding: [10, 10] });
    });
    this.fitted = true;
    this.atFocus = !kept;
  }

  quiet(move) {
    this.moving = true;
    move();
    this.moving = false;
  }

  destroy() {
    if (!this.map) return;
    lastViews.clear();
    if (this.fitted && !this.atFocus) lastViews.set(this.#viewKey(), { center: this.map.getCenter(), zoom: this.map.getZoom() });
    this.releaseTouch();
    this.resizes.disconnect();
    this.overlays.destroy();
    this.map.remove();
    this.map = undefined;
    // Streamlit or a debugger may hold on to the element that is gone; the shapes must not stay with it.
    delete this.root.atlasMap;
    delete this.root.atlasProbe;
  }

  #viewKey() {
    return `${this.geometry.url} ${this.payload.focusKey}`;
  }

  #listen() {
    this.map.on("moveend", () => { if (!this.moving) this.atFocus = false; });
    this.map.on("zoomend", () => this.lines?.forEach(([level, line]) => line.setStyle(this.#lineStyle(level))));
    this.frame.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.selected) this.#choose(this.selected);
    });
    this.resizes = new ResizeObserver(() => {
      this.quiet(() => this.map.invalidateSize({ animate: false }));
      if (this.payload && (this.pendingFit || this.atFocus)) this.fit();
    });
    this.resizes.observe(this.frame);
  }

  #build() {
    this.group?.remove();
    this.lines?.forEach(([, line]) => line.remove());
    const { level } = this.payload;
    this.units = this.geometry.units(level);
    this.shapes = this.units.map((unit, index) => {
      const options = { stroke: false, fillRule: "evenodd", smoothFactor: 0.6 };
      return Object.assign(L.polygon(unit.latlngs, options), { unit, index });
    });
    this.group = L.featureGroup(this.shapes);
    this.group.bindTooltip((shape) => this.#describe(shape), { sticky: true, direction: "auto", opacity: 1 });
    this.group.on("click", ({ layer, originalEvent }) => {
      // The second half of a double click must not undo the first.
      if (originalEvent.detail < 2) this.#choose(layer.unit.code);
    });
    this.group.on("mouseover", ({ layer }) => this.#outline("hover", layer.unit.latlngs));
    this.group.on("mouseout", () => this.#outline("hover", []));
    this.group.addTo(this.map);
    this.lines = BORDERS[level].map((kind) => {
      const options = { interactive: false, smoothFactor: 0.6, ...this.#lineStyle(kind) };
      return [kind, L.polyline(this.geometry.border(kind), options).addTo(this.map)];
    });
  }

  #lineStyle(level) {
    return borderStyle(level, this.payload.level, this.theme, this.map.getZoom());
  }

  #paint() {
    const { classes, colors } = this.payload;
    if (classes.length !== this.units.length) {
      throw new RangeError(`${classes.length} classes for ${this.units.length} units`);
    }
    const fill = fills(colors, this.theme);
    this.shapes.forEach((shape, index) => {
      shape.options.interactive = classes[index] !== OUTSIDE;
      shape.setStyle(fill(classes[index]));
    });
    this.lines.forEach(([level, line]) => line.setStyle(this.#lineStyle(level)));
    this.#outline("hover", []);
    const tooltip = this.group.getTooltip();
    if (tooltip?.isOpen()) tooltip.update();
  }

  #choose(code) {
    const next = code === this.selected ? "" : code;
    this.pending = { code: next, until: performance.now() + PICK_SETTLES_MS };
    this.#select(next);
    this.pick(next);
  }

  /** The page's word is final, but an answer to an older click waits until the newest one is answered. */
  #settle(wanted) {
    clearTimeout(this.settling);
    const rest = this.pending ? this.pending.until - performance.now() : 0;
    if (this.pending && wanted !== this.pending.code && rest > 0) {
      this.settling = setTimeout(() => this.map && this.#settle(wanted), rest + 1);
      return;
    }
    this.pending = undefined;
    this.#select(wanted);
  }

  #select(code) {
    const unit = code ? this.geometry.find(code) : undefined;
    const changed = code !== this.selected;
    this.selected = code;
    this.root.dataset.selected = code;
    this.#outline("casing", unit?.latlngs ?? []);
    this.#outline("selection", unit?.latlngs ?? []);
    if (!changed) return;
    const { labels, level } = this.payload;
    const index = unit && levelOf(code) === level ? this.units.indexOf(unit) : -1;
    this.live.textContent = unit
      ? labels.selected.replace("{name}", unit.name).replace("{value}", index < 0 ? "" : this.#value(index))
      : labels.deselected;
  }

  #outline(kind, latlngs) {
    const { ink, paper } = this.theme;
    const style = {
      hover: { color: ink, weight: 1.5 }, casing: { color: paper, weight: 6 }, selection: { color: ink, weight: 3 },
    }[kind];
    this.outlines ??= {};
    this.outlines[kind] ??= L.polygon([], {
      renderer: this.topRenderer, fill: false, interactive: false, lineJoin: "round", smoothFactor: 0.6,
    }).addTo(this.map);
    this.outlines[kind].setStyle(style).setLatLngs(latlngs);
  }

  #value(index) {
    const { classes, values, labels } = this.payload;
    return values[index] || { [-1]: labels.no_data, [-2]: labels.reserved }[classes[index]] || "";
  }

  #describe({ unit, index }) {
    const box = document.createElement("div");
    for (const [name, text] of [["name", unit.name], ["context", unit.context], ["value", this.#value(index)]]) {
      if (!text) continue;
      const line = document.createElement("div");
      line.className = `atlas-tip-${name}`;
      line.textContent = text;
      box.append(line);
    }
    return box;
  }

  #report() {
    this.root.dataset.painted = Number(this.root.dataset.painted) + 1;
    this.root.dataset.ready = "true";
    performance.mark("atlas-map-painted");
  }
}

/** Leaflet drops movements that follow each other within 32 ms: the last one must count, or the name is stale. */
const HoverCanvas = L.Canvas.extend({
  _handleMouseHover(event, point) {
    clearTimeout(this.lastMovement);
    if (!this._mouseHoverThrottled) return L.Canvas.prototype._handleMouseHover.call(this, event, point);
    this.lastMovement = setTimeout(() => this._map && this._handleMouseHover(event, point), 32);
  },
  _handleMouseOut(event) {
    clearTimeout(this.lastMovement);
    L.Canvas.prototype._handleMouseOut.call(this, event);
  },
});

function createMap(frame, labels) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(frame, {
    renderer: new HoverCanvas({ padding: 0.25 }), preferCanvas: true, fadeAnimation: false, zoomControl: false, attributionControl: false,
    doubleClickZoom: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 100, minZoom: 4, maxZoom: 13,
    maxBoundsViscosity: 0.7, trackResize: false, zoomAnimation: !still, inertia: !still,
  });
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", labels.aria);
  // Leaflet focuses the map when it is pressed; the page must not scroll because of it.
  frame.focus = () => HTMLElement.prototype.focus.call(frame, { preventScroll: true });
  return map;
}

function addControls(map, labels, reset) {
  L.control.zoom({ zoomInTitle: labels.zoom_in, zoomOutTitle: labels.zoom_out }).addTo(map);
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar");
    const button = L.DomUtil.create("a", "atlas-reset", bar);
    Object.assign(button, { href: "#", role: "button", title: labels.reset, ariaLabel: labels.reset });
    button.innerHTML = HOUSE;
    L.DomEvent.disableClickPropagation(bar).on(button, "click", (event) => { L.DomEvent.stop(event); reset(); });
    return bar;
  };
  control.addTo(map);
}
