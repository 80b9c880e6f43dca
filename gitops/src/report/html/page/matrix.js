/** @param {MatrixPlace | undefined} place */
function inWords(place) {
  if (place === undefined) return "no access";
  return place.besides === "" ? place.role : `${place.role}, ${place.besides}`;
}

/** Creates a cell of the matrix. @param {Cell | undefined} cell */
function drawnCell(cell) {
  if (cell === undefined) return element("td", { class: "nobody", tabindex: "-1" }, "–");
  const { before, after, kind, notes } = cell;
  const place = after ?? before;
  const mark = notes.length > 0 ? [" ", icon("note"), spoken(" (there is a note)")] : [];
  if (kind === undefined) {
    const besides = place === undefined || place.besides === "" ? [] : [element("small", {}, place.besides)];
    return element("td", { tabindex: "-1" }, place?.role ?? "–", ...mark, ...besides);
  }
  const level = levelOf(cell);
  return element(
    "td",
    { class: `tinted ${level} ${kind}`, tabindex: "-1" },
    ...levelSign(level),
    icon(kind),
    spoken(`${data.kinds[kind]}:`),
    " ",
    element("span", { class: "is" }, place?.role ?? ""),
    ...mark,
    element("small", {}, told(cell)),
  );
}

/** @param {string} level */
function levelSign(level) {
  if (level === "") return [];
  const sign = icon(level);
  sign.classList.add("level");
  return [sign, spoken(`${level} risk,`)];
}

/** Returns the text below the role of a change. @param {Cell} cell */
function told({ before, after, kind }) {
  const besides = after === undefined ? "" : after.besides;
  const was = before === undefined ? "new" : kind === "removed" ? "removed" : `was ${inWords(before)}`;
  return [besides, was].filter(Boolean).join(" · ");
}

/** The rows that are drawn at once. Others follow when the reader scrolls near them, so that thousands of rows need no wait. */
const portion = 60;

const scroller = the("#scroller", HTMLElement);
const head = the("#grid thead", HTMLTableSectionElement);
const body = the("#grid tbody", HTMLTableSectionElement);

/** The rows and columns that pass the filter. @type {{ rows: readonly Person[], columns: readonly number[] }} */
let view = { rows: [], columns: [] };

/** The range of drawn rows. */
let drawn = { from: 0, to: 0 };

/** Draws the matrix for the current filter. */
function drawMatrix() {
  view = shown(filter());
  const { rows, columns } = view;
  const grid = the("#grid", HTMLTableElement);
  grid.setAttribute("aria-rowcount", String(rows.length + 1));
  grid.setAttribute("aria-colcount", String(columns.length + 1));
  head.replaceChildren(element("tr", { "aria-rowindex": "1" }, headOf("Person"), ...columns.map(organizationHead)));
  drawFrom(0);
  scroller.scrollTop = 0;
  scroller.hidden = rows.length === 0;
  the("#nothing", HTMLElement).hidden = rows.length > 0;
  markEdge();
  the("#shown", HTMLElement).textContent =
    `${rows.length.toLocaleString("en")} of ${people.length.toLocaleString("en")} people, ` +
    `${columns.length} of ${organizations.length} organizations`;
}

/** Shows that the matrix scrolls sideways, and marks its right edge if there is more. */
function markEdge() {
  const { scrollLeft, clientWidth, scrollWidth } = scroller;
  the("#sideways", HTMLElement).hidden = scrollWidth <= clientWidth;
  the("#edge", HTMLElement).classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 1);
}

/** @param {string} text */
function headOf(text) {
  return element("th", { scope: "col", tabindex: "-1" }, text);
}

/** @param {number} column */
function organizationHead(column) {
  const { name = "", change = "", hint = "" } = organizations[column] ?? {};
  const made = headOf("");
  made.append(element("bdi", {}, name));
  if (change !== "") made.append(element("small", {}, icon(change), ` ${change}`));
  if (hint !== "") made.append(element("small", {}, hint));
  return made;
}

/** @param {number} from @param {number} to */
function lines(from, to) {
  return view.rows
    .slice(from, to)
    .map(({ email, cells }, index) =>
      element(
        "tr",
        { "aria-rowindex": String(from + index + 2) },
        element("th", { scope: "row", tabindex: "-1" }, address(email)),
        ...view.columns.map((column) => drawnCell(cells[column])),
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
  body.append(...lines(drawn.to, to));
  drawn.to = to;
}

/** Keeps the visible rows in their position. */
function drawBefore(number = portion) {
  const from = Math.max(drawn.from - number, 0);
  const height = scroller.scrollHeight;
  body.prepend(...lines(from, drawn.from));
  drawn.from = from;
  scroller.scrollTop += scroller.scrollHeight - height;
}

/** Draws a row, without all rows before it if it is far away. @param {number} row */
function reach(row) {
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
