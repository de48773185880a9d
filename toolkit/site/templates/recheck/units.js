// Units as data/units.txt defines them (a manifest holds the text): factors, dimensions, words.

function unitsOf(text) {
  const lines = new Map(), names = new Map();
  for (const line of text.split("\n")) {
    const [name, meaning, ...others] = line.split("#")[0].split("=").map((part) => part.trim());
    if (!meaning) continue;
    lines.set(name, { name, meaning, words: others.filter((other, n) => n > 0 && other !== "_") });
    for (const other of [name, ...others]) if (other !== "_") names.set(other, name);
  }
  return { lines, names, known: new Map() };
}

// A unit's text as {parts: powers by name, factor, dims: powers by dimension}; Error for one that is not defined.
function parsedUnit(text, units) {
  if (!units.known.has(text)) units.known.set(text, readUnit(text, units));
  return units.known.get(text);
}

function readUnit(text, units) {
  const parts = unitProduct(groupedUnit(text));
  const made = { parts: new Map(), factor: parts.factor, dims: new Map(), text };
  for (const [word, power] of parts.powers) {
    const name = units.names.get(word) ?? units.names.get(word.replace(/s$/, ""));
    if (!name) throw new Error(`the unit ${text} is not defined`);
    raise(made.parts, name, power);
  }
  for (const [name, power] of made.parts) {
    const base = definedUnit(name, units);
    made.factor *= base.factor ** power;
    for (const [dim, by] of base.dims) raise(made.dims, dim, by * power);
  }
  return made;
}

// The text of a unit with parentheses about all that follows a slash or "per", up to the next one.
function groupedUnit(text) {
  const pieces = [], openGroups = [""]; // the end of the group that is open, at each depth of the text's own parentheses
  for (let piece of text.split(/(\bper\b|[/()])/i)) {
    if (piece === "(") openGroups.push("");
    else if (piece === ")") pieces.push(openGroups.pop());
    else if (/^(per|\/)$/i.test(piece)) { piece = `${openGroups.pop()}/(`; openGroups.push(")"); }
    pieces.push(piece);
  }
  return pieces.join("") + openGroups[0];
}

function definedUnit(name, units, depth = 0) {
  const line = units.lines.get(name);
  if (!line.base) {
    if (depth > 20) throw new Error(`the unit ${name} is defined by itself`);
    if (/^\[.*\]$/.test(line.meaning)) return (line.base = { factor: 1, dims: new Map([[line.meaning, 1]]) });
    const { factor, powers } = unitProduct(line.meaning), base = { factor, dims: new Map() };
    for (const [word, power] of powers) {
      const other = units.names.get(word) ?? units.names.get(word.replace(/s$/, ""));
      if (!other) throw new Error(`the unit ${word} is not defined`);
      const part = definedUnit(other, units, depth + 1);
      base.factor *= part.factor ** power;
      for (const [dim, by] of part.dims) raise(base.dims, dim, by * power);
    }
    line.base = base;
  }
  return line.base;
}

function raise(powers, name, power) {
  const total = (powers.get(name) ?? 0) + power;
  if (total) powers.set(name, total); else powers.delete(name);
}

// A product of numbers and names, such as 1e6 * token/(month**2), as {factor, powers}; blanks between names multiply.
function unitProduct(text) {
  const marks = text.replace(/\bper\b/gi, "/").match(/\*\*|[*/()^]|[\d.]+(?:e[+-]?\d+)?|[^\s*/()^]+/gi) ?? [];
  let at = 0;
  const factorOrGroup = () => {
    let made;
    const mark = marks[at++];
    if (mark === "(") { made = product(); at++; }
    else if (/^[\d.]/.test(mark)) made = { factor: Number(mark), powers: new Map() };
    else made = { factor: 1, powers: new Map([[mark, 1]]) };
    if (marks[at] === "**" || marks[at] === "^") {
      const power = Number(marks[at + 1]);
      at += 2;
      made = { factor: made.factor ** power, powers: new Map([...made.powers].map(([name, by]) => [name, by * power])) };
    }
    return made;
  };
  const product = () => {
    const made = { factor: 1, powers: new Map() };
    for (let sign = 1; at < marks.length && marks[at] !== ")"; sign = 1) {
      if (marks[at] === "*" || marks[at] === "/") sign = marks[at++] === "/" ? -1 : 1;
      const part = factorOrGroup();
      made.factor *= part.factor ** sign;
      for (const [name, power] of part.powers) raise(made.powers, name, sign * power);
    }
    return made;
  };
  return product();
}

const isScale = (name, units) => definedUnit(name, units).dims.size === 0;
const sameDims = (a, b) => a.size === b.size && [...a].every(([dim, power]) => near(b.get(dim) ?? 0, power));

// The unit without scales such as million, and the factor that they were.
function withoutScales(unit, units) {
  if (unit.plain) return unit.plain;
  let factor = 1;
  const parts = new Map();
  for (const [name, power] of unit.parts) {
    if (isScale(name, units)) factor *= definedUnit(name, units).factor ** power; else parts.set(name, power);
  }
  return (unit.plain = { parts, factor });
}

// The words after the digits: " tokens a month"; a currency has none.
function unitWords(parts, single, units, locale) {
  const isMoney = (name, power) => power === 1 && TABLE.currencies[name];
  const raised = (power) => ({ 1: "", 2: "²", 3: "³" }[power] ?? `^${power}`);
  let text = "";
  const above = [...parts].filter(([name, power]) => power > 0 && !isMoney(name, power));
  above.forEach(([name, power], n) => { text += ` ${unitName(name, single || n < above.length - 1, units)}${raised(power)}`; });
  const below = [...parts].filter(([, power]) => power < 0);
  const isTimeName = ([name]) => TABLE.time.includes(name);
  for (const [name, power] of [...below.filter((one) => !isTimeName(one)), ...below.filter(isTimeName)]) {
    const template = isTimeName([name]) ? locale.each : locale.per;
    text += template.replace("{unit}", unitName(name, true, units) + raised(-power));
  }
  return text.replace(" a hour", " an hour");
}

function unitName(name, single, units) {
  const named = [name, ...units.lines.get(name).words];
  const pair = named.length > 1 ? named.slice(-2) : [name, `${name.replace(/s$/, "")}s`];
  return pair[single ? 0 : 1].replaceAll("_", " ");
}
