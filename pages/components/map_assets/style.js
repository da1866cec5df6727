// Fills of the classes and colours of the lines, in light and in dark.

// Class codes shared with map_view.py.
export const NO_DATA = -1;
export const RESERVED = -2;
export const OUTSIDE = -3;

// Neutral greys with transparency: they read the same on light and dark paper, so a legend can use them too.
const HATCH_GROUND = "rgba(128, 124, 116, 0.16)";
const HATCH_LINE = "rgba(128, 124, 116, 0.55)";
const TILE_PX = 8;
const DENSITY = 2; // tiles are drawn twice as large and scaled back: sharp on dense screens

/** Colours of the theme as the browser resolved them on the root element. */
export function readTheme(root) {
  const computed = getComputedStyle(root);
  return { ink: computed.color, paper: computed.backgroundColor, accent: computed.accentColor };
}

/** Function class -> Leaflet fill options. Leaflet hands fillColor to the canvas as it is, so a pattern works. */
export function fills(colors, theme) {
  const noData = { fillColor: hatch(diagonal), fillOpacity: 1 };
  const reserved = { fillColor: hatch(cross), fillOpacity: 1 };
  const outside = { fillColor: theme.ink, fillOpacity: 0.05 };
  return (category) => {
    if (category === NO_DATA) return noData;
    if (category === RESERVED) return reserved;
    if (category === OUTSIDE) return outside;
    return { fillColor: colors[category], fillOpacity: 1 };
  };
}

/**
 * Options of a border line on a map of `unitLevel`: units part in paper, what groups them is drawn in ink.
 * Lines grow with the zoom so that they neither drown nor vanish.
 */
export function borderStyle(level, unitLevel, theme, zoom) {
  const growth = zoom >= 9 ? 1.8 : zoom >= 7 ? 1.35 : 1;
  if (level === "department") return { color: theme.ink, opacity: 0.7, weight: growth };
  if (level !== unitLevel) return { color: theme.ink, opacity: 0.42, weight: 0.6 * growth };
  return { color: theme.paper, opacity: 0.75, weight: (level === "district" ? 0.55 : 0.8) * growth };
}

const patterns = new Map();

function hatch(draw) {
  if (!patterns.has(draw)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE_PX * DENSITY;
    const context = tile.getContext("2d");
    context.scale(DENSITY, DENSITY);
    context.fillStyle = HATCH_GROUND;
    context.fillRect(0, 0, TILE_PX, TILE_PX);
    context.strokeStyle = HATCH_LINE;
    context.lineWidth = 1;
    context.beginPath();
    draw(context);
    context.stroke();
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / DENSITY));
    patterns.set(draw, pattern);
  }
  return patterns.get(draw);
}

// The strokes run past the tile's corners so that they join without a gap from tile to tile.
function diagonal(context) {
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    context.moveTo(shift - 1, TILE_PX + 1);
    context.lineTo(shift + TILE_PX + 1, -1);
  }
}

function cross(context) {
  diagonal(context);
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    context.moveTo(shift - 1, -1);
    context.lineTo(shift + TILE_PX + 1, TILE_PX + 1);
  }
}
