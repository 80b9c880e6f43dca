/** Calls the control plane. Rejects with its error message.
 * @param {"GET" | "POST" | "DELETE"} method @param {string} path @param {object} [body]
 */
async function callControl(method, path, body) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`/_emulator/${path}`, init);
  const text = await response.text();
  const result = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(result?.error ?? `The emulator responded with ${response.status}.`);
  return result;
}

/** The control that the user used last. @type {Element | null} */
let usedControl = null;

for (const type of ["click", "change", "submit"]) {
  /** @param {Event} event */
  const remember = ({ target }) => {
    if (target instanceof Element) usedControl = target;
  };
  document.addEventListener(type, remember, { capture: true });
}

/** Runs a command for the control in use, and refreshes the page. Shows an error beside the control. @returns true on success
 * @param {import("../../control/http").CommandName} command @param {object} [body]
 */
async function runCommand(command, body) {
  const place = usedControl?.closest("form, dd, .person, .delete, .footer") ?? null;
  let problem = "";
  showMessage("");
  for (const old of document.querySelectorAll(".problem")) old.remove();
  try {
    await callControl("POST", command, body ?? {});
  } catch (error) {
    problem = describeError(error);
  }
  // Renders everything again: the page still shows a choice that was rejected.
  rendered.clear();
  await refresh().catch(() => showMessage(disconnected));
  if (problem !== "") showProblem(place, problem);
  return problem === "";
}

/** Shows an error in a place, or at the top of the page if the place no longer exists.
 * @param {Element | null} place @param {string} text
 */
function showProblem(place, text) {
  if (place?.isConnected !== true) return showMessage(text);
  const problem = createElement("div", { className: "problem", role: "alert" }, createElement("p", {}, text));
  problem.append(createButton("Dismiss", () => problem.remove()));
  place.append(problem);
}

/** @param {string} text */
function showMessage(text) {
  const dismiss = createButton("Dismiss", () => showMessage(""));
  renderInto(getContainer("message"), text === "" ? [] : [createElement("p", {}, text), dismiss]);
}

/** Words an error for people. Unwraps the JSON of a rejected request. @param {unknown} error */
function describeError(error) {
  const text = error instanceof Error ? error.message : String(error);
  const [, request, body] = /^(.* was refused): (\{.*\})$/s.exec(text) ?? [];
  if (request === undefined || body === undefined) return text;
  return `${shortenIds(request)}: ${listReasons(JSON.parse(body)).join("; ")}`;
}

/** Lists the reasons in the error of either API.
 * @param {{ message: string, errors?: readonly Parameters<typeof describeCode>[0][] | Readonly<Record<string, readonly string[]>> }} body
 */
function listReasons({ message, errors }) {
  if (errors === undefined) return [message];
  if (errors instanceof Array) return errors.map(describeCode);
  return Object.entries(errors).map(([property, messages]) => `${property} ${messages}`);
}

/** @param {{ code: string, context: Readonly<Record<string, unknown>> }} error */
function describeCode({ code, context: { reason = code, ...context } }) {
  const details = Object.entries(context).map(([name, value]) => `${name}: ${String(value)}`);
  return details.length === 0 ? String(reason) : `${String(reason)} (${details.join(", ")})`;
}
