/** A new element with texts and elements in it. Nothing here is ever read as HTML.
 * @param {string} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (string | Node)[]} children
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** One of the signs that the page draws, for those who see it. @param {string} name */
function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** An address, which may be broken before its domain. @param {string} email */
function address(email) {
  const at = email.lastIndexOf("@") + 1;
  return element("bdi", {}, email.slice(0, at), element("wbr"), email.slice(at));
}

/** A word for those who do not see the sign beside it. @param {string} text */
function spoken(text) {
  return element("span", { class: "hidden" }, text);
}

/** An element that the page is sure to have.
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function the(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
