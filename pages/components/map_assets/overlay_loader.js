// Sent inline with every choice of overlays: unpacks it and hands it to the map of this tab.
const app = new URL("../../", document.querySelector('script[src*="static/js/"]').src);
const map = () => import(new URL("@ENTRY@", app));
const inflate = (bytes) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
export default ({ data, parentElement }) => {
  const root = parentElement.querySelector("[data-atlas-overlays]");
  const turn = (root.atlasTurn = (root.atlasTurn ?? 0) + 1);
  Promise.all([map(), inflate(data)]).then(([entry, choice]) => {
    if (turn === root.atlasTurn) entry.renderOverlays(root, choice, app);
  }, console.error);
  return () => setTimeout(() => root.isConnected || map().then((entry) => entry.dropOverlays(root)));
};
