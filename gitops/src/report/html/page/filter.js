/**
 * The filter of the matrix. Empty texts match everything.
 * @typedef {object} Filter
 * @property {readonly string[]} words each must be in the address or in the names of the column
 * @property {string} risk a level, or the words of a risk
 * @property {string} role a choice of the filter, before or after
 * @property {boolean} changed
 * @property {string} projects the chosen projects and cohorts: `none`, `changed`, or empty for all
 */

const filterForm = getElement("#filter", HTMLFormElement);

/** @returns {Filter} */
function readFilter() {
  const values = new FormData(filterForm);
  return {
    words: String(values.get("text")).toLowerCase().split(/\s+/).filter(Boolean),
    risk: String(values.get("risk")),
    role: String(values.get("role")),
    changed: values.has("changed"),
    projects: String(values.get("projects")),
  };
}

/** The projects and cohorts that are drawn at once. More would make the matrix slow. */
const mostObjects = 60;

/**
 * Returns the rows and the columns that pass a filter.
 * @param {Filter} criteria
 * @returns {{ rows: readonly Person[], columns: readonly Column[] }}
 */
function applyFilter(criteria) {
  const { words, projects } = criteria;
  const candidates = columns.filter(
    ({ object }) => object === undefined || projects === "" || (projects === "changed" && object.isChanged),
  );
  // The words that the name of each column does not contain. The person must contain them.
  const byName = candidates.map(({ searchText }) => words.filter((word) => !searchText.includes(word)));
  /** @type {Set<Column>} */
  const found = new Set();
  const rows = people.filter((person) => {
    const matching = candidates.filter(
      (_, index) => byName[index]?.every((word) => person.searchText.includes(word)) === true,
    );
    const isMatch = matching.some((column) => matchesFilter(person, column, criteria));
    if (isMatch) for (const column of matching) found.add(column);
    return isMatch;
  });
  let count = 0;
  const shown = candidates.filter((column) => {
    if (!found.has(column)) return false;
    if (column.object !== undefined) count += 1;
    return column.object === undefined || count <= mostObjects;
  });
  return { rows, columns: shown };
}

/** @param {Person} person @param {Column} column @param {Filter} criteria */
function matchesFilter(person, column, { risk, role, changed }) {
  // No cell of an object has a risk or a role.
  if (column.object !== undefined && (risk !== "" || role !== "")) return false;
  const cell = findCell(person, column);
  if (cell === undefined || (changed && cell.kind === undefined)) return false;
  if (risk !== "" && !cell.risks.some(({ level, words }) => level === risk || words === risk)) return false;
  return role === "" || [cell.before, cell.after].some((access) => access?.filters.includes(role));
}

/** The projects and cohorts that the matrix shows at first although none changes. */
const fewObjects = 12;

/** Fills in the choices of the filter, and starts with the changes if there are any. */
function prepareFilter() {
  const cells = people.flatMap(({ cells }) => cells.filter((cell) => cell !== undefined));
  const risks = new Set(cells.flatMap(({ risks }) => risks));
  const risk = getElement("#filter [name=risk]", HTMLSelectElement);
  for (const level of ["high", "medium", "low"]) {
    const classes = data.risks.filter((risk) => risk.level === level && risks.has(risk));
    if (classes.length === 0) continue;
    const options = classes.map(({ words }) => createElement("option", { value: words }, words));
    const any = createElement("option", { value: level }, `any ${level} risk`);
    risk.append(createElement("optgroup", { label: level }, any, ...options));
  }
  const roles = data.filters.filter((role) => data.access.some(({ filters }) => filters.includes(role)));
  getElement("#filter [name=role]", HTMLSelectElement).append(
    ...roles.map((role) => createElement("option", {}, role)),
  );
  const areChanged = objects.some(({ isChanged }) => isChanged);
  getElement("#filter [name=changed]", HTMLInputElement).checked =
    areChanged || cells.some(({ kind }) => kind !== undefined);
  if (objects.length === 0) return;
  getElement("#filter .projects", HTMLElement).hidden = false;
  getElement("#filter [name=projects]", HTMLSelectElement).value = areChanged
    ? "changed"
    : objects.length > fewObjects
      ? "none"
      : "";
  getElement("#searched", HTMLElement).textContent = "Person, organization or project";
}
