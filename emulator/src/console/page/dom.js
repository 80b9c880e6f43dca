/** @typedef {import("../../model/state").Role} Role */
/** @typedef {ReturnType<typeof import("../../control/overview").readOverview>} Overview */
/** @typedef {Overview["organizations"][number]} Organization */
/** @typedef {import("../../traffic/requestLog").LoggedRequest} LoggedRequest */
/** @typedef {string | Node} Content */

/** A new element. Texts in it are never read as HTML; a `key` names it among its siblings when the page is drawn anew.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ key?: string, label?: string, draft?: boolean } & Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {readonly (Content | readonly Content[])[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function element(tag, { key, label, draft, ...properties } = {}, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  if (key !== undefined) made.dataset.key = key;
  if (label !== undefined) made.ariaLabel = label;
  // What somebody is writing there is theirs.
  if (draft === true) made.dataset.draft = "";
  made.append(...children.flat());
  return made;
}

/** @param {string} text */
const quiet = (text) => element("span", { className: "quiet" }, text);

/** @param {string} name @param {() => unknown} onclick @param {{ label?: string, className?: string, disabled?: boolean }} more */
const button = (name, onclick, more = {}) => element("button", { type: "button", onclick, ...more }, name);

/** A button that asks first. @param {string} name @param {string} question @param {() => unknown} act @param {string} label */
const removal = (name, question, act, label, className = "danger") =>
  button(name, () => confirm(question) && act(), { className, label });

/** @param {string} name @param {boolean} checked @param {(checked: boolean) => unknown} change @param {string} label */
function checkbox(name, checked, change, label = name) {
  /** @param {Event} event */
  const onchange = ({ currentTarget: box }) => box instanceof HTMLInputElement && change(box.checked);
  const box = element("input", { type: "checkbox", checked, onchange, label });
  return element("label", { className: "check" }, box, name);
}

/** A form in a line: its fields are read when it is sent, and emptied when that was right.
 * @param {string} label @param {string} verb @param {readonly HTMLElement[]} fields
 * @param {(values: Readonly<Record<string, string>>) => Promise<boolean>} send
 * @param {readonly Content[]} besides
 */
function line(label, verb, fields, send, besides = []) {
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    if (await send(values)) form.reset();
  };
  return element("form", { className: "row", label, onsubmit }, ...fields, element("button", {}, verb), ...besides);
}

/** @param {string} name @param {string} label @param {Partial<HTMLInputElement>} more */
function field(name, label, more = {}) {
  return element("input", {
    name,
    label,
    placeholder: label,
    draft: true,
    autocomplete: "off",
    required: true,
    ...more,
  });
}

/** An ISO 8601 moment as people read it. @param {string | null} text */
const moment = (text) => (text === null ? "never" : text.slice(0, 16).replace("T", " "));

/** @param {number} number @param {string} one @param {string} more */
const counted = (number, one, more) => `${number} ${number === 1 ? one : more}`;

/** @param {string} id */
function place(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}.`);
  return found;
}
