/** @param {MatrixAccess | undefined} access */
function describeAccess(access) {
  return access?.words ?? data.noAccess;
}

/** Creates a cell of the matrix. @param {Person} person @param {Column} column */
function createCell(person, column) {
  const cell = findCell(person, column);
  if (cell === undefined) return createElement("td", { class: "nobody", tabindex: "-1" }, "–");
  const { before, after, kind, notes } = cell;
  const access = after ?? before;
  const mark = notes.length > 0 ? [" ", createIcon("note"), createHiddenText(" (there is a note)")] : [];
  if (kind === undefined) {
    const status = access === undefined || access.status === "" ? [] : [createElement("small", {}, access.status)];
    const attributes = access === noKnownAccess ? { class: "nobody", tabindex: "-1" } : { tabindex: "-1" };
    return createElement("td", attributes, access?.role ?? "–", ...mark, ...status);
  }
  const level = getLevel(cell);
  return createElement(
    "td",
    { class: `tinted ${level} ${kind}`, tabindex: "-1" },
    ...createLevelSign(level),
    createIcon(kind),
    createHiddenText(`${data.kinds[kind]}:`),
    " ",
    createElement("span", { class: "is" }, access?.role ?? ""),
    ...mark,
    createElement("small", {}, describeCourse(cell)),
  );
}

/** @param {string} level */
function createLevelSign(level) {
  if (level === "") return [];
  const sign = createIcon(level);
  sign.classList.add("level");
  return [sign, createHiddenText(`${level} risk,`)];
}

/** Returns the text below the role of a change. @param {Cell} cell */
function describeCourse({ before, after, kind }) {
  const status = after === undefined ? "" : after.status;
  const was = before === undefined ? "new" : kind === "removed" ? "removed" : `was ${describeAccess(before)}`;
  return [status, was].filter(Boolean).join(" · ");
}

/** The rows that are drawn at once. Others follow when the reader scrolls near them, so that thousands of rows need no wait. */
const portion = 60;

const scroller = getElement("#scroller", HTMLElement);
const head = getElement("#grid thead", HTMLTableSectionElement);
const body = getElement("#grid tbody", HTMLTableSectionElement);

/** The rows and columns that pass the filter. @type {{ rows: readonly Person[], columns: readonly Column[] }} */
let view = { rows: [], columns: [] };

/** The range of drawn rows. */
let drawn = { from: 0, to: 0 };

/** Draws the matrix for the current filter. */
function drawMatrix() {
  view = applyFilter(readFilter());
  const { rows, columns } = view;
  const grid = getElement("#grid", HTMLTableElement);
  grid.setAttribute("aria-rowcount", String(rows.length + 1));
  grid.setAttribute("aria-colcount", String(columns.length + 1));
  head.replaceChildren(
    createElement("tr", { "aria-rowindex": "1" }, createHead("Person"), ...columns.map(createColumnHead)),
  );
  drawFrom(0);
  scroller.scrollTop = 0;
  scroller.hidden = rows.length === 0;
  getElement("#nothing", HTMLElement).hidden = rows.length > 0;
  markEdge();
  const shown = columns.filter(({ object }) => object !== undefined).length;
  getElement("#shown", HTMLElement).textContent = [
    describeShare(rows.length, people.length, "people"),
    describeShare(columns.length - shown, organizations.length, "organizations"),
    ...(objects.length === 0 ? [] : [describeShare(shown, objects.length, "projects and cohorts")]),
  ].join(", ");
}

/** @param {number} count @param {number} all @param {string} things */
function describeShare(count, all, things) {
  return `${count.toLocaleString("en")} of ${all.toLocaleString("en")} ${things}`;
}

/** Shows that the matrix scrolls sideways, and marks its right edge if there is more. */
function markEdge() {
  const { scrollLeft, clientWidth, scrollWidth } = scroller;
  getElement("#sideways", HTMLElement).hidden = scrollWidth <= clientWidth;
  getElement("#edge", HTMLElement).classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 1);
}

/** @param {string} text */
function createHead(text) {
  return createElement("th", { scope: "col", tabindex: "-1" }, text);
}

/** @param {Column} column */
function createColumnHead({ organization, object }) {
  const { name = "", change = "", hint = "" } = organizations[organization] ?? {};
  const created = createHead("");
  created.append(createElement("bdi", {}, object?.path ?? name));
  if (object !== undefined) {
    created.classList.add("object");
    created.append(createElement("small", {}, `${object.kind} in `, createElement("bdi", {}, name)));
  }
  for (const part of createHints(object ?? { change, hint })) created.append(createElement("small", {}, ...part));
  return created;
}

/** @param {{ change: string, hint: string }} about @returns {(string | Node)[][]} */
function createHints({ change, hint }) {
  return [...(change === "" ? [] : [[createIcon(change), ` ${change}`]]), ...(hint === "" ? [] : [[hint]])];
}

/** @param {number} from @param {number} to */
function createRows(from, to) {
  return view.rows
    .slice(from, to)
    .map((person, index) =>
      createElement(
        "tr",
        { "aria-rowindex": String(from + index + 2) },
        createElement("th", { scope: "row", tabindex: "-1" }, createAddress(person.email)),
        ...view.columns.map((column) => createCell(person, column)),
      ),
    );
}

/** Draws the matrix from this row. @param {number} row */
function drawFrom(row) {
  body.replaceChildren();
  drawn = { from: row, to: row };
  drawAfter();
}

function drawAfter(number = portion) {
  const to = Math.min(drawn.to + number, view.rows.length);
  body.append(...createRows(drawn.to, to));
  drawn.to = to;
}

/** Keeps the visible rows in their position. */
function drawBefore(number = portion) {
  const from = Math.max(drawn.from - number, 0);
  const height = scroller.scrollHeight;
  body.prepend(...createRows(from, drawn.from));
  drawn.from = from;
  scroller.scrollTop += scroller.scrollHeight - height;
}

/** Draws a row, without all rows before it if it is far away. @param {number} row */
function drawRow(row) {
  if (row < drawn.from - portion || row >= drawn.to + portion) drawFrom(Math.max(0, row - portion / 2));
  while (row < drawn.from) drawBefore();
  while (row >= drawn.to && drawn.to < view.rows.length) drawAfter();
}

scroller.addEventListener("scroll", () => {
  markEdge();
  const { scrollTop, clientHeight, scrollHeight } = scroller;
  if (scrollTop + 2 * clientHeight > scrollHeight) drawAfter();
  else if (scrollTop < clientHeight && drawn.from > 0) drawBefore();
});
addEventListener("resize", markEdge);
addEventListener("beforeprint", () => {
  drawBefore(Infinity);
  drawAfter(Infinity);
});
