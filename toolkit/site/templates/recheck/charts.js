// The words of a chart wherever they stand: on its story's page, its own pages, in its specification and drawing.

const linesOf = (text) => plainText([text ?? ""].flat().join(" "));
const HIDDEN = ".v[hidden]"; // what another choice would show

// The publishers of a page's sources.
const publishersOn = once((page) => [...page.querySelectorAll('[id^="s-"] b')].map((one) => plainText(one.textContent)));

// {title, sub, kind, notes} of the figure around a title.
function figureWords(title) {
  const figure = title.closest("figure"), found = (selector) => { const part = figure.querySelector(selector); return part ? wordsIn(part, HIDDEN) : ""; };
  const notes = [...figure.querySelectorAll(".notes > p:not(.files)")].map((line) => wordsIn(line, HIDDEN));
  return { title: wordsIn(title, HIDDEN), sub: found(".sub"), kind: found(".ends > span:last-of-type"), notes: notes.filter((line) => !line.startsWith("Story:")) };
}

// All that is written in drawings, without what stands between.
const drawnIn = (text) => [...text.matchAll(/<(?:text|tspan)\b[^<>]*>([^<]+)/g)].map((found) => close(found[1])).join("");
const drawnWords = once((content) => drawnIn(textOf(content)));

function checkWords(slug, id, chart, files, base, paths, metadata, tellAt) {
  const own = paths.find((path) => pageOf(files, base + path)?.getElementById(`title-${id}`)), title = own && pageOf(files, base + own).getElementById(`title-${id}`), folder = `${slug}/charts/${id}`;
  if (!title) { tellAt(`${slug}.html`, slug)(`the chart ${id} is missing`); return; }
  const words = figureWords(title), hasSpec = files.has(`${base}${folder}.vl.json`), spec = hasSpec ? jsonOf(files, `${base}${folder}.vl.json`) : null;
  if (hasSpec && !spec?.description) tellAt(`${folder}.vl.json`, slug)("it is no specification of a chart with a description");
  const held = (path, what, found, right) => {
    if (found !== plainText(right)) tellAt(path, slug)(`its ${what} is “${found}”, and “${right}” in the data of the chart`);
  };
  held(own, `title of ${id}`, words.title, metadata["dc:title"]);
  held(own, `subtitle of ${id}`, words.sub, metadata["dc:description"]);
  held(own, `kind of ${id}`, words.kind, metadata["dc:type"]);
  const line = (words.notes.find((one) => /^Sources?:/.test(one)) ?? "").replace(/^Sources?: /, ""), sources = metadata["dc:source"].map(plainText);
  const publishers = line.split("; ").map((one) => one.split(", ")[0]), known = paths.map((path) => pageOf(files, base + path)).filter(Boolean).flatMap(publishersOn);
  const lost = sources.find((source) => !publishers.some((publisher) => publisher && source.startsWith(publisher))), more = publishers.slice(0, -1).find((one) => ![...sources, ...known].some((source) => source.startsWith(one)));
  if (![...sources.map((one) => one.split(/,|\d{4}/)[0]), ...known].some((one) => one.includes("; ")) && (lost || more)) tellAt(own, slug)(`the sources of ${id} are not those of its data: ${lost ?? more}`);
  for (const path of [`${folder}.html`, `${folder}-interactive.html`]) {
    const page = pageOf(files, base + path), head = page?.getElementById("title");
    if (!page) continue;
    if (!head) { tellAt(path, slug)("it has no title"); continue; }
    for (const [what, found] of Object.entries(figureWords(head))) {
      if (String(found) !== String(words[what])) tellAt(path, slug)(`its ${what} ${what === "notes" ? "are" : "is"} “${[found].flat().join(" ")}”, and “${[words[what]].flat().join(" ")}” on the page of its story`);
    }
    for (const other of [page.title, ...contents(page, 'meta[property="og:title"]', "content")]) if (!plainText(other).startsWith(words.title)) tellAt(path, slug)(`one of its titles is “${other}”`);
    for (const other of contents(page, 'meta[property="og:image:alt"]', "content")) if (spec) held(path, "alternative text", plainText(other), linesOf(spec.description));
  }
  for (const [path, inside] of [[own, title.closest("figure")], [`${folder}.html`, pageOf(files, `${base}${folder}.html`)]]) {
    const spoken = inside ? contents(inside, '[role="img"]', "aria-label").map(plainText) : [], alt = spec && plainText(linesOf(spec.description));
    if (spec && inside && !spoken.includes(alt)) tellAt(path, slug)(`the words of ${id} for screen readers are “${spoken.join(" ")}”, and “${alt}” in the data of the chart`);
  }
  if (spec) {
    held(`${folder}.vl.json`, "title", linesOf(spec.title?.text), metadata["dc:title"]);
    held(`${folder}.vl.json`, "subtitle", linesOf(spec.title?.subtitle).replace(/ SIMULATED$/, ""), metadata["dc:description"]);
    checkSpecification(id, spec, recordsOf(textOf(files.get(base + chart.csv))), tellAt(`${folder}.vl.json`, slug));
  }
  const alone = files.get(`${base}${folder}.html`), drawings = alone ? drawingsOf(textOf(alone)).filter((part, n) => n % 2) : [];
  drawings.forEach((drawing, n) => { // wide and narrow on its story's page, wide in its file
    for (const path of [...(title.closest("figure").querySelector(".v") ? [] : [own]), ...(n ? [] : [`${folder}.svg`])]) {
      const there = files.get(base + path);
      if (there && !drawnWords(there).includes(drawnIn(drawing))) tellAt(path, slug)(`the words in the drawing of ${id} are not those of its own page`);
    }
  });
}

// The values of an attribute of these elements.
function contents(inside, selector, attribute) {
  return [...inside.querySelectorAll(selector)].map((one) => one.getAttribute(attribute) ?? "");
}

// The rows of a specification, with the columns that repeat another or one value, which it makes of them.
function rowsDrawn(spec) {
  const { values } = spec.data ?? {};
  const rows = typeof values === "string" ? recordsOf(values) : Array.isArray(values) ? values : null;
  for (const { calculate = "", as: name } of spec.transform ?? []) {
    const [, other] = /^datum\['(\w+)'\]$/.exec(calculate) ?? [], fixed = /^(".*"|-?[\d.]+(e[+-]?\d+)?|true|false)$/.test(calculate);
    if (rows && (other || fixed)) for (const row of rows) row[name] = other ? row[other] : JSON.parse(calculate);
  }
  return rows;
}

// The rows that a specification draws have the values of the chart's download.
function checkSpecification(id, spec, rows, tell) {
  const drawn = rowsDrawn(spec);
  if (!drawn) return;
  const same = (cell, value) => cell === String(value ?? "") || (cell !== "" && Number(cell) === Number(value));
  const apart = rows.findIndex((row, n) => Object.keys(row).some((name) => drawn[n] && Object.hasOwn(drawn[n], name) && !same(row[name], drawn[n][name])));
  if (drawn.length !== rows.length) tell(`it draws ${drawn.length} rows, and the CSV of ${id} has ${rows.length}`);
  else if (apart >= 0) tell(`its row ${apart + 1} is not that of the CSV of ${id}`);
}
