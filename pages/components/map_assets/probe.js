// For tests: where on the page a unit can be clicked.
import { L } from "./vendor.js";

const SCAN_LINES = 24;

/** Page coordinates of the visible point inside the polygon that lies farthest from its border, or null. */
export function probe(map, latlngs) {
  const rings = flatten(latlngs).map((ring) => ring.map((point) => map.latLngToContainerPoint(point)));
  const heights = rings.flat().map((point) => point.y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  const size = map.getSize();
  let best = null;
  for (let line = 0; line < SCAN_LINES; line += 1) {
    const y = Math.round(top + ((line + 0.5) / SCAN_LINES) * (bottom - top));
    const cuts = rings.flatMap((ring) => crossings(ring, y)).sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const x = Math.round((cuts[i] + cuts[i + 1]) / 2);
      if (x <= 0 || y <= 0 || x >= size.x || y >= size.y) continue;
      const room = Math.min(...rings.map((ring) => clearance(ring, L.point(x, y))));
      if (!best || room > best.room) best = { x, y, room };
    }
  }
  if (!best) return null;
  const frame = map.getContainer().getBoundingClientRect();
  return { x: frame.left + best.x, y: frame.top + best.y };
}

function clearance(ring, point) {
  const sides = ring.map((corner, i) => [corner, ring[(i + 1) % ring.length]]);
  return Math.min(...sides.map(([a, b]) => L.LineUtil.pointToSegmentDistance(point, a, b)));
}

function flatten(latlngs) {
  return Array.isArray(latlngs[0][0]) ? latlngs.flatMap(flatten) : latlngs;
}

function crossings(ring, y) {
  const found = [];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[i], ring[j]];
    if (a.y > y !== b.y > y) found.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  return found;
}
