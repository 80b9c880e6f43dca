const inspector = getElement("#inspector", HTMLElement);

/** Shows all details of the selected cell. @param {number} row @param {number} index the column among the shown ones; -1 is a head */
function inspect(row, index) {
  const person = view.rows[row];
  const column = view.columns[index];
  const columnName = column === undefined ? [] : createColumnName(column);
  const personName = person === undefined ? [] : [createName(person.email)];
  if (person === undefined || column === undefined) {
    const { change = "", hint = "" } = column?.object ?? organizations[column?.organization ?? -1] ?? {};
    const words = [change, hint].filter(Boolean).join(", ");
    inspector.replaceChildren(createElement("p", {}, ...personName, ...columnName, words === "" ? "" : `: ${words}`));
    return;
  }
  const cell = findCell(person, column);
  const { object } = column;
  const separator = object === undefined ? " in " : ", ";
  inspector.replaceChildren(
    createElement("p", {}, ...personName, separator, ...columnName, ": ", ...createCourse(cell)),
    ...(object === undefined ? [] : createReasons(person, object)),
    ...createDetails(cell),
  );
}

/** @param {string} name */
function createName(name) {
  return createElement("b", {}, createElement("bdi", {}, name));
}

/** @param {Column} column @returns {(string | Node)[]} */
function createColumnName({ organization, object }) {
  const name = createName(organizations[organization]?.name ?? "");
  return object === undefined ? [name] : [`${object.kind} `, createName(object.path), " in ", name];
}

/** Tells why a person has access to an object, and the role of the person. @param {Person} person @param {(typeof objects)[number]} object */
function createReasons(person, object) {
  const [before = "", after = ""] = [object.before, object.after].map((reach) => listReasons(person, reach).join(", "));
  const lines = Object.entries(before === after ? { Reason: after } : { Before: before, After: after });
  const role = createCourse(person.cells[object.organization]);
  return [
    ...lines.flatMap(([when, words]) => (words === "" ? [] : [[`${when}: ${words}`]])),
    ["In the organization: ", ...role],
  ].map((line) => createElement("p", { class: "quiet" }, ...line));
}

/** @param {Cell | undefined} cell @returns {(string | Node)[]} */
function createCourse(cell) {
  if (cell === undefined) return [data.noAccess];
  const { before, after, kind } = cell;
  if (describeAccess(before) === describeAccess(after))
    return [describeAccess(after), kind === undefined ? "" : " (other change)"];
  return [
    describeAccess(before),
    " ",
    createIcon("to"),
    createHiddenText("to"),
    " ",
    createElement("b", {}, describeAccess(after)),
  ];
}

/** @param {Cell | undefined} cell */
function createDetails(cell) {
  const risks = (cell?.risks ?? []).map(({ level, words }) =>
    createElement("li", { class: `risk ${level}` }, createIcon(level), createHiddenText(`${level} risk:`), ` ${words}`),
  );
  const notes = (cell?.notes ?? []).map((note) => createElement("p", { class: "quiet" }, note));
  return risks.length === 0
    ? notes
    : [createElement("ul", { class: "risks", "aria-label": "Risks" }, ...risks), ...notes];
}

/** The rows of a page. */
const page = 10;

/** The cell that the Tab key reaches; row and column 0 are the heads. */
let current = { row: 0, column: 0 };

/** @param {number} row @param {number} column @returns {HTMLElement | undefined} */
function getCell(row, column) {
  const line = row === 0 ? head.rows[0] : body.rows[row - 1 - drawn.from];
  return line?.cells[column];
}

/** Lets the Tab key reach this cell. @param {number} row @param {number} column */
function setTabStop(row, column) {
  getCell(current.row, current.column)?.setAttribute("tabindex", "-1");
  current = { row, column };
  getCell(row, column)?.setAttribute("tabindex", "0");
}

/** @param {number} row @param {number} column */
function moveTo(row, column) {
  const to = { row: clamp(row, view.rows.length), column: clamp(column, view.columns.length) };
  if (to.row > 0) drawRow(to.row - 1);
  setTabStop(to.row, to.column);
  getCell(to.row, to.column)?.focus();
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
  moveTo(...move(current.row, current.column, event.ctrlKey));
});

scroller.addEventListener("focusin", ({ target }) => {
  const cell = target instanceof Element ? target.closest("td, th") : null;
  const line = cell?.parentElement;
  if (!(cell instanceof HTMLTableCellElement) || !(line instanceof HTMLTableRowElement)) return;
  const row = Number(line.getAttribute("aria-rowindex")) - 1;
  setTabStop(row, cell.cellIndex);
  inspect(row - 1, cell.cellIndex - 1);
  uncover(cell);
});

/** Scrolls the page until the details do not cover a cell. @param {HTMLTableCellElement} cell */
function uncover(cell) {
  const covered = cell.getBoundingClientRect().bottom - inspector.getBoundingClientRect().top;
  if (covered > 0) scrollBy(0, Math.ceil(covered));
}

/** Draws the matrix, and lets the Tab key reach the first change of the first row, or the head of a row without one. */
function showMatrix() {
  drawMatrix();
  inspector.replaceChildren();
  const first = view.rows[0];
  const column = view.columns.findIndex((column) => first !== undefined && findCell(first, column)?.kind !== undefined);
  setTabStop(first === undefined ? 0 : 1, column + 1);
}

function drawLegend() {
  const signs = Object.entries(data.kinds).map(([kind, words]) =>
    createElement("li", {}, createIcon(kind), ` ${words}`),
  );
  const levels = ["high", "medium", "low"].map((level) =>
    createElement("li", { class: `risk ${level}` }, createIcon(level), ` ${level} risk`),
  );
  getElement("#legend ul", HTMLElement).append(
    ...signs,
    createElement("li", {}, createIcon("note"), " there is a note"),
    createElement("li", {}, `– ${data.noAccess}`),
    ...(objects.length === 0 ? [] : [createElement("li", {}, `? ${data.noKnownAccess}`)]),
    ...levels,
  );
}

prepareFilter();
drawLegend();
showMatrix();
filterForm.addEventListener("input", showMatrix);
filterForm.addEventListener("submit", (event) => event.preventDefault());
getElement("#filter [type=reset]", HTMLButtonElement).addEventListener("click", (event) => {
  event.preventDefault();
  filterForm.reset();
  showMatrix();
});
getElement("#static", HTMLElement).hidden = true;
getElement("#explorer", HTMLElement).hidden = false;
markEdge();
