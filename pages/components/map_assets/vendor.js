// The two vendored libraries, taken out of the global scope they install themselves in.
import "./vendor/leaflet/leaflet.js";
import "./vendor/topojson-client/topojson-client.min.js";

export const L = globalThis.L.noConflict();
export const topojson = globalThis.topojson;
