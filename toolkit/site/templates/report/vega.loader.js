/* Unpacks and runs what vega.js holds, as toolkit/site/vega_bundle.py packed it. */
function run(bundled) {
  const inflated = new Blob([bytesOf(bundled)]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Response(inflated, {headers: {"Content-Type": "text/javascript;charset=utf-8"}}).blob().then((code) => {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(code);
    document.head.append(script);
  });
}
