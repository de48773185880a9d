/* The end of vega.js: draws the chart of an interactive page, lights the row under the pointer or the focus, says its words. */
const WIDE = window.matchMedia("(min-width: 660px)");
const OPTIONS = {mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: false, hover: false};
const AIM = 22; // pixels from a row at which the pointer still means it

/* A specification at a width: `both` with what differs there, as difference() of toolkit/site/interactive.py has it. */
function patched(value, part) {
  if ("=" in part) return part["="];
  const made = Array.isArray(value) ? [...value] : {...value};
  for (const [key, one] of Object.entries(part)) {
    if ("-" in one) delete made[key];
    else made[key] = patched(made[key], one);
  }
  return made;
}

async function begin({lines, words, both, ...widths}, figure, live, tip) {
  let drawn, svg, rows = [];
  const made = {wide: patched(both, widths.wide), narrow: patched(both, widths.narrow)};
  for (const {layer} of Object.values(made)) {
    const [boxes] = layer.at(-1).data.values;
    boxes.words = boxes.r.map(([row]) => words[row].map((place) => lines[place]).join("\n"));
  }
  const size = (box) => (box.x2 - box.x) * (box.y2 - box.y);

  function light(row, x, y) { // x and y in the window
    drawn.view.signal("row", row ? row.datum.r[0] : -1).runAsync();
    tip.hidden = !row;
    if (!row) return;
    tip.textContent = row.datum.words;
    const room = live.getBoundingClientRect(), at = row.mark.getBoundingClientRect();
    const [top, bottom] = at.height < 120 ? [at.top - 6, at.bottom + 6] : [y - 12, y + 18]; // clear of a low row
    const fits = bottom + tip.offsetHeight <= window.innerHeight || top < tip.offsetHeight;
    tip.style.left = `${Math.max(0, Math.min(x + 14 - room.left, room.width - tip.offsetWidth))}px`;
    tip.style.top = `${(fits ? bottom : top - tip.offsetHeight) - room.top}px`;
  }

  function under(event) {
    const seen = svg.getBoundingClientRect();
    const scale = drawn.view.width() / seen.width;
    const x = (event.clientX - seen.left) * scale, y = (event.clientY - seen.top) * scale;
    let found = null, least = AIM;
    for (const row of rows) { // the smallest first: a point is found inside a region
      const {x: left, x2: right, y: top, y2: bottom} = row.datum;
      const away = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      if (away < least) [found, least] = [row, away];
    }
    light(found, event.clientX, event.clientY);
  }

  function focused(row) {
    const at = row.mark.getBoundingClientRect();
    light(row, (at.left + at.right) / 2, (at.top + at.bottom) / 2);
  }

  function step(event, marks) {
    const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -marks.length, End: marks.length};
    if (event.key === "Escape") light(null);
    if (!(event.key in steps)) return;
    event.preventDefault();
    const to = marks.indexOf(event.target) + steps[event.key];
    marks[Math.max(0, Math.min(marks.length - 1, to))].focus();
  }

  async function draw() {
    if (drawn) drawn.finalize();
    drawn = await vegaEmbed(live, made[WIDE.matches ? "wide" : "narrow"], OPTIONS);
    svg = live.querySelector("svg");
    for (const text of svg.querySelectorAll("text[stroke]")) {
      for (const [name, value] of [["paint-order", "stroke"], ["stroke-linejoin", "round"]]) text.setAttribute(name, value);
    }
    const marks = [...svg.querySelectorAll(".rows_marks path")];
    const inOrder = marks.map((mark) => ({mark, datum: mark.__data__.datum}));
    rows = [...inOrder].sort((one, other) => size(one.datum) - size(other.datum));
    for (const row of inOrder) {
      row.mark.setAttribute("tabindex", row === inOrder[0] ? 0 : -1);
      row.mark.addEventListener("focus", () => {
        for (const mark of marks) mark.setAttribute("tabindex", mark === row.mark ? 0 : -1);
        focused(row);
      });
      row.mark.addEventListener("blur", () => light(null));
      row.mark.addEventListener("keydown", (event) => step(event, marks));
    }
    for (const name of ["pointermove", "pointerdown"]) svg.addEventListener(name, under);
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && light(null));
  }

  tip.setAttribute("aria-hidden", "true"); // a row's label says the same
  await draw();
  for (const part of figure.querySelectorAll(".live, .how")) part.hidden = false;
  figure.classList.add("drawn");
  document.addEventListener("keydown", (event) => event.key === "Escape" && light(null));
  document.addEventListener("pointerdown", (event) => svg.contains(event.target) || light(null));
  let turn = Promise.resolve();
  WIDE.addEventListener("change", () => { turn = turn.then(draw); });
}

/* A chart whose specification holds its data: Vega's own tooltips, highlight and legend; here words, keys and names. */
const EMPTY = new Set(["null", "undefined", "NaN", ""]);

async function show({both, ...widths}, figure, live, tip) {
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
    drawn = await vegaEmbed(live, patched(both, widths[WIDE.matches ? "wide" : "narrow"]), {...OPTIONS, tooltip: say, logLevel: 1});
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
  for (const part of figure.querySelectorAll(".live, .how")) part.hidden = false;
  figure.classList.add("drawn");
  let turn = Promise.resolve();
  WIDE.addEventListener("change", () => { turn = turn.then(draw); });
}

const source = document.getElementById("specification");
if (source) {
  const given = JSON.parse(source.textContent);
  (given.lines ? begin : show)(given, document.querySelector("figure"), document.getElementById("live"), document.getElementById("tip"));
}
