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

function checkArchive(files, root, base, stories, context, tellAt) {
  checkCrate(files, root, tellAt);
  checkRows(stories, context, tellAt);
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
  const names = Object.keys(settings);
  return names.length === Object.keys(found).length && names.every((name) => found[name] === settings[name]);
};

function checkCopy(text, original, path, tellAt) {
  const [one, other] = [text, original].map(csvRows);
  const alike = (a, b) => a === b || a === b.replace(/\s+/g, " ").trim() || (a !== "" && Number(a) === Number(b));
  const apart = one.length !== other.length || one.some((row, n) => row.length !== other[n].length || row.some((cell, m) => !alike(cell, other[n][m])));
  if (apart) tellAt(path)("it is not the table of the edition");
}

const OWN = /^((edition|charts|datasets|figures|findings|questions|rows|series)\/|(README\.md|recompute\.py|toolkit\/core\/(operation|interval|followed)\.py)$)/;

// Every file of the archive has the hash that its RO-Crate metadata say, and there is no other.
function checkCrate(files, root, tellAt) {
  const name = "ro-crate-metadata.json";
  if (!files.has(root + name)) { tellAt(name)("it is missing"); return; }
  const listed = new Map(jsonOf(files, root + name)["@graph"].filter((one) => one.sha256).map((one) => [decodeURI(one["@id"]), one.sha256]));
  for (const [path, content] of files) {
    const own = path.slice(root.length);
    if (own === name) continue;
    if (!listed.has(own) || !OWN.test(own)) tellAt(own)("it is no file of an archive, or the archive's metadata do not name it");
    else if (hashOf(content) !== listed.get(own)) tellAt(own)("its hash is not that of the archive's metadata");
    listed.delete(own);
  }
  for (const path of listed.keys()) tellAt(path)("it is missing");
}
