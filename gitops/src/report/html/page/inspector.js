const inspector = the("#inspector", HTMLElement);

/** Tells of the chosen place all there is. @param {number} row @param {number} column by what is shown; a head is -1 */
function inspect(row, column) {
  const person = view.rows[row];
  const organization = organizations[view.columns[column] ?? -1];
  const where = organization === undefined ? [] : [" in ", element("b", {}, element("bdi", {}, organization.name))];
  const who = person === undefined ? [] : [element("b", {}, element("bdi", {}, person.email))];
  const cell = person?.cells[view.columns[column] ?? -1];
  if (person === undefined || organization === undefined) {
    const hint = [organization?.change, organization?.hint].filter(Boolean).join(", ");
    inspector.replaceChildren(element("p", {}, ...who, ...where.slice(1), hint === "" ? "" : `: ${hint}`));
    return;
  }
  inspector.replaceChildren(element("p", {}, ...who, ...where, ": ", ...placesOf(cell)), ...besidesOf(cell));
}

/** @param {Cell | undefined} cell @returns {(string | Node)[]} */
function placesOf(cell) {
  if (cell === undefined) return ["no access"];
  const { before, after, kind } = cell;
  if (inWords(before) === inWords(after)) return [inWords(after), kind === undefined ? "" : " (changes, unclear how)"];
  return [inWords(before), " ", icon("to"), spoken("to"), " ", element("b", {}, inWords(after))];
}

/** @param {Cell | undefined} cell */
function besidesOf(cell) {
  const risks = (cell?.risks ?? []).map(({ level, words }) =>
    element("li", { class: `risk ${level}` }, icon(level), spoken(`${level} risk:`), ` ${words}`),
  );
  const notes = (cell?.notes ?? []).map((note) => element("p", { class: "quiet" }, note));
  return risks.length === 0 ? notes : [element("ul", { class: "risks", "aria-label": "Risks" }, ...risks), ...notes];
}
