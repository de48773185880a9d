// The tables of an archive, held against the edition inside.

// The rows of figures and series by the key that receipts end in.
function archiveRows(files, root) {
  const found = new Map(), publishers = new Map(records(files, `${root}figures/sources.csv`).map((row) => [row.id, row.publisher]));
  for (const path of ["figures/figures.csv", "series/series.csv"]) {
    for (const row of records(files, root + path)) found.set(row.key, { ...row, publisher: publishers.get(row.source) });
  }
  return found;
}

// The rows of datasets that steps were made from, by the key of the step that counts them.
function archiveLines(files, root) {
  const found = new Map();
  for (const line of records(files, `${root}rows/rows.csv`)) {
    if (!found.has(line.rows)) found.set(line.rows, []);
    found.get(line.rows).push(line);
  }
  return found;
}

const archiveDatasets = (files, root) => new Map(records(files, `${root}rows/datasets.csv`).map((row) => [row.dataset, row]));

const records = (files, path) => (files.has(path) ? recordsOf(textOf(files.get(path))) : []);

async function checkArchive(files, root, base, manifest, stories, context, tellAt) {
  await checkCrate(files, root, tellAt);
  checkRows(stories, context, tellAt);
  await checkInputs(files, root, manifest, tellAt);
  checkReadings(files, base, context, tellAt);
  const table = (path) => records(files, root + path);
  const shared = (name) => name.split("-")[0];
  const same = (cell, value) => cell === String(value ?? "") || (cell !== "" && typeof value === "number" && near(Number(cell), value));
  const held = (path, id, row, right) => {
    for (const [column, value] of Object.entries(right)) {
      if (column === "given" && value) continue; // of rows that are not followed here the table may say more
      if (!row) { tellAt(path)(`it lacks ${id}`); return; }
      if (!same(row[column], typeof value === "string" ? value.replace(/\s+/g, " ").trim() : value)) {
        tellAt(path)(`${column} of ${id} is ${row[column] || "empty"}, and ${value ?? "empty"} in the manifest`);
      }
    }
  };
  const compare = (path, key, wanted) => {
    const rows = new Map(table(path).map((row) => [row[key], row]));
    for (const [id, right] of wanted) { held(path, id, rows.get(id), right); rows.delete(id); }
    for (const id of rows.keys()) tellAt(path)(`${id} is not in the manifest`);
  };
  const findings = new Map(), nodes = new Map(), alike = new Map();
  for (const story of stories) {
    for (const { name, printed, label, node, root: { low, high, unit, kind } } of story.findings) {
      if (!findings.has(name)) findings.set(name, { stories: "", node, printed, label, low, high, unit, kind });
      findings.get(name).stories = `${findings.get(name).stories} ${story.slug}`.trim();
    }
    for (const one of story.tree.values()) {
      const { name: made, ...settings } = one.operation, { low, high } = one;
      const right = { low, high, unit: one.unit, kind: one.kind, operation: made, inputs: one.inputs.map((part) => part.key).join(" "), ref: one.ref, why: one.why, given: one.given };
      nodes.set(one.key, right);
      alike.set(one.key, [...(alike.get(one.key) ?? []), { settings, label: one.label ?? "", printed: one.printed }]);
    }
  }
  compare("findings/findings.csv", "id", findings);
  compare("findings/nodes.csv", "id", nodes);
  for (const row of table("findings/nodes.csv")) {
    const words = alike.get(shared(row.id)) ?? [];
    const fits = ({ settings, label, printed }) => sameText(row.label, label) && sameText(row.printed, printed) && sameSettings(row.settings, settings);
    if (words.length && !words.some(fits)) tellAt("findings/nodes.csv")(`the words of ${row.id} are not those of the manifest`);
  }
  for (const row of table("findings/units.csv")) {
    const unit = parsedUnit(row.unit, context.units);
    if (!near(unit.factor, Number(row.factor)) || !sameDims(unit.dims, parsedUnit(row.base, context.units).dims)) tellAt("findings/units.csv")(`${row.unit} is not what the edition takes it for`);
  }
  const sources = table("figures/sources.csv");
  for (const page of stories.flatMap((story) => Object.keys(story.numbers))) {
    for (const { id, publisher, address } of sources) {
      const place = pageOf(files, base + page)?.getElementById(`s-${id}`), link = place?.querySelector('p:first-child a[href^="http"]');
      if (place && (plainText(place.querySelector("b").textContent) !== plainText(publisher) || (link ? link.getAttribute("href") : "") !== address)) tellAt(page)(`its source ${id} is not that of figures/sources.csv`);
    }
  }
  for (const [path, content] of files) {
    const copy = path.startsWith(`${root}charts/`) && path.endsWith(".csv") && files.get(path.replace(`${root}charts/`, base).replace(/\/([^/]+)$/, "/data/$1"));
    if (copy) checkCopy(textOf(content), textOf(copy), path.slice(root.length), tellAt);
  }
}

// No step is without rows that belong in the archive: as steps_listed of toolkit/core/followed.py has it.
function checkRows(stories, { lines, datasets }, tellAt) {
  const found = new Map(), shared = ({ ref }) => datasets.get((ref ?? "").slice(8))?.given === "";
  for (const [slug, node] of stories.flatMap(({ slug, tree }) => [...tree.values()].map((node) => [slug, node]))) {
    const { operation, inputs } = node, listed = (step) => ["rows", "rows_where"].includes(step.operation.name);
    const takes = inputs.length === 1 && listed(inputs[0]) && (operation.name === "count" || operation.aggregate);
    const step = listsOwn(node) ? node : takes ? inputs[0] : null;
    if (!step || !(step.operation.name === "rows" || (step.inputs.length ? step.inputs : [step]).every(shared))) continue;
    found.set(step.key, { slug, step, count: step.inputs.length ? step.operation.rows : step.low });
  }
  let left = TABLE.mostRows;
  for (const [key, { slug, step, count }] of [...found].sort(([a, { count: m }], [b, { count: n }]) => m - n || (a < b ? -1 : 1))) {
    left -= count;
    if (left >= 0 && count && !lines.has(key)) tellAt("rows/rows.csv", slug)(`the rows of ${step.printed} ${step.label ?? ""} are missing`, step);
  }
}

const sameText = (cell, text) => cell === (text ?? "").replace(/\s+/g, " ").trim();
const sameSettings = (cell, settings) => {
  const found = cell ? JSON.parse(cell) : {};
  const names = Object.keys(settings), inCell = (value) => JSON.stringify(value).replace(/\s+/g, " "); // as code is indented
  return names.length === Object.keys(found).length && names.every((name) => name in found && inCell(found[name]) === inCell(settings[name]));
};

function checkCopy(text, original, path, tellAt) {
  const [one, other] = [text, original].map(csvRows);
  const alike = (a, b) => a === b || a === b.replace(/\s+/g, " ").trim() || (a !== "" && Number(a) === Number(b));
  const apart = one.length !== other.length || one.some((row, n) => row.length !== other[n].length || row.some((cell, m) => !alike(cell, other[n][m])));
  if (apart) tellAt(path)("it is not the table of the edition");
}

// The script, the questions and the datasets have the hashes and the words that the manifest says they were made from.
async function checkInputs(files, root, { inputs, stories }, tellAt) {
  const known = Object.entries({ ...inputs.code, ...inputs.data }), queries = Object.assign({}, ...Object.values(stories).map((story) => story.queries));
  for (const [path, content] of files) {
    const own = path.slice(root.length), [, name] = /^questions\/(.+)\.sql$/.exec(own) ?? [];
    const end = name ? `/${name}.sql` : own === "recompute.py" ? "toolkit/review/recompute.py" : /^toolkit\//.test(own) ? own : /^datasets\/[^/]+\.yml$/.test(own) ? `data/${own}` : "";
    if (!end) continue;
    const hash = await hashOf(content), wanted = known.filter(([file]) => file.endsWith(end));
    const fits = name && Object.hasOwn(queries, name) ? textOf(content) === `${queries[name]}\n` : !wanted.length || wanted.some(([, one]) => one === hash);
    if (!fits) tellAt(own)("it is not what the manifest says the edition was made from");
  }
}

const PREFIXES = { kilo: 1e3, mega: 1e6, giga: 1e9, tera: 1e12 };
const PERIODS = { hour: 1 / 24, day: 1, week: 7, thirty_day: 30, month: 365.25 / 12, quarter: 365.25 / 4, year: 365.25 }; // in days

// The amounts in a text: "$650bn to $700bn" has 650e9 and 700e9.
function amountsIn(text, { scales, single_scales: single, money_scales: ofMoney, short_scales: short, group, point }) {
  const sizes = new Map([scales, single, ofMoney, short].flatMap((words) => Object.entries(words).map(([name, word]) => [word.trim(), 10 ** TABLE.scales[name]])));
  return [...text.matchAll(/(\d[\d.,\s]*\d|\d)\s*([^\s\d.,;–]*)/g)].map(([, digits, word]) => Number(digits.replaceAll(group, "").replace(point, ".")) * (sizes.get(word) ?? 1));
}

// Whether amounts are those of a row of figures.csv, whose unit a page may write otherwise.
function areOf(amounts, { low, high, unit }, units) {
  const { factor } = withoutScales(parsedUnit(unit, units), units), prefix = PREFIXES[/kilo|mega|giga|tera/.exec(unit)?.[0]] ?? 1;
  const period = PERIODS[/thirty_day|hour|day|week|month|quarter|year/.exec(unit)?.[0]], periods = period ? Object.values(PERIODS).map((one) => one / period) : [1];
  const sizes = [1, factor, prefix, factor * prefix, 100, 100 * factor, ...periods.map((one) => one * factor * prefix)];
  return amounts.length > 0 && sizes.some((size) => amounts.every((one) => [low, high].some((end) => near(one, Math.abs(end) * size))));
}

// The readings on the pages of claims are the figures of the archive.
function checkReadings(files, base, { rows, units, locale }, tellAt) {
  const claims = new Map();
  for (const row of rows.values()) claims.set(row.claim, [...(claims.get(row.claim) ?? []), { ...row, low: row.low && Number(row.low), high: Number(row.high) }]);
  for (const path of files.keys()) {
    const own = path.slice(base.length), page = path.startsWith(base) && /^claims-[^/]+\.html$/.test(own) && pageOf(files, path);
    for (const box of page ? page.querySelectorAll('div[id^="c-"]') : []) {
      const id = box.id.slice(2), lines = [...box.querySelectorAll("li")].map((line) => wordsIn(line, "small,p")), found = claims.get(id) ?? [], figures = found.filter((row) => row.low !== "");
      if (lines.length !== found.length) tellAt(own)(`${lines.length} readings of ${id} stand on it, and ${found.length} in figures/figures.csv`);
      for (const figure of figures) {
        const place = lines.findIndex((line) => {
          const at = line.indexOf(plainText(figure.publisher));
          return at > 0 && areOf(amountsIn(line.slice(0, at), locale), figure, units);
        });
        if (place < 0) tellAt(own)(`no reading of ${id} by ${figure.publisher} says ${shown([figure.low, figure.high])} ${figure.unit}`);
        else lines.splice(place, 1);
      }
      const head = box.closest("details")?.querySelector("summary b");
      for (const part of head ? wordsIn(head).split("; ") : []) {
        const amounts = amountsIn(part, locale);
        if (amounts.length && !/^\d+ other values?$/.test(part) && !figures.some((figure) => areOf(amounts, figure, units))) tellAt(own)(`${part} stands over the readings of ${id}, and is none of them`);
      }
    }
  }
}

const OWN = /^((edition|charts|datasets|figures|findings|questions|rows|series)\/|(README\.md|recompute\.py|toolkit\/core\/(operation|interval|followed)\.py)$)/;

// Every file of the archive has the hash that its RO-Crate metadata say, and there is no other.
async function checkCrate(files, root, tellAt) {
  const name = "ro-crate-metadata.json";
  if (!files.has(root + name)) { tellAt(name)("it is missing"); return; }
  const listed = new Map(jsonOf(files, root + name)["@graph"].filter((one) => one.sha256).map((one) => [decodeURI(one["@id"]), one.sha256]));
  for (const [path, content] of files) {
    const own = path.slice(root.length);
    if (own === name) continue;
    if (!listed.has(own) || !OWN.test(own)) tellAt(own)("it is no file of an archive, or the archive's metadata do not name it");
    else if (await hashOf(content) !== listed.get(own)) tellAt(own)("its hash is not that of the archive's metadata");
    listed.delete(own);
  }
  for (const path of listed.keys()) tellAt(path)("it is missing");
}
