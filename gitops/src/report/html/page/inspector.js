const inspector = the("#inspector", HTMLElement);

/** Shows all details of the selected cell. @param {number} row @param {number} column among the shown ones; -1 is a head */
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

/** The rows of a page. */
const page = 10;

/** The cell that the Tab key reaches; row and column 0 are the heads. */
let current = { row: 0, column: 0 };

/** @param {number} row @param {number} column @returns {HTMLElement | undefined} */
function cellAt(row, column) {
  const line = row === 0 ? head.rows[0] : body.rows[row - 1 - drawn.from];
  return line?.cells[column];
}

/** Lets the Tab key reach this cell. @param {number} row @param {number} column */
function settle(row, column) {
  cellAt(current.row, current.column)?.setAttribute("tabindex", "-1");
  current = { row, column };
  cellAt(row, column)?.setAttribute("tabindex", "0");
}

/** @param {number} row @param {number} column */
function go(row, column) {
  const to = { row: clamp(row, view.rows.length), column: clamp(column, view.columns.length) };
  if (to.row > 0) reach(to.row - 1);
  settle(to.row, to.column);
  cellAt(to.row, to.column)?.focus();
}

/** @param {number} value @param {number} most */
function clamp(value, most) {
  return Math.max(0, Math.min(value, most));
}

/** The movement of each key. @type {Readonly<Record<string, (row: number, column: number, far: boolean) => [number, number]>>} */
const keys = {
  ArrowUp: (row, column) => [row - 1, column],
  ArrowDown: (row, column) => [row + 1, column],
  ArrowLeft: (row, column) => [row, column - 1],
  ArrowRight: (row, column) => [row, column + 1],
  PageUp: (row, column) => [row - page, column],
  PageDown: (row, column) => [row + page, column],
  Home: (row, _, far) => [far ? 0 : row, 0],
  End: (row, _, far) => [far ? Infinity : row, Infinity],
};

scroller.addEventListener("keydown", (event) => {
  const move = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (move === undefined || event.altKey || event.metaKey) return;
  event.preventDefault();
  go(...move(current.row, current.column, event.ctrlKey));
});

scroller.addEventListener("focusin", ({ target }) => {
  const cell = target instanceof Element ? target.closest("td, th") : null;
  const line = cell?.parentElement;
  if (!(cell instanceof HTMLTableCellElement) || !(line instanceof HTMLTableRowElement)) return;
  const row = Number(line.getAttribute("aria-rowindex")) - 1;
  settle(row, cell.cellIndex);
  inspect(row - 1, cell.cellIndex - 1);
});

/** Draws the matrix, and lets the Tab key reach its first change. */
function showMatrix() {
  drawMatrix();
  inspector.replaceChildren();
  const first = view.rows[0];
  const column = view.columns.findIndex((index) => first?.cells[index]?.kind !== undefined);
  settle(first === undefined ? 0 : 1, column + 1);
}

function drawLegend() {
  const signs = Object.entries(data.kinds).map(([kind, words]) => element("li", {}, icon(kind), ` ${words}`));
  const levels = ["high", "medium", "low"].map((level) =>
    element("li", { class: `risk ${level}` }, icon(level), ` ${level} risk`),
  );
  the("#legend ul", HTMLElement).append(
    ...signs,
    element("li", {}, icon("note"), " there is a note"),
    element("li", {}, "– no access"),
    ...levels,
  );
}

prepareFilter();
drawLegend();
showMatrix();
controls.addEventListener("input", showMatrix);
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("reset", (event) => {
  event.preventDefault();
  for (const control of controls.querySelectorAll("input, select")) {
    if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = false;
    else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) control.value = "";
  }
  showMatrix();
});
the("#static", HTMLElement).hidden = true;
the("#explorer", HTMLElement).hidden = false;
markEdge();
