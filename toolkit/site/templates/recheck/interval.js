// The twin of toolkit/core/interval.py: the least and greatest value of a step whose inputs are ranges.
// A node has low, high, operation, inputs and key: equal numbers have equal keys.

const shapeOf = (operation) => TABLE.primitives[operation.name].shape;

// One uncertain input of a tree: the degrees of numerator and denominator of the fraction that the number is in it, its
// direction (1 never falls, -1 never rises, 0 not known), and whether extremes lie at the ends of the input.
function uncertainOf(node) {
  if (!node.uncertain) {
    const { low, high, operation, inputs } = node;
    if (low === high) node.uncertain = new Map();
    else if (!RULES[operation.name]) node.uncertain = new Map([[node.key, { node, top: 1, under: 0, way: 1, atEnds: true }]]);
    else node.uncertain = dependences(operation, inputs);
  }
  return node.uncertain;
}

function endsOf(operation, inputs) {
  if (shapeOf(operation) === "range") return rangeEnds(operation, inputs);
  const { name } = operation;
  if (inputs.length === 2 && inputs[0].key === inputs[1].key) {
    if (name === "ratio") return [1, 1];
    if (name === "sum" && operation.signs === "+-") return [0, 0];
  }
  const [low, high] = independentEnds(operation, inputs);
  const used = inputs.flatMap((one) => [...uncertainOf(one).keys()]);
  if (low === high || new Set(used).size === used.length) return [low, high];
  const narrowed = cornerEnds(operation, inputs);
  return narrowed ? [Math.max(low, narrowed[0]), Math.min(high, narrowed[1])] : [low, high];
}

function valueAt(node, chosen) {
  spend();
  if (chosen.has(node.key)) return chosen.get(node.key);
  if (node.low === node.high) return node.low;
  const rule = RULES[node.operation.name];
  if (!rule) throw new Error(`the range ${node.low} to ${node.high} has no value`);
  return rule(node.inputs.map((part) => valueAt(part, chosen)), node.operation);
}

function rangeEnds({ name }, inputs) {
  if (name === "span") return [inputs[0].low, inputs[1].high];
  if (name === "low_end") return [inputs[0].low, inputs[0].low];
  if (name === "high_end") return [inputs[0].high, inputs[0].high];
  const parts = name === "choice" ? inputs.slice(1) : inputs;
  return [Math.min(...parts.map((part) => part.low)), Math.max(...parts.map((part) => part.high))];
}

function independentEnds(operation, inputs) {
  const apply = (values) => RULES[operation.name](values, operation);
  const lows = inputs.map((part) => part.low), highs = inputs.map((part) => part.high);
  if (shapeOf(operation) === "sum") {
    const minus = inputs.map((part, n) => operation.name === "sum" && operation.signs[n] === "-");
    const one = apply(minus.map((off, n) => (off ? highs[n] : lows[n])));
    const other = apply(minus.map((off, n) => (off ? lows[n] : highs[n])));
    return [Math.min(one, other), Math.max(one, other)];
  }
  if (shapeOf(operation) === "rising") return [apply(lows), apply(highs)];
  let least = Infinity, greatest = -Infinity;
  const meet = (value) => { least = Math.min(least, value); greatest = Math.max(greatest, value); };
  for (const corner of cornersOf(inputs)) meet(apply(corner));
  if (turnsAtZero(operation) && inputs[0].low < 0 && inputs[0].high > 0) meet(apply([0]));
  return [least, greatest];
}

function* cornersOf(parts) {
  spend();
  if (parts.length === 0) { yield []; return; }
  const [first, ...others] = parts;
  for (const end of new Set([first.low, first.high])) for (const rest of cornersOf(others)) yield [end, ...rest];
}

function cornerEnds(operation, inputs) {
  const found = [...dependences(operation, inputs).values()];
  const free = found.filter((one) => !one.way);
  if (free.length > TABLE.freeInputs || !found.every((one) => one.atEnds)) return null;
  const values = [];
  for (const upward of [false, true]) {
    const chosen = new Map();
    for (const { node, way } of found) if (way) chosen.set(node.key, (way > 0) === upward ? node.high : node.low);
    for (const corner of cornersOf(free.map((one) => one.node))) {
      free.forEach((one, n) => chosen.set(one.node.key, corner[n]));
      values.push(RULES[operation.name](inputs.map((part) => valueAt(part, chosen)), operation));
    }
  }
  return [Math.min(...values), Math.max(...values)];
}

const signAt = (operation, place) => (operation.name === "sum" ? operation.signs[place] : "+");

function turnsAtZero(operation) {
  return shapeOf(operation) === "turning" || (shapeOf(operation) === "power" && operation.power % 2 === 0);
}

function dependences(operation, inputs) {
  const found = new Map();
  for (const part of inputs) {
    for (const [key, { node }] of uncertainOf(part)) {
      spend();
      if (!found.has(key)) {
        const parts = inputs.map((one) => uncertainOf(one).get(key));
        found.set(key, { node, ...dependence(operation, inputs, parts) });
      }
    }
  }
  return found;
}

function dependence(operation, inputs, parts) {
  const shape = shapeOf(operation), dependent = parts.filter(Boolean);
  const ways = new Set(parts.flatMap((part, n) => (part ? [part.way * wayOf(operation, inputs, n) || 0] : [])));
  const way = ways.size === 1 ? [...ways][0] : 0;
  const [top, under] = degreesOf(shape, parts.map((part) => (part ? [part.top, part.under] : [0, 0])));
  const throughOne = dependent.length === 1 && dependent[0].atEnds &&
    (["sum", "product", "ratio", "rising"].includes(shape) || isMonotonic(operation, inputs));
  return { top, under, way, atEnds: Math.max(top, under) <= 1 || way !== 0 || throughOne };
}

function wayOf(operation, inputs, place) {
  switch (shapeOf(operation)) {
    case "sum":
      if (operation.name === "convert") return operation.times / operation.over > 0 ? 1 : -1;
      return signAt(operation, place) === "+" ? 1 : -1;
    case "product":
      return inputs.reduce((way, part, n) => (n === place ? way : way * sideOfZero(part)), 1);
    case "ratio":
      return place === 0 ? sideOfZero(inputs[1]) : -sideOfZero(inputs[0]);
    case "rising":
      return 1;
  }
  if (shapeOf(operation) === "power" && !turnsAtZero(operation)) return 1;
  return isMonotonic(operation, inputs) ? sideOfZero(inputs[0]) * (operation.name === "normal_density" ? -1 : 1) : 0;
}

function isMonotonic(operation, inputs) {
  if (shapeOf(operation) === "power" && !turnsAtZero(operation)) return true;
  return turnsAtZero(operation) && sideOfZero(inputs[0]) !== 0;
}

const sideOfZero = (part) => (part.low >= 0 ? 1 : part.high <= 0 ? -1 : 0);

function degreesOf(shape, degrees) {
  const total = (place) => degrees.reduce((sum, degree) => sum + degree[place], 0);
  if (shape === "sum") {
    const over = total(1);
    return [Math.max(...degrees.map(([top, under]) => (Number.isFinite(under) ? top + over - under : Infinity))), over];
  }
  if (shape === "product") return [total(0), total(1)];
  if (shape === "ratio") return [degrees[0][0] + degrees[1][1], degrees[0][1] + degrees[1][0]];
  return [Infinity, Infinity];
}
