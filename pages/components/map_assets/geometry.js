// Fetches the TopoJSON once per tab and derives provinces, departments and border lines from its arcs.
import { L, topojson } from "./vendor.js";

const KEPT = 2; // publications held in memory: the one on screen and the one that replaces it
const parsed = new Map();

/** Units of a level are told apart by how many leading digits of the ubigeo they share. */
const PREFIX = { district: 6, province: 4, department: 2 };

export function levelOf(code) {
  if (code.endsWith("0000")) return "department";
  return code.endsWith("00") ? "province" : "district";
}

export function loadGeometry(url) {
  if (!parsed.has(url)) {
    const promise = read(url);
    promise.catch(() => parsed.delete(url));
    parsed.set(url, promise);
    if (parsed.size > KEPT) parsed.delete(parsed.keys().next().value);
  }
  return parsed.get(url);
}

async function read(url) {
  const response = await download(url);
  try {
    return new Geometry(url, await response.json());
  } catch (error) {
    throw Object.assign(error, { label: "error_format" });
  }
}

/** Fetch, or throw an error that names the label of its sentence. */
export async function download(url) {
  // The address carries a content hash, so a stored copy is right however old; without "force-cache" Chrome
  // would fetch it on every page load, because Streamlit sends no max-age.
  const response = await fetch(url, { cache: "force-cache" }).catch((error) => {
    throw Object.assign(error, { label: "error_network" });
  });
  if (response.ok) return response;
  throw Object.assign(new Error(`HTTP ${response.status}`), { label: "error_http", status: response.status });
}

export class Geometry {
  constructor(url, topology) {
    this.url = url;
    this.topology = topology;
    this.districts = [...topology.objects.districts.geometries].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.cache = new Map();
  }

  /** Units of a level in order of ubigeo: {code, name, context, latlngs}. */
  units(level) {
    if (!this.cache.has(level)) this.cache.set(level, this.#derive(level));
    return this.cache.get(level);
  }

  find(code) {
    return this.units(levelOf(code)).find((unit) => unit.code === code);
  }

  /** Border lines of one kind, as nested latlngs; a coast or frontier counts as a department border. */
  border(level) {
    const key = `border ${level}`;
    if (!this.cache.has(key)) {
      const own = PREFIX[level];
      const upper = { district: 4, province: 2, department: 0 }[level];
      const differ = (a, b, digits) => a.id.slice(0, digits) !== b.id.slice(0, digits);
      const outer = level === "department";
      const wanted = (a, b) => (a === b ? outer : differ(a, b, own) && !differ(a, b, upper));
      const lines = topojson.mesh(this.topology, this.topology.objects.districts, wanted);
      this.cache.set(key, L.GeoJSON.coordsToLatLngs(lines.coordinates, 1));
    }
    return this.cache.get(key);
  }

  get bounds() {
    const [west, south, east, north] = topojson.bbox(this.topology);
    return L.latLngBounds([south, west], [north, east]);
  }

  #derive(level) {
    if (level === "district") {
      return this.districts.map((shape) => ({
        code: shape.id, name: shape.properties.n, context: shape.properties.p, latlngs: this.#latlngs(shape),
      }));
    }
    const members = groupBy(this.districts, (shape) => shape.id.slice(0, PREFIX[level]));
    return [...members].map(([prefix, shapes]) => {
      const [province, department] = shapes[0].properties.p.split(", ");
      return {
        code: prefix.padEnd(6, "0"),
        name: level === "province" ? province : department,
        context: level === "province" ? department : "",
        latlngs: this.#latlngs(topojson.mergeArcs(this.topology, shapes)),
      };
    });
  }

  #latlngs(shape) {
    const { type, coordinates } = topojson.feature(this.topology, shape).geometry;
    return L.GeoJSON.coordsToLatLngs(coordinates, type === "Polygon" ? 1 : 2);
  }
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}
