/**
 * Creates an element with texts and elements in it. No text is parsed as HTML.
 * @param {string} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (string | Node)[]} children
 */
function createElement(tag, attributes = {}, ...children) {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

/** Creates a symbol of the page. Screen readers ignore it. @param {string} name */
function createIcon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** An e-mail address that breaks before its domain or after punctuation, never in a word. @param {string} email */
function createAddress(email) {
  const parts = email.split(/(?<=@)/).map((part) => createElement("span", { class: "unit" }, ...splitAtBreaks(part)));
  return createElement("bdi", {}, ...parts);
}

/** @param {string} text @returns {(string | Node)[]} */
function splitAtBreaks(text) {
  return text.split(/(?<=[._+-])/).flatMap((part, index) => (index === 0 ? [part] : [createElement("wbr"), part]));
}

/** Creates a word for screen readers. @param {string} text */
function createHiddenText(text) {
  return createElement("span", { class: "hidden" }, text);
}

/**
 * Returns a required element of the page.
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function getElement(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** @typedef {import("./matrixData").MatrixData} MatrixData */
/** @typedef {import("./matrixData").MatrixCell} MatrixCell */
/** @typedef {import("./matrixData").MatrixAccess} MatrixAccess */
/** @typedef {import("./matrixData").MatrixRisk} MatrixRisk */
/** @typedef {import("./matrixData").MatrixKind} MatrixKind */

/**
 * A cell of the matrix, with all its details.
 * @typedef {object} Cell
 * @property {MatrixAccess | undefined} before
 * @property {MatrixAccess | undefined} after
 * @property {MatrixKind | undefined} kind undefined without a change
 * @property {readonly MatrixRisk[]} risks
 * @property {readonly string[]} notes
 */

/**
 * A row of the matrix. `cells` has an entry for every organization.
 * @typedef {object} Person
 * @property {string} email
 * @property {string} searchText the address in lower case, for the search
 * @property {readonly (Cell | undefined)[]} cells
 */

/** @type {MatrixData} */
const data = JSON.parse(getElement("#data", HTMLScriptElement).textContent ?? "");

const organizations = data.organizations.map((organization) => ({
  ...organization,
  searchText: organization.name.toLowerCase(),
}));

/** @type {readonly Person[]} */
const people = data.people.map(({ email, cells }) => {
  /** @type {(Cell | undefined)[]} */
  const row = organizations.map(() => undefined);
  for (const cell of cells) row[cell[0]] = decodeCell(cell);
  return { email, searchText: email.toLowerCase(), cells: row };
});

/** @param {MatrixCell} cell @returns {Cell} */
function decodeCell([, before, after, kind, risks = [], notes = []]) {
  return {
    before: data.access[before],
    after: data.access[after],
    kind: kind === "" ? undefined : kind,
    risks: risks.flatMap((index) => data.risks[index] ?? []),
    notes,
  };
}

/** Returns the highest level of a cell's risks; empty for none. @param {Cell} cell */
function getLevel({ risks }) {
  return ["high", "medium", "low"].find((level) => risks.some((risk) => risk.level === level)) ?? "";
}
