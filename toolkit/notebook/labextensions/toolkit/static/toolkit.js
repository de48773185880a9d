// What the toolkit adds to JupyterLab, in plain JavaScript that nothing compiles: `toolkit lab` names this folder to
// JupyterLab, which asks the container below for the extension and for its style.
(() => {
  const STYLE = new URL(`toolkit.css${new URL(document.currentScript.src).search}`, document.currentScript.src);
  const SAVED = "urn:toolkit:saved"; // the event that toolkit/lab.py sends after each save

  // A notice in the corner for each notebook that a build would refuse as it was saved, until it would not.
  async function sayWhatIsRefused({ commands, serviceManager }) {
    const notices = new Map();
    for await (const event of serviceManager.events.stream) {
      if (event.schema_id !== SAVED) continue;
      const id = notices.get(event.path);
      notices.delete(event.path);
      if (id) await commands.execute("apputils:dismiss-notification", { id });
      if (!event.notice) continue;
      const said = { message: event.notice, type: "warning", options: { autoClose: false } };
      notices.set(event.path, await commands.execute("apputils:notify", said));
    }
  }

  // jupyterlab-myst takes the first cell's headline out of the text, as a title without numbers. It leaves a headline
  // that has something before it where it is: here, an empty piece of HTML.
  function keepHeadlineInText(factory) {
    const create = factory.createMarkdownCell.bind(factory);
    factory.createMarkdownCell = options => {
      const cell = create(options);
      const update = cell.updateFragmentMDAST?.bind(cell);
      if (!update) return cell;
      cell.updateFragmentMDAST = async () => {
        await update();
        const whole = cell.fragmentMDAST;
        const parts = (whole?.children?.[0]?.type === "block" ? whole.children[0] : whole)?.children ?? [];
        const headline = parts.findIndex(part => part.type === "heading" && part.depth === 1);
        if (headline >= 0) parts.splice(headline, 0, { type: "html", value: "" });
      };
      return cell;
    };
  }

  // jupyterlab-myst asks the kernel for the numbers of the text that it drew last, which is not yet the one that was
  // just written: once that is drawn, it is asked again.
  function askOnceDrawn(factory, { executed }) {
    const waiting = new WeakMap(); // the notebooks of cells that were run and are being drawn
    executed.connect((sender, { notebook, cell, again }) => {
      if (cell.model.type === "markdown" && !again) waiting.set(cell, notebook);
    });
    const create = factory.createMarkdownCell.bind(factory);
    factory.createMarkdownCell = options => {
      const cell = create(options);
      const render = cell.render?.bind(cell);
      if (!render) return cell;
      cell.render = async () => {
        await render();
        const notebook = waiting.get(cell);
        waiting.delete(cell);
        if (notebook) executed.emit({ notebook, cell, success: true, again: true });
      };
      return cell;
    };
  }

  // Where a cell fails, the kernel drops what else was asked of it, and so the numbers of all prose: those of the prose
  // above that cell are asked for again.
  function askAgainAfterErrors({ executed }) {
    executed.connect((sender, { notebook, cell, success }) => {
      if (success || cell.model.type !== "code") return;
      const above = notebook.widgets.slice(0, notebook.widgets.indexOf(cell));
      const prose = above.filter(one => one.model.type === "markdown" && one.rendered);
      setTimeout(() => prose.forEach(one => executed.emit({ notebook, cell: one, success: true, again: true })), 500);
    });
  }

  function addStyle() {
    const link = document.createElement("link");
    document.head.append(Object.assign(link, { rel: "stylesheet", href: STYLE.href }));
  }

  async function plugins(shared) {
    const [notebook] = Object.values(shared["@jupyterlab/notebook"]);
    const { NotebookActions, NotebookPanel } = (await notebook.get())();
    return [
      { id: "toolkit:notices", autoStart: true, activate: app => void sayWhatIsRefused(app) },
      {
        id: "toolkit:headlines",
        autoStart: true,
        requires: [NotebookPanel.IContentFactory],
        activate: (app, factory) => {
          keepHeadlineInText(factory);
          askOnceDrawn(factory, NotebookActions);
        },
      },
      { id: "toolkit:prose", autoStart: true, activate: () => askAgainAfterErrors(NotebookActions) },
    ];
  }

  let shared;
  const containers = (window._JUPYTERLAB ??= {});
  containers.toolkit = {
    init: scope => void (shared = scope),
    get: async name => {
      const module = name === "./style" ? addStyle() : await plugins(shared);
      return () => module ?? {};
    },
  };
})();
