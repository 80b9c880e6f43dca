/**
 * The filter of the matrix. Empty texts match everything.
 * @typedef {object} Filter
 * @property {readonly string[]} words each must be in the address or in the organization's name
 * @property {string} risk a level, or the words of a risk
 * @property {string} role a choice of the filter, before or after
 * @property {boolean} changed
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
  };
}

/**
 * Returns the rows and the columns that pass a filter, by index.
 * @param {Filter} criteria
 */
function applyFilter(criteria) {
  const { words } = criteria;
  const byName = organizations.map(({ searchText }) => words.filter((word) => !searchText.includes(word)));
  // If the filter is about names only, people without access to these organizations stay.
  const all = criteria.risk === "" && criteria.role === "" && !criteria.changed;
  const columns = new Set();
  const rows = people.filter(({ searchText, cells }) => {
    const matching = byName.flatMap((missing, column) =>
      missing.every((word) => searchText.includes(word)) ? [column] : [],
    );
    const isMatch = matching.some((column) => {
      const cell = cells[column];
      return cell !== undefined && (all || matchesFilter(cell, criteria));
    });
    if (isMatch) for (const column of matching) columns.add(column);
    return isMatch;
  });
  return { rows, columns: organizations.flatMap((_, column) => (columns.has(column) ? [column] : [])) };
}

/** @param {Cell} cell @param {Filter} criteria */
function matchesFilter({ before, after, kind, risks }, { risk, role, changed }) {
  if (changed && kind === undefined) return false;
  if (risk !== "" && !risks.some(({ level, words }) => level === risk || words === risk)) return false;
  return role === "" || [before, after].some((access) => access?.filters.includes(role));
}

/** Fills in the choices of the filter, and starts with the changes if there are any. */
function prepareFilter() {
  const cells = people.flatMap(({ cells }) => cells.filter((cell) => cell !== undefined));
  const risks = new Set(cells.flatMap(({ risks }) => risks));
  const risk = getElement("#filter [name=risk]", HTMLSelectElement);
  for (const level of ["high", "medium", "low"]) {
    const classes = data.risks.filter((risk) => risk.level === level && risks.has(risk));
    if (classes.length === 0) continue;
    const options = classes.map(({ words }) => createElement("option", { value: words }, words));
    risk.append(
      createElement(
        "optgroup",
        { label: level },
        createElement("option", { value: level }, `any ${level} risk`),
        ...options,
      ),
    );
  }
  const roles = data.filters.filter((role) => data.access.some(({ filters }) => filters.includes(role)));
  getElement("#filter [name=role]", HTMLSelectElement).append(
    ...roles.map((role) => createElement("option", {}, role)),
  );
  getElement("#filter [name=changed]", HTMLInputElement).checked = cells.some(({ kind }) => kind !== undefined);
}
