// The numbers of receipts: each is worked out again, from its inputs as published, and held against what was published.

// Names that come from an edition find in these tables only what stands in them.
for (const one of [RULES, WORDS, ...Object.values(TABLE)]) if (one.constructor === Object) Object.setPrototypeOf(one, null);

const GIVEN = { // why a step is taken as it was published; the words of docs/archive.md
  draws: "drawn at random",
  query: "worked out in SQL",
  code: "worked out in pandas",
  measured: "worked out in pandas",
  statistic: "a statistic of rows that are not here",
};
const MOST_STEPS = 5e6; // through receipts, and of evaluating ranges: an edition made to take for ever is given up
const AT_ONCE = 1000; // numbers that are hashed before the page answers its reader again

let stepsLeft = MOST_STEPS;
function spend() {
  if (--stepsLeft < 0) throw new Error(`more than ${MOST_STEPS.toLocaleString("en")} steps`);
}

const near = (a, b, off = 0) => Math.abs(a - b) <= Math.max(1e-9 * Math.max(Math.abs(a), Math.abs(b)), off);
const nine = (value) => Number(value.toPrecision(9)).toString();
const shown = (ends) => [...new Set(ends.map(nine))].join(" to ");

// The nodes of a story by name. `context` has units, locale, and of an archive `rows`, its figures and series by key, and
// `lines`, the rows of datasets by the node that they are behind, and `datasets` by name.
// Error where an input has no node, or nodes go round in a circle.
async function readNodes(stored, context) {
  const made = new Map(), open = new Set();
  const read = (name) => {
    if (made.has(name)) return made.get(name);
    if (open.has(name)) throw new Error(`the number ${name} is among its own inputs`);
    if (!Object.hasOwn(stored, name)) throw new Error(`the number ${name} is missing`);
    if (open.size > 2000) throw new Error("a receipt of more than 2,000 levels");
    open.add(name);
    const node = readNode(name, stored[name], stored[name].inputs.map(read), context);
    open.delete(name);
    made.set(name, node);
    return node;
  };
  Object.keys(stored).forEach(read);
  const every = [...made.values()];
  for (let at = 0; at < every.length; at += AT_ONCE) {
    await Promise.all(every.slice(at, at + AT_ONCE).map(checkName));
    if (every.length > AT_ONCE) await new Promise((done) => setTimeout(done));
  }
  return made;
}

function readNode(name, found, inputs, context) {
  const node = {
    ...found, name, inputs, key: name.split("-")[0], wrong: [], given: "",
  };
  if (!TABLE.primitives[found.operation?.name]) throw new Error(`there is no operation ${found.operation?.name}`);
  if (!TABLE.said[found.kind]) throw new Error(`there is no kind ${found.kind}`);
  if (![found.low, found.high].every(Number.isFinite)) throw new Error(`the number ${name} has no value`);
  const tell = (what, sentence) => sentence && node.wrong.push({ what, sentence });
  try {
    node.parsed = parsedUnit(found.unit, context.units);
    node.found = workedOut(node, context);
    if (!node.found.every(Number.isFinite)) throw new Error("no finite value");
    tell("value", valueApart(node));
    tell("unit", unitsApart(node, context.units));
  } catch (error) {
    node.found = [];
    tell("value", `it has no value: ${error.message}`);
  }
  tell("kind", kindApart(node));
  if (node.parsed) tell("words", wordsApart(node, found.printed, context));
  return node;
}

function workedOut(node, context) {
  const { name, of, signs } = node.operation, { inputs, low, high } = node, followed = RULES[name] || shapeOf(node.operation) === "range";
  if (!inputs.length && isFigure(node)) return context.rows ? asPrinted(node, context) : [low, high];
  const behind = inputs.length === 1 && !listsOwn(node) ? inputs[0] : node;
  if (behind.operation.name === "rows" && (name === "rows" || name === "count" || node.operation.aggregate)) {
    node.given = "rows that are not here"; // the script in an archive follows these
    return [low, high];
  }
  const lines = context.lines && context.lines.get(behind.key);
  if (lines && (name === "rows_where" || node.operation.aggregate)) return aggregated(node, lines, context);
  const dataset = name === "rows_within" && context.datasets && context.datasets.get(node.ref.slice(8));
  if (dataset && !dataset.given) return [Number(dataset.rows), Number(dataset.rows)];
  if (inputs.length && followed) {
    if (name === "sum" && signs.length !== inputs.length) throw new Error("signs for other inputs");
    return endsOf(node.operation, inputs);
  }
  if (name === "combinations" && ["range", "below"].includes(of)) return combined(node);
  if (name === "count") {
    const found = countOf(node, context);
    if (found !== null) return [found, found];
    node.given = "counted in tables that an archive has";
  } else if (!["assumed", "constant"].includes(name)) {
    const real = node.kind !== "synthetic" || ["draws", "query", "code"].includes(name) || /^dataset:/.test(node.ref ?? "");
    node.given = real ? GIVEN[node.operation.aggregate ? "" : name] ?? "rows that are not here" : "simulated";
  }
  return [low, high];
}

// Whether an archive lists rows of the step itself, not of its one input: SQL made these before it added them up.
const listsOwn = ({ operation }) => Boolean(operation.aggregate && "where" in operation);

const isFigure = (node) => /^(figure|series):/.test(node.ref ?? "");

// What SQL counted, added up, or took the mean, least or greatest of, from the rows that an archive lists.
function aggregated(node, lines, { units }) {
  const { name, aggregate, of, unit } = node.operation, count = new Set(lines.map((line) => line.row)).size;
  if (listsOwn(node) && count !== node.operation.rows) throw new Error("other rows than it says");
  const values = lines.filter((line) => line.column === of && (line.value || !of)).map((line) => Number(line.value));
  const found = name === "rows_where" ? count : aggregate === "count" ? values.length
    : (RULES[aggregate](values, { signs: "+".repeat(values.length) }) * parsedUnit(unit, units).factor) / node.parsed.factor;
  node.off = 1e-12 * values.reduce((sum, value) => sum + Math.abs(value), 0);
  return [found, found];
}

function countOf(node, { rows }) {
  const { of } = node.operation;
  if (of === "key") return new Set(node.inputs.map((part) => part.ref)).size;
  return rows ? new Set(node.inputs.map((part) => rows.get(part.ref)?.[of])).size : null;
}

// What a source printed, in the unit of the node; 1 where it was a statement in words.
function asPrinted(node, { rows, units }) {
  const row = rows.get(node.ref);
  if (!row) throw new Error(`the tables of the archive have no ${node.ref}`);
  if (!row.low) return [1, 1];
  const unit = parsedUnit(row.unit, units);
  if (!sameDims(unit.dims, node.parsed.dims)) throw new Error(`its source printed ${row.unit}`);
  return [row.low, row.high].map((end) => converted(Number(end), unit.factor, node.parsed.factor));
}

// The least and greatest result over every combination of options, or the share of results that lie below a limit.
function combined(node) {
  const isShare = node.operation.of === "below", inputs = [...node.inputs];
  const limit = isShare ? inputs.pop() : null;
  const [top, ...offers] = inputs;
  const choices = new Map(offers.map((offer) => [offer.inputs[0], offer.inputs.slice(1)]));
  const affected = [];
  for (const one of below(top)) {
    if (!choices.has(one) && one.inputs.some((part) => choices.has(part) || affected.includes(part))) affected.push(one);
  }
  const at = new Map();
  for (const one of affected) for (const part of one.inputs) if (!choices.has(part)) at.set(part, part.low);
  const open = [...at.keys()].find((part) => part.low < part.high && !affected.includes(part));
  if (open) throw new Error(`the range ${open.printed} has no options`);
  const total = [...choices.values()].reduce((count, options) => count * options.length, 1);
  if (total !== node.operation.count) throw new Error(`${total} combinations`);
  const results = [], picks = [...choices], steps = picks.map(() => []); // by the last choice that they depend on
  for (const one of affected) {
    const parts = below(one);
    steps[picks.findLastIndex(([number]) => parts.has(number))].push(one);
  }
  const pick = (place) => {
    if (place === picks.length) { results.push(at.get(top)); return; }
    const [number, options] = picks[place];
    for (const option of options) {
      at.set(number, option.low);
      for (const one of steps[place]) {
        spend();
        at.set(one, RULES[one.operation.name](one.inputs.map((part) => at.get(part)), one.operation));
      }
      pick(place + 1);
    }
  };
  pick(0);
  if (!isShare) return [results.reduce((a, b) => Math.min(a, b)), results.reduce((a, b) => Math.max(a, b))];
  const share = results.filter((result) => result < limit.low).length / results.length;
  return [share, share];
}

// A node and all that it was computed from, each once, inputs before results.
function below(node, found = new Set()) {
  if (!found.has(node)) {
    spend();
    node.inputs.forEach((part) => below(part, found));
    found.add(node);
  }
  return found;
}

function valueApart(node) {
  const off = shapeOf(node.operation) === "sum"
    ? 1e-14 * Math.max(0, ...node.inputs.flatMap((part) => [part.low, part.high].map(Math.abs))) : node.off ?? 0;
  const { low, high } = node;
  if (low > high) return `it ends (${nine(high)}) below where it begins (${nine(low)})`;
  if (near(node.found[0], low, off) && near(node.found[1], high, off)) return "";
  return `${shown([low, high])} is published, and ${shown(node.found)} is what the step comes to`;
}

function unitsApart(node, units) {
  const { name } = node.operation, parts = node.inputs.map((part) => parsedUnit(part.unit, units));
  if (!parts.length || ["opaque", "leaf"].includes(shapeOf(node.operation))) return "";
  const fitting = TABLE.primitives[name].units;
  if (fitting === "alike") {
    const other = node.inputs.find((part) => part.unit !== node.unit);
    return other ? `its unit is ${node.unit}, and that of an input ${other.unit}` : "";
  }
  if (fitting === "plain") {
    return parts.every((part) => part.text === "1") && node.unit === "1" ? "" : "units where plain numbers belong";
  }
  if (name === "convert") {
    const factor = parts[0].factor / node.parsed.factor, { times, over, unit } = node.operation;
    if (!sameDims(parts[0].dims, node.parsed.dims) || unit !== node.unit) return `${node.inputs[0].unit} is not ${node.unit}`;
    return near(times / over, factor) ? "" : `its factor is ${nine(times / over)}, and that of the units ${nine(factor)}`;
  }
  const powers = name === "product" ? parts.map(() => 1) : name === "ratio" ? [1, -1] : [node.operation.power];
  const dims = new Map();
  let factor = 1;
  parts.forEach((part, n) => {
    factor *= part.factor ** powers[n];
    for (const [dim, power] of part.dims) raise(dims, dim, power * powers[n]);
  });
  const fits = sameDims(dims, node.parsed.dims) && near(factor, node.parsed.factor);
  return fits ? "" : `its unit ${node.unit} does not follow from ${node.inputs.map((part) => part.unit).join(", ")}`;
}

const kindRank = (kind) => Object.keys(TABLE.said).indexOf(kind);

function kindApart(node) {
  const { name } = node.operation;
  let kind = TABLE.primitives[name].kind ?? node.kind;
  if (isFigure(node) && !node.inputs.length) kind = "reported";
  if (/^log:/.test(node.ref ?? "")) kind = "synthetic";
  if (node.inputs.length && (RULES[name] || shapeOf(node.operation) === "range")) {
    kind = Object.keys(TABLE.said)[Math.max(1, ...node.inputs.map((part) => kindRank(part.kind)))];
  }
  return kind === node.kind ? "" : `its kind is ${node.kind}, and should be ${kind}`;
}

// What is wrong with the words of a number: they are those of its published value.
function wordsApart(node, text, context) {
  const right = writtenNumber(node, node.style, context);
  return right === text ? "" : `“${text}” is printed, and its value is written “${right}”`;
}

// A number in a style; without digits in it, what has inputs is written in two.
function writtenNumber(number, style, { units, locale }) {
  const { low, high } = number, digits = style?.digits ?? (number.inputs?.length ? 2 : null);
  return worded(low, high, parsedUnit(number.unit, units), { ...style, digits }, units, locale);
}

// The name is a digest of value, unit, kind, words, of leaves also reference, reason and label.
async function checkName(node) {
  const method = wordsOf(node.operation, node.inputs.map((part, n) => `{${n}}`));
  const { ref = "", why = "", label = "" } = node;
  const leaf = node.inputs.length ? [ref].filter(Boolean) : [ref, why, label];
  const parts = [pythonFloat(node.low), pythonFloat(node.high), node.unit, node.kind, method, ...leaf];
  const digest = await digestOf([...parts, ...node.inputs.map((part) => part.key)]);
  if (digest.slice(0, 16) !== node.key) node.wrong.push({ what: "name", sentence: "its name is not the digest of what it holds: something of it was changed" });
}
