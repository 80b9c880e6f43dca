/** Makes a place show other things. What is the same stays the same element: nobody loses focus, drafts or an open list.
 * @param {Element} parent @param {readonly Content[]} wanted
 */
function show(parent, wanted) {
  const old = [...parent.childNodes];
  const kept = wanted.map((content) => {
    const node = typeof content === "string" ? document.createTextNode(content) : content;
    const index = old.findIndex((one) => isSame(one, node));
    const [same] = index === -1 ? [] : old.splice(index, 1);
    return same === undefined ? node : patched(same, node);
  });
  for (const node of old) node.remove();
  kept.forEach((node, index) => {
    const there = parent.childNodes[index];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}

/** @param {Node} a @param {Node} b */
function isSame(a, b) {
  if (a.nodeName !== b.nodeName) return false;
  return !(a instanceof HTMLElement && b instanceof HTMLElement) || a.dataset.key === b.dataset.key;
}

/** Handlers are those of the element that is wanted: they ask the event for the element that is there.
 * @param {ChildNode} old @param {Node} wanted */
function patched(old, wanted) {
  if (!(old instanceof HTMLElement && wanted instanceof HTMLElement)) {
    if (old.textContent !== wanted.textContent) old.textContent = wanted.textContent;
    return old;
  }
  for (const { name } of [...old.attributes])
    if (!wanted.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of wanted.attributes) {
    if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  Object.assign(old, { onclick: wanted.onclick, onchange: wanted.onchange, onsubmit: wanted.onsubmit });
  show(old, [...wanted.childNodes]);
  const isDraft = "draft" in old.dataset;
  if (old instanceof HTMLInputElement && wanted instanceof HTMLInputElement) old.checked = wanted.checked;
  if (old instanceof HTMLSelectElement && wanted instanceof HTMLSelectElement && !isDraft) old.value = wanted.value;
  return old;
}
