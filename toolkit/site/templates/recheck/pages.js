// The words of pages, held against the numbers that the manifest says stand there.

const wordsIn = (element, but = "button,small.kind,.unseen,[hidden]") => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(but).forEach((part) => part.remove());
  return plainText(copy.textContent);
};
const plainText = (text) => text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'").replace(/…/g, "...").replace(/\s+/g, " ").trim();
const close = (text) => text.replace(/\s/g, "");

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
  const at = new Map([...page.querySelectorAll(".n[id^=n-]")].map((one) => [one.id.slice(2), one]));
  if (at.size !== numbers.length) tell(`${at.size} numbers stand in its text, and the manifest names ${numbers.length}`);
  const lines = new Map([...page.querySelectorAll("#numbers li")].map((line) => [line.querySelector("a")?.hash.slice(3), line]));
  numbers.forEach((number, n) => {
    const element = at.get(String(n + 1)), slip = page.getElementById(`r-${n + 1}`);
    const write = (style) => writtenNumber(number, style, context);
    const text = write(number.style), full = write({ ...number.style, bare: false, brief: false });
    const held = (found, right, where) => {
      if (close(found) !== close(plainText(right))) tell(`“${found}” stands ${where}, and the number is ${right}`, number);
    };
    if (!element || !slip) { tell(`number ${n + 1} of its text or its receipt is missing`, number); return; }
    held(wordsIn(element), text, "in its text");
    held(plainText(slip.getAttribute("aria-label") ?? ""), `Receipt for ${text}`, "over a receipt");
    const amount = slip.querySelector(".amount");
    held(wordsIn(amount).slice(wordsIn(amount).indexOf(plainText(amount.querySelector("b").textContent))), full, "in a receipt");
    if (lines.has(String(n + 1))) checkLine(lines.get(String(n + 1)), full, number, context, tell);
    if (number.inputs && number.wrong) checkSteps(slip, number, story, context, tell);
  });
}

function checkLine(line, full, number, context, tell) {
  const link = plainText(line.querySelector("a").textContent), rest = plainText(line.textContent);
  if (link !== plainText(full)) tell(`“${link}” stands in the list of its numbers, and the number is ${full}`, number);
  if (number.label && !rest.includes(printedLabel(number.label, context))) {
    tell(`the list of its numbers does not call ${full} “${number.label}”`, number);
  }
}

// The steps of a receipt are inputs of its number, with their words and labels.
function checkSteps(slip, number, story, context, tell) {
  const steps = [...below(number)], alike = (part) => story.alike.get(part.key);
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
  }
}

const OWN_STYLES = [{}, { bare: false }, { words: false }, { words: true }].flatMap((style) => [{ brief: false, ...style }, { brief: true, ...style }]);

// Whether a text, perhaps with a word such as "about" before it, is a number in some style.
function isSaid(text, number, context, styles = STYLES) {
  const own = number.style, said = close(text);
  const fits = (style) => {
    const right = close(plainText(writtenNumber(number, style, context)));
    return said.endsWith(right) && /^\p{L}*$/u.test(said.slice(0, said.length - right.length));
  };
  return OWN_STYLES.some((style) => fits({ ...own, ...style })) || styles.some(fits);
}

// The findings as a page states them for machines and for citing.
function checkFindings(page, story, context, tell) {
  const stated = new Map();
  for (const script of page.querySelectorAll('script[type="application/ld+json"]')) {
    for (const one of JSON.parse(script.textContent)["@graph"] ?? []) if (one["@type"] === "Claim") stated.set(one.identifier, one);
  }
  const cited = [...page.querySelectorAll(".cite .muted")].map((line) => plainText(line.textContent));
  for (const [name, finding] of Object.entries(story.findings)) {
    const node = story.tree.get(finding.node), claim = stated.get(name), { low, high } = node;
    const text = `${finding.label || name}: ${finding.printed} (${TABLE.kinds[node.kind]})`;
    const about = claim?.about ?? {};
    if (claim?.text !== text || about.minValue !== low || about.maxValue !== high || (about.unitText ?? "1") !== node.unit) {
      tell(`its data for machines do not say of ${name} what the manifest says`, node);
    }
    for (const line of cited) {
      const start = `Finding ${name} = `, said = line.slice(start.length).split(/ \(|, (?=\w+$)/)[0];
      if (line.startsWith(start) && !finding.states && !isSaid(said, node, context)) tell(`it cites ${name} as ${said}, and it is ${finding.printed}`, node);
    }
  }
}

// Its title where it stands: the head, the line of the window, what is shared.
function checkTitle(page, title, tell) {
  const right = plainText(title), head = page.querySelector("h1");
  for (const other of [page.title, page.querySelector('meta[property="og:title"]')?.content ?? ""]) if (!plainText(other).startsWith(right)) tell(`one of its titles is “${other}”, and not “${title}”`);
  if (wordsIn(head) !== right) tell(`its headline is “${wordsIn(head)}”, and the manifest has “${title}”`);
}
