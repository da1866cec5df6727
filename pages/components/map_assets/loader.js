// Sent inline with every repaint, so it stays tiny: finds the app, imports the map once, unpacks the values.
const app = new URL("../../", document.querySelector('script[src*="static/js/"]').src);
const inflate = (bytes) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
export default ({ data, parentElement, setTriggerValue }) => {
  const root = parentElement.querySelector("[data-atlas-map]");
  const turn = (root.atlasTurn = (root.atlasTurn ?? 0) + 1);
  inflate(data).then(async (payload) => {
    try {
      const map = await import(new URL("@ENTRY@", app));
      if (turn === root.atlasTurn) map.render(root, payload, app, (code) => setTriggerValue("pick", code));
    } catch (error) {
      console.error(error);
      const retry = document.createElement("button");
      retry.textContent = payload.labels.retry;
      retry.onclick = () => location.reload();
      root.replaceChildren(payload.labels.error.replace("{detail}", payload.labels.error_network), " ", retry);
    }
  });
  return () => setTimeout(() => root.isConnected || root.atlasMap?.destroy());
};
