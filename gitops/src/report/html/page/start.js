/** Draws the matrix, and lets the Tab key come to its first change. */
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
