/** @typedef {import("../../model/state").Role} Role */
/** @typedef {ReturnType<typeof import("../../control/overview").readOverview>} Overview */
/** @typedef {Overview["organizations"][number]} Organization */
/** @typedef {import("../../traffic/requestLog").LoggedRequest} LoggedRequest */
/** @typedef {string | Node} Content */

/** Creates an element. Strings become text, never HTML. `key` identifies the element among its siblings when the page is
 * rendered again; `isDraft` keeps the user's input.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ key?: string, label?: string, isDraft?: boolean } & Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {readonly (Content | readonly Content[])[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function createElement(tag, { key, label, isDraft, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  if (key !== undefined) element.dataset.key = key;
  if (label !== undefined) element.ariaLabel = label;
  if (isDraft === true) element.dataset.draft = "";
  element.append(...children.flat());
  return element;
}

/** @param {string} text */
const createQuietText = (text) => createElement("span", { className: "quiet" }, text);

/** @param {string} name @param {(event: MouseEvent) => unknown} onclick @param {{ label?: string, className?: string, disabled?: boolean }} more */
const createButton = (name, onclick, more = {}) => createElement("button", { type: "button", onclick, ...more }, name);

/** Creates a button that asks for confirmation.
 * @param {string} name @param {string} question @param {() => unknown} run @param {string} label
 */
const createConfirmButton = (name, question, run, label, className = "danger") =>
  createButton(name, () => confirm(question) && run(), { className, label });

/** @param {string} name @param {boolean} checked @param {(checked: boolean) => unknown} change @param {string} label */
function createCheckbox(name, checked, change, label) {
  /** @param {Event} event */
  const onchange = ({ currentTarget: box }) => box instanceof HTMLInputElement && change(box.checked);
  const box = createElement("input", { type: "checkbox", checked, onchange, label });
  return createElement("label", { className: "check" }, box, name);
}

/** @param {string} label @param {readonly string[]} values @param {string | undefined} value @param {Partial<HTMLSelectElement> & { key?: string, isDraft?: boolean }} more */
function createSelect(label, values, value, more) {
  const options = values.map((text) =>
    createElement("option", { key: text, value: text, defaultSelected: text === value }, text),
  );
  const select = createElement("select", { label, ...more }, options);
  if (value !== undefined) select.value = value;
  return select;
}

/** Creates a form in one line. Empties it after `send` has succeeded.
 * @param {string} label @param {string} verb @param {readonly HTMLElement[]} fields
 * @param {(values: Readonly<Record<string, string>>) => Promise<boolean>} send
 * @param {readonly Content[]} more
 */
function createForm(label, verb, fields, send, more = []) {
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    if (await send(values)) form.reset();
  };
  return createElement(
    "form",
    { className: "row", label, onsubmit },
    ...fields,
    createElement("button", {}, verb),
    ...more,
  );
}

/** @param {string} name @param {string} label @param {Partial<HTMLInputElement>} more */
function createField(name, label, more = {}) {
  return createElement("input", {
    name,
    label,
    placeholder: label,
    isDraft: true,
    autocomplete: "off",
    required: true,
    ...more,
  });
}

/** Creates a short text whose full form appears on hover and can be copied. @param {string} text */
function createCopyable(text) {
  /** @param {MouseEvent} event */
  const copy = async ({ currentTarget: button }) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers allow the clipboard only on localhost and over HTTPS.
      showMessage(text);
      return;
    }
    getContainer("status").textContent = `Copied ${text}`;
    if (!(button instanceof HTMLElement)) return;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };
  return createElement(
    "span",
    { className: "copyable" },
    createElement("code", { title: text }, ...allowBreaks(shortenIds(text), /(?<=[/?&])/)),
    createButton("Copy", copy, { className: "plain", label: `Copy ${text}` }),
  );
}

/** Replaces the middle of every UUID by an ellipsis. @param {string} text */
const shortenIds = (text) =>
  text.replace(/([0-9a-f]{4})[0-9a-f]{4}(?:-[0-9a-f]{4}){3}-[0-9a-f]{8}([0-9a-f]{4})/g, `$1${ellipsis}$2`);

/** Between word joiners, so that no line breaks there. */
const ellipsis = "\u2060…\u2060";

/** Allows line breaks where a pattern matches. @param {string} text @param {RegExp} pattern @returns {readonly Content[]} */
const allowBreaks = (text, pattern) => text.split(pattern).flatMap((part) => [part, createElement("wbr")]);

/** @param {string} email */
const createAddress = (email) => createElement("b", {}, ...allowBreaks(email, /(?<=[@.])/));

/** Formats an ISO 8601 time. @param {string | null} text */
const formatTime = (text) => (text === null ? "never" : text.slice(0, 16).replace("T", " "));

/** Formats a count with a no-break space. @param {number} count @param {string} singular @param {string} plural */
const formatCount = (count, singular, plural) => `${count}\u00a0${count === 1 ? singular : plural}`;

/** @param {string} id */
function getContainer(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}.`);
  return element;
}

/** Replaces the contents of an element. Reuses equal elements, so that focus and drafts survive. Keeps problems at the end.
 * @param {Element} parent @param {readonly Content[]} desired
 */
function renderInto(parent, desired) {
  const old = [...parent.childNodes].filter((node) => !(node instanceof Element && node.matches(".problem")));
  const nodes = desired.map((content) => {
    const node = typeof content === "string" ? document.createTextNode(content) : content;
    const index = old.findIndex((candidate) => isSame(candidate, node));
    const [same] = index === -1 ? [] : old.splice(index, 1);
    return same === undefined ? node : patchNode(same, node);
  });
  for (const node of old) node.remove();
  nodes.forEach((node, index) => {
    const present = parent.childNodes[index];
    if (present !== node) parent.insertBefore(node, present ?? null);
  });
}

/** @param {Node} a @param {Node} b */
function isSame(a, b) {
  if (a.nodeName !== b.nodeName) return false;
  return !(a instanceof HTMLElement && b instanceof HTMLElement) || a.dataset.key === b.dataset.key;
}

/** Copies attributes, handlers and children. Handlers must read the element from the event.
 * @param {ChildNode} old @param {Node} desired
 */
function patchNode(old, desired) {
  if (!(old instanceof HTMLElement && desired instanceof HTMLElement)) {
    if (old.textContent !== desired.textContent) old.textContent = desired.textContent;
    return old;
  }
  for (const { name } of [...old.attributes]) {
    if (!desired.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of desired.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  Object.assign(old, { onclick: desired.onclick, onchange: desired.onchange, onsubmit: desired.onsubmit });
  // Read first, because the element can give away the chosen option.
  const choice = desired instanceof HTMLSelectElement ? desired.value : undefined;
  renderInto(old, [...desired.childNodes]);
  const isDraft = "draft" in old.dataset;
  if (old instanceof HTMLInputElement && desired instanceof HTMLInputElement) old.checked = desired.checked;
  if (old instanceof HTMLSelectElement && choice !== undefined && !isDraft) old.value = choice;
  return old;
}
