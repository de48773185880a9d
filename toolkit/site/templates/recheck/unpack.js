document.getElementById("folder").webkitdirectory = true; // an attribute that every browser knows and HTML does not
(async () => {
  const code = new Blob([bytesOf(document.getElementById("code").text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  document.head.append(Object.assign(document.createElement("script"), { textContent: await new Response(code).text() }));
})().catch(() => {
  document.getElementById("said").textContent = "This browser cannot unpack the page’s script: open the page in a newer one.";
});
