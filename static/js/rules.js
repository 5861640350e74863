/** The rules' page: it wires the list, the form, the dry run and the versions together. */

import { Glass } from "./console/glass.js";
import * as clerk from "./console/rules/clerk.js";
import { RuleForm } from "./console/rules/form.js";
import { RuleList } from "./console/rules/list.js";
import { Pen } from "./console/rules/pen.js";
import { Scribe } from "./console/rules/scribe.js";
import { Trial } from "./console/rules/trial.js";
import { Versions } from "./console/rules/versions.js";
import { Surround, the } from "./console/surround.js";

/** @param {string} id */
const template = (id) => /** @type {HTMLTemplateElement} */ (the(id));

const { zone = "UTC" } = document.body.dataset;
const surround = new Surround({
  onCommand: (command) => pen.obey(command),
  onRules: ({ version }) => scribe.hearVersion(version),
  onStale: (isStale) => {
    scribe.isStale = isStale;
    pen.shut(isStale);
  },
});
const { foot, undo, rights, clock } = surround;

const list = new RuleList({
  place: the("entries"),
  template: template("entry"),
  glass: new Glass(the("scroll")),
  clock,
  zone,
});
const form = new RuleForm({
  form: /** @type {HTMLFormElement} */ (the("form")),
  place: the("conditions"),
  more: /** @type {HTMLSelectElement} */ (the("more-conditions")),
  template: template("condition"),
  zone,
  onChange: () => pen.followForm(),
});
const trial = new Trial({
  say: the("tried"),
  place: the("caught"),
  template: template("caught-entry"),
  tryRule: clerk.tryRule,
});
const versions = new Versions({
  place: the("versions"),
  none: the("versions-none"),
  template: template("version-entry"),
  zone,
  askVersions: clerk.askVersions,
});
const scribe = new Scribe({ clerk, undo, foot, rights, onBook: () => pen.show() });
const pen = new Pen({
  page: /** @type {HTMLElement} */ (document.querySelector("main.rules")),
  list,
  form,
  trial,
  versions,
  scribe,
  foot,
  clerk,
});

surround.start();
form.start();
pen.start();
scribe.read();
