/* The end of what vega.js holds: draws the chart of an interactive page, with Vega's own highlight and legend; here words, keys and names. */
const WIDE = window.matchMedia("(min-width: 660px)");
const LOGGER = vega.logger(vega.Error);
const OPTIONS = {renderer: "svg", expr: expressionInterpreter, logger: LOGGER}; // the page's policy allows no code made of text

/* Undoes what specifications() of toolkit/site/interactive.py did: rows by column, once, and the theme of all charts. */
function unpacked(text) {
  const inflated = new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip")));
  return inflated.text().then((json) => {
    const {rows, ...widths} = JSON.parse(json), held = rows.map(rowsOf);
    for (const [width, made] of Object.entries(widths)) {
      for (const [name, place] of Object.entries(made.datasets)) if (Number.isInteger(place)) made.datasets[name] = held[place];
      made.config = {...THEME[width], ...made.config};
    }
    return widths;
  });
}

function rowsOf(columns) {
  const fields = Object.keys(columns);
  return columns[fields[0]].map((_, at) => Object.fromEntries(fields.map((field) => [field, columns[field][at]])));
}

const HOW = "Point at a mark, tap it, or step through the marks with Tab and the arrow keys: the row of the table behind it stays, the others step back. An entry of the legend does so for all of its colour; with Shift, a cloud of points is moved and zoomed.";
const EMPTY = new Set(["null", "undefined", "NaN", ""]);

async function show(widths, figure, live, tip) {
  let drawn;
  const marks = () => [...live.querySelectorAll('.role-mark [role="graphics-symbol"]')];

  function say(handler, event, item, value) {
    tip.hidden = !value;
    if (!value) return;
    const lines = typeof value === "object" ? Object.entries(value).filter(([, said]) => !EMPTY.has(said)) : [];
    tip.textContent = lines.map(([name, said]) => `${name}: ${said}`).join("\n") || value;
    tip.style.left = "0"; // with room for its words, which are measured
    const room = live.getBoundingClientRect(), x = event.clientX - room.left + 14, y = event.clientY;
    const fits = y + 18 + tip.offsetHeight <= window.innerHeight;
    tip.style.left = `${Math.max(0, Math.min(x, room.width - tip.offsetWidth))}px`;
    tip.style.top = `${(fits ? y + 18 : y - tip.offsetHeight - 12) - room.top}px`;
  }

  function point(mark, ...types) { // as a pointer in the middle of the mark would
    const {left, right, top, bottom} = mark.getBoundingClientRect();
    const place = {bubbles: true, clientX: (left + right) / 2, clientY: (top + bottom) / 2};
    for (const type of types) mark.dispatchEvent(new PointerEvent(type, place));
  }

  async function draw() {
    if (drawn) drawn.finalize();
    const {spec} = vegaLite.compile(widths[WIDE.matches ? "wide" : "narrow"], {logger: LOGGER});
    drawn = new vega.View(vega.parse(spec, {}, {ast: true}), {...OPTIONS, tooltip: say}).initialize(live);
    await drawn.runAsync();
    const svg = live.querySelector("svg");
    for (const group of svg.querySelectorAll('[aria-roledescription="group mark container"], [aria-roledescription="group mark"], .role-scope > g > g')) {
      for (const name of ["role", "aria-roledescription", "aria-label"]) group.removeAttribute(name); // plots are no level of their own
    }
    const found = marks();
    for (const mark of found) mark.setAttribute("tabindex", mark === found[0] ? 0 : -1);
  }

  live.addEventListener("focusin", ({target}) => {
    for (const mark of marks()) mark.setAttribute("tabindex", mark === target ? 0 : -1);
    point(target, "pointerover", "pointermove");
  });
  live.addEventListener("focusout", ({target}) => { point(target, "pointerout"); tip.hidden = true; });
  live.addEventListener("keydown", (event) => {
    const found = marks();
    const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -found.length, End: found.length};
    if (event.key === "Escape") tip.hidden = true;
    if (!(event.key in steps)) return;
    event.preventDefault();
    found[Math.max(0, Math.min(found.length - 1, found.indexOf(event.target) + steps[event.key]))].focus();
  });
  live.addEventListener("pointerleave", () => { tip.hidden = true; });
  tip.setAttribute("aria-hidden", "true"); // a mark's name says the same
  await draw();
  figure.querySelector(".how").textContent = HOW;
  for (const part of figure.querySelectorAll(".live, .how")) part.hidden = false;
  figure.classList.add("drawn");
  let turn = Promise.resolve();
  WIDE.addEventListener("change", () => { turn = turn.then(draw); });
}

const source = document.getElementById("specification");
if (source) {
  const [figure, live, tip] = [document.querySelector("figure"), document.getElementById("live"), document.getElementById("tip")];
  unpacked(source.textContent).then((widths) => show(widths, figure, live, tip));
}
