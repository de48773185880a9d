// A whole edition or archive checked: what agrees, what does not, what cannot be followed.

const textOf = once((bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes));

function jsonOf(files, path) {
  try {
    return JSON.parse(textOf(files.get(path)));
  } catch {
    throw new Error(`${path} cannot be read: it is no JSON.`);
  }
}

// {name, isArchive, stories, problems, files}; Error of one sentence for what is neither edition nor archive.
// A story has slug, title and findings: {name, label, printed, node, state, reasons}.
async function check(files) {
  if (!isSecureContext) throw new Error("Browsers work out no hashes over http: open this page from your own disk, or over https.");
  stepsLeft = MOST_STEPS;
  const base = baseOf(files), manifest = jsonOf(files, `${base}manifest.json`);
  if (manifest?.schema !== TABLE.schema) {
    throw new Error(`Its manifest is of schema ${JSON.stringify(manifest?.schema)}, and this page reads schema ${TABLE.schema}: use that edition’s.`);
  }
  const root = base.replace(/edition\/$/, ""), isArchive = base.endsWith("edition/") && files.has(`${root}findings/nodes.csv`);
  const problems = [];
  const tellAt = (where, slug) => (sentence, node) => problems.push({ where, slug, sentence, node });
  let stories;
  try {
    const context = { units: unitsOf(manifest.units), locale: TABLE.language, rows: isArchive && archiveRows(files, root), lines: isArchive && archiveLines(files, root), datasets: isArchive && archiveDatasets(files, root) };
    for (const path of files.keys()) if (!path.startsWith(isArchive ? root : base)) tellAt(path)("it is no part of what was chosen");
    await checkFiles(files, base, manifest, tellAt);
    withinReach(Object.values(manifest.stories));
    stories = [];
    for (const [slug, story] of Object.entries(manifest.stories)) stories.push(await checkStory(slug, story, files, base, context, tellAt));
    checkPages(files, base, manifest, stories, context, tellAt);
    checkNames(stories, tellAt);
    if (isArchive) await checkArchive(files, root, base, manifest, stories, context, tellAt);
    const about = new Map(); // problems by the number that they are about
    for (const one of problems.filter(({ node }) => node)) {
      if (!about.has(one.node.key)) about.set(one.node.key, []);
      about.get(one.node.key).push(one);
    }
    for (const finding of stories.flatMap((story) => story.findings)) judge(finding, about.get(finding.root.key) ?? []);
  } catch (error) {
    const odd = error instanceof TypeError ? "its manifest or its tables are not as a build writes them"
      : error instanceof RangeError ? "a receipt is larger than this browser can follow" : "";
    throw new Error(`What it holds does not fit together: ${odd || error.message}.`);
  }
  return { name: String(manifest.name), isArchive, stories, problems, files: Object.keys(manifest.files).length };
}

// A browser follows so many numbers and findings of all stories in seconds.
function withinReach(stories) {
  for (const [what, most] of [["nodes", 50000], ["findings", 5000]]) {
    const count = stories.reduce((sum, story) => sum + Object.keys(story[what]).length, 0);
    if (count > most) throw new Error(`${count.toLocaleString("en")} ${what === "nodes" ? "numbers" : what}, and this page follows ${most.toLocaleString("en")}: take toolkit verify`);
  }
}

// The path of the folder with the manifest, "" or with a slash at its end.
function baseOf(files) {
  const found = [...files.keys()].filter((path) => /(^|\/)manifest\.json$/.test(path)).sort((a, b) => a.length - b.length);
  if (!found.length) throw new Error("There is no manifest.json: choose the folder of an edition, or an archive of one.");
  if (found.length > 1) throw new Error("There are several files manifest.json: choose one edition, or one archive.");
  return found[0].slice(0, -"manifest.json".length);
}

const pageOf = (files, path) => (files.has(path) ? parsed(files.get(path)) : null);

// What stands before, in and between the drawings of a text, in turn.
function drawingsOf(text) {
  const parts = [], open = /<svg\b/g;
  let at = 0;
  for (let found = open.exec(text); found; found = open.exec(text)) {
    const end = text.indexOf("</svg>", found.index);
    if (end < 0) break;
    parts.push(text.slice(at, found.index), text.slice(found.index, at = end + 6));
    open.lastIndex = at;
  }
  return [...parts, text.slice(at)];
}

const MOST_PARTS = 50000; // that lie in one another take browsers minutes

// A page without drawings, which are not read.
const parsed = once((content) => {
  // styles by names that no browser applies: this page's policy forbids them, and they end as they did
  const html = textOf(content).replace(/<(\/?)style\b/g, "<$1xmp").replace(/ style=/g, " data-style=");
  const read = (text) => {
    if (text.split("<").length > MOST_PARTS) throw new Error(`a page of more than ${MOST_PARTS.toLocaleString("en")} parts is more than this page looks through: take toolkit verify`);
    return new DOMParser().parseFromString(text, "text/html");
  };
  // drawings, slow to read, are left out before: those of a drawing's own elements alone, where each proves to be one
  const bare = drawingsOf(html).map((part, n) => (n % 2 && !/<(?!\/?(svg|g|text|path|defs|pattern)\b)/.test(part) ? "<svg></svg>" : part)).join("");
  const quick = read(bare), isSame = quick.querySelectorAll("svg").length === bare.split(/<svg\b/i).length - 1;
  const page = isSame ? quick : read(html);
  page.querySelectorAll("svg,xmp").forEach((part) => part.remove());
  return page;
});

async function checkFiles(files, base, manifest, tellAt) {
  for (const [path, { sha256: wanted }] of Object.entries(manifest.files)) {
    const content = files.get(base + path);
    if (!content) tellAt(path)("it is missing");
    else if (await hashOf(content) !== wanted) tellAt(path)("it is not the file that the manifest names: its hash differs");
    else if (/\.svg$/.test(path) && /<(script|foreignobject|iframe)|\son\w+\s*=/i.test(textOf(content))) tellAt(path)("a drawing holds no script, and this one does");
    else if (TABLE.shared[path] && !wanted.startsWith(TABLE.shared[path])) tellAt(path)("it is not the style or script that this page was made with: use the page of this edition");
  }
  for (const path of files.keys()) {
    if (path.startsWith(base) && path !== `${base}manifest.json` && !Object.hasOwn(manifest.files, path.slice(base.length))) {
      tellAt(path.slice(base.length))("the manifest does not name it");
    }
  }
}

async function checkStory(slug, story, files, base, context, tellAt) {
  if (!/^[\w-]+$/.test(slug)) throw new Error(`${slug} is no name of a story`);
  const made = { slug, title: story.title, tree: await readNodes(story.nodes, context), numbers: {} };
  made.findings = Object.entries(story.findings).map(([name, finding]) => ({ ...finding, name, slug, root: made.tree.get(finding.node), reasons: [] }));
  for (const finding of made.findings) {
    if (!finding.root) throw new Error(`the finding ${finding.name} has no number`);
    if (!isSaid(finding.printed, finding.root, context)) tellAt("manifest.json", slug)(`it prints ${finding.name} as “${finding.printed}”`, finding.root);
  }
  const alike = new Map(), pages = []; // nodes of one value that are labelled or written otherwise
  for (const node of made.tree.values()) {
    if (!alike.has(node.key)) alike.set(node.key, { nodes: [], labels: [] });
    alike.get(node.key).nodes.push(node);
    if (node.label) alike.get(node.key).labels.push(printedLabel(node.label, context));
  }
  for (const { root, label } of made.findings) alike.get(root.key).labels.push(printedLabel(label, context));
  const whole = { ...story, tree: made.tree, alike };
  for (const [path, listed] of Object.entries(story.numbers)) {
    const page = pageOf(files, base + path), tell = tellAt(path, slug);
    if (!page) { tell("the page is missing"); continue; }
    pages.push(page);
    made.numbers[path] = numbersOf(listed, whole);
    checkPage(page, made.numbers[path], whole, context, tell);
    if (path === story.html.path) {
      checkFindings(page, whole, context, tell);
      checkTitle(page, story.title, tell);
    }
  }
  for (const [name, table] of Object.entries(story.tables)) {
    if (table.values) checkTable(name, table, pages, context, tellAt(`${slug}.html`, slug));
  }
  for (const [id, chart] of Object.entries(story.charts)) {
    const csv = files.get(base + chart.csv), tell = tellAt(chart.csv, slug);
    if (!csv || !files.has(`${base}${chart.csv}-metadata.json`)) { tell("the table behind a chart is missing"); continue; }
    const metadata = jsonOf(files, `${base}${chart.csv}-metadata.json`);
    checkChart(id, textOf(csv), metadata, pages, context, tell);
    checkWords(slug, id, chart, files, base, Object.keys(story.numbers), metadata, tellAt);
  }
  return made;
}

// Every page is one that an edition has; a link to a number of a story, from whatever page, has that number as its text.
function checkPages(files, base, manifest, stories, context, tellAt) {
  const numbers = new Map(stories.flatMap((story) => Object.entries(story.numbers)));
  for (const path of files.keys()) {
    const own = path.slice(base.length), [, slug, id] = /^([^/]+)\/charts\/([^/]+?)(?:-interactive)?\.html$/.exec(own) ?? [];
    if (!path.startsWith(base) || !/\.html?$/i.test(path) || (id && Object.hasOwn(manifest.stories[slug]?.charts ?? {}, id))) continue;
    if (!numbers.has(own) && !/^(index|claims(-[\w.-]+)?|recheck)\.html$/.test(own)) tellAt(own)("it is no page of the manifest's stories");
    if (own === "recheck.html") continue;
    checkMarkup(pageOf(files, path), tellAt(own));
    for (const link of pageOf(files, path).querySelectorAll('a[href*=".html#n-"]')) {
      const [page, place] = link.getAttribute("href").split("#n-");
      const number = numbers.get(page)?.[place - 1];
      if (number && link.matches(".n,.number a") && !isSaid(wordsIn(link), number, context)) {
        tellAt(own)(`“${wordsIn(link)}” leads to a number that is ${writtenNumber(number, number.style, context)}`);
      }
    }
  }
}

// A name of a finding stands for one number in all stories.
function checkNames(stories, tellAt) {
  const first = new Map();
  for (const { findings, slug } of stories) {
    for (const finding of findings) {
      const other = first.get(finding.name) ?? finding;
      first.set(finding.name, other);
      if (other.root.key !== finding.root.key) tellAt("manifest.json", slug)(`${finding.name} is another number in ${other.slug}`, finding.root);
    }
  }
}

// Whether a finding agrees, does not, or is given in part; with the reasons.
function judge(finding, problems) {
  const nodes = [...below(finding.root)], wrong = nodes.filter((node) => node.wrong.length);
  finding.reasons = wrong.flatMap((node) => node.wrong.map(({ sentence }) => `${node.label || node.printed}: ${sentence}.`));
  finding.reasons.push(...problems.filter(({ slug }) => slug === finding.slug).map((one) => `${one.where}: ${one.sentence}.`));
  finding.given = [...new Set(nodes.map((node) => node.given).filter(Boolean))];
  finding.state = finding.reasons.length ? "differs" : finding.given.length ? "given" : "agrees";
}
