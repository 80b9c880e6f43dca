/** @param {MatrixPlace | undefined} place */
function inWords(place) {
  if (place === undefined) return "no access";
  return place.besides === "" ? place.role : `${place.role}, ${place.besides}`;
}

/** A place of the matrix. @param {Cell | undefined} cell */
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

/** What stands below the role of a change. @param {Cell} cell */
function told({ before, after, kind }) {
  const besides = after === undefined ? "" : after.besides;
  const was = before === undefined ? "new" : kind === "removed" ? "removed" : `was ${inWords(before)}`;
  return [besides, was].filter(Boolean).join(" · ");
}
