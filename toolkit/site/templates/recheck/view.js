// What the reader sees: choosing, and what was found.

const byId = (id) => document.getElementById(id);
const many = (count, one, more = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

const LONGEST_TEXT = 2000, MOST_LISTED = 500; // characters of a text, and findings of a story, that are shown

// An element; text stays text, and one that is made to be too long for a browser is cut.
function element(tag, className, ...children) {
  const made = document.createElement(tag), cut = (text) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== "").map((child) => (typeof child === "string" ? cut(child) : child)));
  return made;
}

function say(text, differs = false) {
  byId("said").textContent = text;
  byId("said").className = differs ? "differs" : "";
}

async function checkAndShow(reading) {
  byId("found").replaceChildren();
  say("Checking …");
  try {
    const files = await reading, start = performance.now();
    const report = await check(files);
    show(report, (performance.now() - start) / 1000);
  } catch (error) {
    say(error.message, true);
  }
}

const STATES = { differs: "does not agree", given: "agrees as far as it can be followed", agrees: "agrees" };

function show(report, seconds) {
  const every = report.stories.flatMap((story) => story.findings), count = (state) => every.filter((one) => one.state === state).length;
  const whole = report.isArchive ? "archive" : "edition", { problems } = report, wrong = count("differs");
  const given = count("given") ? `, ${count("given")} as far as can be followed` : "";
  const head = wrong || problems.length
    ? `This ${whole} does not agree with itself: ${many(wrong, "finding")} of ${every.length}, ${many(problems.length, "other difference")}.`
    : `This ${whole} agrees with itself. ${many(count("agrees"), "finding")} of ${every.length} worked out again in full${given}.`;
  say(`${report.name}: ${head} ${many(report.files, "file")} compared, in ${seconds.toFixed(1)} seconds.`, Boolean(wrong || problems.length));
  const list = problems.slice(0, 200).map((one) => element("li", "", element("b", "", one.where), `: ${one.sentence}.`));
  byId("found").append(...(list.length ? [element("h2", "", "What does not agree"), element("ul", "problems", ...list)] : []));
  if (problems.length > list.length) byId("found").append(element("p", "small", `And ${many(problems.length - list.length, "more", "more")}.`));
  for (const story of report.stories) byId("found").append(storyPart(story));
  if (location.hash && !wrong && !problems.length) toStory();
}

function storyPart(story) {
  const link = element("a", "", story.title);
  link.href = `${story.slug}.html`;
  const head = element("h2", "", link);
  head.tabIndex = -1;
  const order = Object.keys(STATES), findings = [...story.findings].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const shown = findings.slice(0, MOST_LISTED), rest = findings.length - shown.length;
  const more = rest ? [element("p", "small", `And ${many(rest, "more finding")}.`)] : [];
  const part = element("section", "", head, element("ul", "list", ...shown.map(findingLine)), ...more);
  part.id = story.slug;
  return part;
}

function findingLine(finding) {
  const summary = element("summary", "", element("b", "", finding.printed), ` ${finding.label}`, element("span", "", STATES[finding.state]));
  const box = element("details", "", summary);
  box.addEventListener("toggle", () => {
    if (box.childElementCount === 1) box.append(...findingParts(finding));
  }, { once: true });
  return element("li", finding.state, box);
}

function findingParts({ name, root, reasons, given }) {
  return [
    element("p", "small", name),
    ...reasons.slice(0, MOST_LISTED).map((reason) => element("p", "wrong", reason)),
    ...given.map((reason) => element("p", "small", `Taken as published: ${reason}.`)),
    element("ul", "steps", stepLine(root, new Set())),
  ];
}

const MOST_SHOWN = 40, DEEPEST = 100; // inputs of a step; more are counted. Levels of steps: browsers lay out no thousands

// A step with the value that it was found to have, and its inputs below it; one that was shown is not shown again.
function stepLine(node, seen, level = 1) {
  const terms = node.inputs.map((part) => part.printed), value = `${shown(node.found)} ${node.unit}`.replace(/ 1$/, "");
  const line = element("li", node.wrong.length ? "wrong" : "", element("b", "", node.printed), ` ${node.label ?? ""}`);
  const words = terms.length > 12 ? `${node.operation.name} of ${terms.length}` : wordsOf(node.operation, terms);
  const how = node.inputs.length ? `${words} = ${value}` : `${node.why ?? node.ref ?? wordsOf(node.operation, [])}: ${value}`;
  line.append(element("i", "", [how, node.kind, node.given].filter(Boolean).join(" · ")));
  if (node.inputs.length && seen.has(node)) line.append(element("i", "", "its steps: as above"));
  else if (node.inputs.length && level === DEEPEST) line.append(element("i", "", "its steps lie deeper than this page shows"));
  else if (node.inputs.length) {
    const rest = node.inputs.length - MOST_SHOWN;
    seen.add(node);
    line.append(element("ul", "steps", ...node.inputs.slice(0, MOST_SHOWN).map((part) => stepLine(part, seen, level + 1)), ...(rest > 0 ? [element("li", "muted", `and ${rest} more`)] : [])));
  }
  return line;
}

function toStory() {
  const part = byId(decodeURIComponent(location.hash.slice(1)));
  part?.scrollIntoView();
  part?.querySelector("h2")?.focus();
}

// Files of a dropped folder by path, or the one file that was dropped.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (transfer.files.length === 1 && !entries[0]?.isDirectory) return archiveOf(transfer.files[0]);
  const found = [];
  const walk = async (entry) => {
    withinLimits(0, found.length);
    if (entry.isFile) found.push([entry.fullPath, await new Promise((done, failed) => entry.file(done, failed))]);
    const reader = entry.isDirectory && entry.createReader();
    for (let part = [0]; reader && part.length;) {
      part = await new Promise((done, failed) => reader.readEntries(done, failed));
      for (const one of part) await walk(one);
    }
  };
  for (const entry of entries) await walk(entry);
  return folderOf(found);
}

function start() {
  const form = byId("choose");
  form.addEventListener("change", ({ target }) => {
    const chosen = [...target.files];
    target.value = ""; // so that the same file may be chosen again
    if (chosen.length) checkAndShow(target.id === "archive" ? archiveOf(chosen[0]) : folderOf(chosen.map((file) => [file.webkitRelativePath, file])));
  });
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", over);
      if (name === "drop") checkAndShow(dropped(event.dataTransfer));
    });
  }
  addEventListener("hashchange", toStory);
  for (const field of form.querySelectorAll("input")) { // what was chosen before this script ran
    if (field.files.length) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
if (byId("choose")) start();
