/**
 * The filter of the matrix. Empty texts match everything.
 * @typedef {object} Filter
 * @property {readonly string[]} words each must be in the address or in the organization's name
 * @property {string} risk a level, or the words of a risk
 * @property {string} role one of the roles, before or after, or `owner`
 * @property {boolean} changed
 */

const controls = the("#filter", HTMLFormElement);

/** @returns {Filter} */
function filter() {
  const values = new FormData(controls);
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
function shown(criteria) {
  const { words } = criteria;
  const byName = organizations.map(({ sought }) => words.filter((word) => !sought.includes(word)));
  // If the filter is about names only, people without access to these organizations stay.
  const all = criteria.risk === "" && criteria.role === "" && !criteria.changed;
  const columns = new Set();
  const rows = people.filter(({ sought, cells }) => {
    const named = byName.flatMap((missing, column) => (missing.every((word) => sought.includes(word)) ? [column] : []));
    const fits = named.some((column) => {
      const cell = cells[column];
      return cell !== undefined && (all || fitsCell(cell, criteria));
    });
    if (fits) for (const column of named) columns.add(column);
    return fits;
  });
  return { rows, columns: organizations.flatMap((_, column) => (columns.has(column) ? [column] : [])) };
}

/** @param {Cell} cell @param {Filter} criteria */
function fitsCell({ before, after, kind, risks }, { risk, role, changed }) {
  if (changed && kind === undefined) return false;
  if (risk !== "" && !risks.some(({ level, words }) => level === risk || words === risk)) return false;
  return role === "" || [before, after].some((place) => place?.role === role || (role === "owner" && place?.owner));
}

/** Fills in the choices of the filter, and starts with the changes if there are any. */
function prepareFilter() {
  const cells = people.flatMap(({ cells }) => cells.filter((cell) => cell !== undefined));
  const risks = new Set(cells.flatMap(({ risks }) => risks));
  const risk = the("#filter [name=risk]", HTMLSelectElement);
  for (const level of ["high", "medium", "low"]) {
    const classes = data.risks.filter((one) => one.level === level && risks.has(one));
    if (classes.length === 0) continue;
    const options = classes.map(({ words }) => element("option", { value: words }, words));
    risk.append(
      element("optgroup", { label: level }, element("option", { value: level }, `any ${level} risk`), ...options),
    );
  }
  const roles = data.roles.filter((role) => data.places.some((place) => place.role === role));
  const owner = data.places.some((place) => place.owner) ? ["owner"] : [];
  the("#filter [name=role]", HTMLSelectElement).append(
    ...[...roles, ...owner].map((role) => element("option", {}, role)),
  );
  the("#filter [name=changed]", HTMLInputElement).checked = cells.some(({ kind }) => kind !== undefined);
}
