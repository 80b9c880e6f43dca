/** The folds that are open and the lists that are complete, by key. The page remembers them until it is closed.
 * @type {Map<string, boolean>}
 */
const folds = new Map();

/** Reports whether a fold is open. Keeps the first state, so that a fold changes only when the user changes it.
 * @param {string} key @param {boolean} isOpenAtFirst
 */
function isOpen(key, isOpenAtFirst) {
  const state = folds.get(key) ?? isOpenAtFirst;
  folds.set(key, state);
  return state;
}

/** @param {string} key @param {boolean} isOpen */
function setOpen(key, isOpen) {
  folds.set(key, isOpen);
  rendered.delete("organizations");
  updateOrganizations();
}

/** Creates a heading that folds its contents. Renders the contents only while they are visible. `stateKey` identifies the
 * state, if the element has several.
 * @param {{ key: string, stateKey?: string, className: string, id?: string, isOpenAtFirst?: boolean }} fold
 * @param {readonly Content[]} heading @param {() => readonly Content[]} render
 */
function createFold({ key, stateKey = key, className, id, isOpenAtFirst = false }, heading, render) {
  const open = isOpen(stateKey, isOpenAtFirst);
  /** @param {MouseEvent} event */
  const onclick = (event) => {
    // The next rendering opens the fold.
    event.preventDefault();
    setOpen(stateKey, !open);
  };
  const summary = createElement("summary", { onclick, ...(id !== undefined && { id }) }, ...heading);
  return createElement("details", { key, className, open }, summary, ...(open ? render() : []));
}

/** The number of rows that a list shows at first. */
const firstRows = 50;

/** Renders a list, and a button that shows the rows that are not shown at first.
 * @template Item
 * @param {string} key @param {string} className @param {readonly Item[]} items @param {(item: Item) => Content} renderItem
 */
function renderRows(key, className, items, renderItem) {
  const isComplete = items.length <= firstRows || isOpen(`${key} complete`, false);
  const shown = isComplete ? items : items.slice(0, firstRows);
  return [
    createElement("ul", { className, key }, shown.map(renderItem)),
    ...(isComplete ? [] : [createButton(`Show all ${items.length}`, () => setOpen(`${key} complete`, true))]),
  ];
}
