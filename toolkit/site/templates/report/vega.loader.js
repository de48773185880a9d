/* Unpacks and runs what vega.js holds, as toolkit/site/vega_bundle.py packed it. */
function run(bundled) {
  const bytes = Uint8Array.from(atob(bundled), (sign) => sign.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Response(inflated, {headers: {"Content-Type": "text/javascript;charset=utf-8"}}).blob().then((code) => {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(code);
    document.head.append(script);
  });
}
