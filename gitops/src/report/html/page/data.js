/** @typedef {import("./matrixData").MatrixData} MatrixData */
/** @typedef {import("./matrixData").MatrixCell} MatrixCell */
/** @typedef {import("./matrixData").MatrixPlace} MatrixPlace */
/** @typedef {import("./matrixData").MatrixRisk} MatrixRisk */
/** @typedef {import("./matrixData").MatrixKind} MatrixKind */

/** A place in the matrix, with everything that is known of it.
 * @typedef {object} Cell
 * @property {MatrixPlace | undefined} before
 * @property {MatrixPlace | undefined} after
 * @property {MatrixKind | undefined} kind undefined where nothing changes
 * @property {readonly MatrixRisk[]} risks
 * @property {readonly string[]} notes
 */

/** A line of the matrix. `cells` has a place for every organization.
 * @typedef {object} Person
 * @property {string} email
 * @property {string} sought the address as it is searched
 * @property {readonly (Cell | undefined)[]} cells
 */

/** @type {MatrixData} */
const data = JSON.parse(the("#data", HTMLScriptElement).textContent ?? "");

const organizations = data.organizations.map((organization) => ({
  ...organization,
  sought: organization.name.toLowerCase(),
}));

/** @type {readonly Person[]} */
const people = data.people.map(({ email, cells }) => {
  /** @type {(Cell | undefined)[]} */
  const row = organizations.map(() => undefined);
  for (const cell of cells) row[cell[0]] = decoded(cell);
  return { email, sought: email.toLowerCase(), cells: row };
});

/** @param {MatrixCell} cell @returns {Cell} */
function decoded([, before, after, kind, risks = [], notes = []]) {
  return {
    before: data.places[before],
    after: data.places[after],
    kind: kind === "" ? undefined : kind,
    risks: risks.flatMap((index) => data.risks[index] ?? []),
    notes,
  };
}

/** The highest level of a place's risks; empty for none. @param {Cell} cell */
function levelOf({ risks }) {
  return ["high", "medium", "low"].find((level) => risks.some((risk) => risk.level === level)) ?? "";
}
