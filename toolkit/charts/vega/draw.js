/* Draws with Vega and Vega-Lite, which vega.js has, outside a browser. Each function takes a specification as JSON. */

globalThis.setInterval = null; // browsers have it; the interpreter names it among what no expression may call

/* What Vega-Lite calls and only browsers have: a copy of plain values. */
globalThis.structuredClone = (value) => {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(structuredClone);
  if (value instanceof Set) return new Set(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, structuredClone(part)]));
};

/* Has words measured in these fonts, plain and heavy: advances by code point, kerning by "one other". */
function measureWith([plain, heavy]) {
  vega.textMetrics.width = (item, text) => {
    const font = ["bold", "bolder"].includes(item.fontWeight) || +item.fontWeight > 500 ? heavy : plain;
    const codes = Array.from(String(text ?? ""), (sign) => sign.codePointAt(0));
    let width = 0;
    for (const code of codes) width += font.advances[code] ?? 1;
    for (let place = 1; place < codes.length; place++) width += font.kerning[`${codes[place - 1]} ${codes[place]}`] ?? 0;
    return width * (item.fontSize ?? 11);
  };
}

const said = (work) => async (text) => {
  try {
    return await work(JSON.parse(text));
  } catch (error) {
    throw String(error.message ?? error);
  }
};

async function svg(specification) {
  const view = new vega.View(vega.parse(specification), {renderer: "none"});
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

const compiled = said((specification) => JSON.stringify(vegaLite.compile(specification).spec));
const drawn = said((specification) => svg(vegaLite.compile(specification).spec));
const drawnVega = said(svg);
