/** How far a page is, in lines. */
const page = 10;

/** The place that the Tab key comes to; 0 is the head. */
let current = { row: 0, column: 0 };

/** @param {number} row @param {number} column @returns {HTMLElement | undefined} */
function cellAt(row, column) {
  const line = row === 0 ? head.rows[0] : body.rows[row - 1 - drawn.from];
  return line?.cells[column];
}

/** Makes a place the one that the Tab key comes to. @param {number} row @param {number} column */
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

/** Where each key goes. @type {Readonly<Record<string, (row: number, column: number, far: boolean) => [number, number]>>} */
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
