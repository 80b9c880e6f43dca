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
/** @typedef {import("./matrixData").MatrixObject} MatrixObject */
/** @typedef {import("./matrixData").MatrixReach} MatrixReach */
/** @typedef {"before" | "after"} Side */

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
 * @property {number} row
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
const people = data.people.map(({ email, cells }, row) => {
  /** @type {(Cell | undefined)[]} */
  const own = organizations.map(() => undefined);
  for (const cell of cells) own[cell[0]] = decodeCell(cell);
  return { row, email, searchText: email.toLowerCase(), cells: own };
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

/**
 * A project or a cohort. The lists have a 1 for each person with access, by row.
 * @typedef {object} ObjectDetails
 * @property {string} place the name of the organization
 * @property {string} searchText
 * @property {Readonly<Record<Side, Uint8Array>>} reached
 * @property {boolean} isChanged
 */

/** @type {readonly (MatrixObject & ObjectDetails)[]} */
const objects = data.objects.map((object) => {
  const place = organizations[object.organization]?.name ?? "";
  const reached = { before: listReached(object.before), after: listReached(object.after) };
  return {
    ...object,
    place,
    searchText: `${place} ${object.path}`.toLowerCase(),
    reached,
    isChanged:
      object.change !== "" ||
      object.before?.isComplete !== object.after?.isComplete ||
      reached.before.some((value, row) => value !== reached.after[row]),
  };
});

/** @param {MatrixReach | null} reach */
function listReached(reach) {
  const reached = new Uint8Array(people.length);
  for (const [, set] of reach?.reasons ?? []) for (const row of data.sets[set] ?? []) reached[row] = 1;
  return reached;
}

/** The people with access to an object of each organization, who can be members that no stack declares. */
const withObjects = organizations.map((_, organization) => {
  const found = { before: new Uint8Array(people.length), after: new Uint8Array(people.length) };
  for (const side of /** @type {const} */ (["before", "after"]))
    for (const object of objects)
      if (object.organization === organization)
        object.reached[side].forEach((value, row) => (found[side][row] ||= value));
  return found;
});

/**
 * A column of the matrix: an organization or, with an object, a project or a cohort.
 * @typedef {object} Column
 * @property {number} organization
 * @property {(typeof objects)[number] | undefined} object
 * @property {string} searchText
 */

/** All columns: each organization, and then its objects. @type {readonly Column[]} */
const columns = organizations.flatMap(({ searchText }, organization) => [
  { organization, object: undefined, searchText },
  ...objects
    .filter((object) => object.organization === organization)
    .map((object) => ({ organization, object, searchText: object.searchText })),
]);

/** @type {MatrixAccess} */
const access = { role: "access", filters: [], status: "", words: "access" };
/** @type {MatrixAccess} */
const noKnownAccess = { role: "?", filters: [], status: "", words: data.noKnownAccess };

/** Returns the access of a person to an object. @param {Person} person @param {(typeof objects)[number]} object @param {Side} side */
function findAccess({ row, cells }, object, side) {
  const { organization, reached, [side]: reach } = object;
  if (reached[side][row] === 1) return access;
  const role = cells[organization]?.[side];
  const isInside = role !== undefined || withObjects[organization]?.[side][row] === 1;
  // A person whose role the review does not know may be an admin.
  const mayReach = isInside && (reach?.isComplete === false || role?.isUnknown === true);
  return reach !== null && mayReach ? noKnownAccess : undefined;
}

/** Returns the cell of a person; undefined without access. @param {Person} person @param {Column} column @returns {Cell | undefined} */
function findCell(person, { organization, object }) {
  if (object === undefined) return person.cells[organization];
  const [before, after] = [findAccess(person, object, "before"), findAccess(person, object, "after")];
  if (before === undefined && after === undefined) return undefined;
  return { before, after, kind: getObjectKind(before, after), risks: [], notes: [] };
}

/** @param {MatrixAccess | undefined} before @param {MatrixAccess | undefined} after @returns {MatrixKind | undefined} */
function getObjectKind(before, after) {
  if ((before === access) === (after === access)) return undefined;
  if (after === access) return "added";
  return after === undefined ? "removed" : "changed";
}

/** Returns the reasons for which a person has access to an object. @param {Person} person @param {MatrixReach | null} reach */
function listReasons({ row }, reach) {
  return (reach?.reasons ?? []).flatMap(([reason, set]) =>
    data.sets[set]?.includes(row) === true ? [data.reasons[reason] ?? ""] : [],
  );
}
