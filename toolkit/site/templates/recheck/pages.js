// The words of pages, held against the numbers that the manifest says stand there.

const wordsIn = (element, but = "[hidden]") => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(but).forEach((part) => part.remove());
  return plainText(copy.textContent);
};
const plainText = (text) => text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'").replace(/…/g, "...").replace(/\s+/g, " ").trim();
const close = (text) => text.replace(/\s/g, "");
const HEDGES = /^(about|at ?least|more ?than|at ?most|less ?than)? ?$/i; // before a number as its source limits it

// A label as pages print it: dates written out, hashes left out.
function printedLabel(label, { locale }) {
  const dated = label.replace(/, [0-9a-f]{12}\b/g, "").replace(/\b(\d{4})-(\d\d)-(\d\d)\b/g, (day) => writtenDate(day, locale));
  return plainText(dated);
}

function writtenDate(day, locale) {
  const [year, month, date] = day.split("-");
  const name = locale.months[month - 1];
  return `${date ? locale.day.replace("{day}", Number(date)).replace("{month}", name) : name} ${year}`;
}

// The number that stands at each place of a page: {low, high, unit, style, node}.
function numbersOf(listed, story) {
  return listed.map((one) => (one.node ? { ...story.tree.get(one.node), style: one.style } : one));
}

// Tells what is wrong on a page of a story; `tell(sentence, node)`.
function checkPage(page, numbers, story, context, tell) {
  const tables = new Map(Object.entries(story.tables).map(([name, one]) => [name.replaceAll("_", "-"), one]));
  for (const table of page.querySelectorAll("table[id]")) {
    const one = story.charts[table.id.slice(8)] ?? tables.get(table.id.slice(6));
    if (!one || !(one.csv || one.values || !table.querySelector("td:not([class])"))) tell(`the manifest has no values for its table ${table.id}`);
  }
  const at = new Map([...page.querySelectorAll(".n[id^=n-]")].map((one) => [one.id.slice(2), one]));
  if (at.size !== numbers.length) tell(`${at.size} numbers stand in its text, and the manifest names ${numbers.length}`);
  const marks = new Set([...page.querySelectorAll("small.kind")].map((one) => wordsIn(one)));
  const lines = new Map([...page.querySelectorAll("#numbers li")].map((line) => [line.querySelector("a")?.hash.slice(3), line]));
  numbers.forEach((number, n) => {
    const element = at.get(String(n + 1)), opened = Number(element?.querySelector("button")?.getAttribute("popovertarget")?.slice(2)), slip = page.getElementById(`r-${opened}`);
    const write = (style) => writtenNumber(number, style, context);
    const text = write(number.style), full = write(standalone(number.style));
    const held = (found, right, where) => {
      if (close(found) !== close(plainText(right))) tell(`“${found}” stands ${where}, and the number is ${right}`, number);
    };
    const first = opened === n + 1; // else the receipt is that of the same number before it
    if (!slip || opened > n + 1 || !["key", "low", "high", "unit"].every((name) => numbers[opened - 1][name] === number[name])) { tell(`number ${n + 1} of its text or its receipt is missing`, number); return; }
    held(wordsIn(element), text, "in its text");
    if (lines.has(String(n + 1))) checkLine(lines.get(String(n + 1)), full, number, context, tell);
    if (!first) return;
    held(plainText(slip.getAttribute("aria-label") ?? ""), `Receipt for ${text}`, "over a receipt");
    const amount = slip.querySelector(".amount");
    const said = wordsIn(amount), start = said.indexOf(plainText(amount.querySelector("b").textContent));
    held(said.slice(HEDGES.test(said.slice(0, start)) ? start : 0), full, "in a receipt");
    if (number.kind && kindRank(number.kind) > 1 && !marks.has(TABLE.said[number.kind][1])) tell(`no number in its text is marked “${TABLE.said[number.kind][1]}”`, number);
    if (number.kind) held(wordsIn(slip.querySelector(".ends span:last-child")), TABLE.said[number.kind][number.inputs.length ? 0 : 1], "over a receipt as its kind");
    if (number.inputs && number.wrong) checkSteps(slip, number, story, context, tell);
  });
}

function checkLine(line, full, number, context, tell) {
  const link = plainText(line.querySelector("a").textContent), rest = plainText(line.textContent);
  if (link !== plainText(full)) tell(`“${link}” stands in the list of its numbers, and the number is ${full}`, number);
  const label = number.label ? printedLabel(number.label, context) : "", other = number.wrong && strangeIn(rest.split(label || ". ")[0], number, context);
  if (!rest.includes(label)) tell(`the list of its numbers does not call ${full} “${number.label}”`, number);
  if (other) tell(`${other} stands in the list of its numbers, and is no input of ${full}`, number);
}

// The steps of a receipt are inputs of its number, with their words and labels.
function checkSteps(slip, number, story, context, tell) {
  const steps = [...below(number)], alike = (part) => story.alike.get(part.key), told = new Set();
  for (const sum of slip.querySelectorAll(".sum,details>p:not([class]),details li>i")) {
    const other = !sum.querySelector("a") && strangeIn(wordsIn(sum, "button"), number, context);
    if (other) tell(`a receipt has the step “${plainText(sum.textContent)}”, in which ${other} is none of its inputs`, number);
  }
  for (const open of slip.querySelectorAll("details button")) {
    if (!/^receipt \d+$/.test(open.textContent) || !slip.ownerDocument.getElementById(open.getAttribute("popovertarget"))) tell(`a receipt has the button “${plainText(open.textContent)}”, which opens no other`, number);
  }
  for (const step of slip.querySelectorAll("details li")) {
    const bold = step.querySelector(":scope > b"), own = step.cloneNode(true);
    own.querySelectorAll("ul,i").forEach((part) => part.remove());
    own.querySelectorAll("br").forEach((br) => br.replaceWith("\u0001"));
    const [said, label] = own.textContent.includes("\u0001") ? own.textContent.split("\u0001") : bold ? [own.textContent, ""] : ["", own.textContent];
    if (bold && !label && step.querySelector(":scope > i > a")) continue; // many figures of one source, counted
    const amount = close(plainText(said)), name = plainText(label);
    const named = steps.filter((part) => !name || alike(part).labels.some((one) => name.startsWith(one)));
    const fits = (styles) => named.some((part) => alike(part).nodes.some((one) => isSaid(amount, one, context, styles)));
    if (!named.length || (amount && !fits([]) && !fits(STYLES))) tell(`a receipt has the step “${plainText(own.textContent)}”, which is not among the inputs of ${number.printed}`, number);
    const about = [...step.children].findLast((one) => one.tagName === "I")?.textContent;
    if (about === "as above" && told.has(amount + name)) continue;
    told.add(amount + name);
    if (bold && about && named.length && named.every((part) => !part.inputs.length && !about.startsWith(TABLE.said[part.kind][1]))) tell(`a receipt calls “${name}” ${about}`, number);
  }
}

const OWN_STYLES = [{}, { bare: false }, { words: false }, { words: true }].flatMap((style) => [{ brief: false, ...style }, { brief: true, ...style }]);

const digitsIn = (text) => text.match(/\d([\d.,]*\d)?/g) ?? [];

// Digits in a text that neither a number nor its inputs may be written with; none where an input is in other units there.
function strangeIn(text, number, context) {
  const found = digitsIn(text), steps = found.length ? [...below(number)] : [];
  let left = steps.some((part) => part.operation.name === "convert") ? [] : found;
  for (const digits of [0, null, 2, 3, 4, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]) {
    if (left.length) left = left.filter((one) => !steps.some((part) => figuresOf(part, digits, context).has(one)));
  }
  return left[0];
}

// The digits of its value at a number of digits, in full and in short; for 0 those of its settings.
function figuresOf(node, digits, { units, locale }) {
  const known = (node.figures ??= new Map());
  if (!known.has(digits)) {
    const scales = node.high < 0.01 ? [1, 1e6] : [1]; // a price of one token is written for a million
    const texts = digits === 0 ? [JSON.stringify([node.operation, node.label, node.ref, node.inputs.length])]
      : scales.flatMap((times) => ["quantity", "percent"].flatMap((form) => [true, false].map((brief) => worded(node.low * times, node.high * times, node.parsed, { form, digits, brief }, units, locale))));
    known.set(digits, new Set(texts.flatMap(digitsIn)));
  }
  return known.get(digits);
}

// Whether a text, perhaps with a word such as "about" before it, is a number in some style.
function isSaid(text, number, context, styles = STYLES) {
  const said = close(text);
  const fits = (style, n) => {
    const texts = textsOf(number), right = (texts[n] ??= close(plainText(writtenNumber(number, style, context))));
    return said.endsWith(right) && HEDGES.test(said.slice(0, said.length - right.length));
  };
  return OWN_STYLES.some((style, n) => fits({ ...number.style, ...style }, n)) || styles.some((style, n) => fits(style, n + OWN_STYLES.length));
}

const textsOf = once(() => []);

// What a page of the toolkit never has: two places of one name, numbers without a place, signs that turn what follows.
function checkMarkup(page, tell) {
  const ids = [...page.querySelectorAll("[id]")].map((one) => one.id);
  const seen = new Set(), twice = ids.length - new Set(ids).size && ids.find((id) => seen.size === seen.add(id).size);
  if (twice) tell(`${twice} is the name of two places`);
  for (const one of page.querySelectorAll(".n")) {
    if (!/^n-\d+$/.test(one.id) && !/^[\w-]+\.html#n-\d+$/.test(one.getAttribute("href"))) tell(`“${wordsIn(one)}” is a number without a receipt`);
    if (one.querySelector(":not(button)")) tell(`something stands in the number “${wordsIn(one)}”`);
  }
  if (page.querySelector("meta[http-equiv]:not([http-equiv=content-security-policy]),link:not([rel=stylesheet],[rel=icon],[rel=canonical],[rel=alternate])")) tell("it would leave for another page, or connect, by itself");
  if (page.querySelector("bdo,[dir]") || /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/.test(page.documentElement.textContent)) tell("signs that cannot be seen, or turn what follows");
}

// The findings as a page states them for machines and for citing.
function checkFindings(page, story, context, tell) {
  const stated = new Map();
  for (const script of page.querySelectorAll('script[type="application/ld+json"]')) {
    for (const one of JSON.parse(script.textContent)["@graph"] ?? []) if (one.headline && plainText(one.headline) !== plainText(story.title)) tell(`its data for machines have the headline “${one.headline}”`);
      else if (one["@type"] === "Claim") stated.set(one.identifier, one);
  }
  const cited = new Set([...page.querySelectorAll(".cite .muted")].map((line) => plainText(line.textContent)));
  for (const [name, finding] of Object.entries(story.findings)) {
    const node = story.tree.get(finding.node), claim = stated.get(name), { low, high } = node;
    const text = `${finding.label || name}: ${finding.printed} (${TABLE.said[node.kind][0]})`;
    const about = claim?.about ?? {};
    if (claim?.text !== text || about.minValue !== low || about.maxValue !== high || (about.unitText ?? "1") !== node.unit) {
      tell(`its data for machines do not say of ${name} what the manifest says`, node);
    }
    for (const line of [...cited]) {
      const start = `Finding ${name} = `, said = line.slice(start.length).split(/ \(|, (?=\w+$)/)[0];
      if (line.startsWith(start) && !finding.states && !isSaid(said, node, context)) tell(`it cites ${name} as ${said}, and it is ${finding.printed}`, node);
      if (line.startsWith(start)) cited.delete(line);
    }
  }
  for (const line of cited) if (line.startsWith("Finding ")) tell(`it cites “${line}”, which is no finding`);
}

// Its title where it stands: the head, the line of the window, what is shared.
function checkTitle(page, title, tell) {
  const right = plainText(title), head = page.querySelector("h1");
  const told = (name) => page.querySelector(`meta[property="${name}"]`)?.content;
  const ofPicture = told("og:image") === undefined ? [] : ["og:image:alt"]; // which a story without a chart has none of
  for (const other of [page.title, ...["og:title", ...ofPicture].map((name) => told(name) ?? "")]) if (!plainText(other).startsWith(right)) tell(`one of its titles is “${other}”, and not “${title}”`);
  if (wordsIn(head, "[hidden],.kind") !== right) tell(`its headline is “${wordsIn(head)}”, and the manifest has “${title}”`);
}
