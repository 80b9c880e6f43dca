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

/** Runs a command, shows its error, and refreshes the page. @returns true on success
 * @param {import("../../control/http").CommandName} command @param {object} [body]
 */
async function runCommand(command, body) {
  let hasSucceeded = true;
  showMessage("");
  try {
    await callControl("POST", command, body ?? {});
  } catch (error) {
    showMessage(describeError(error));
    hasSucceeded = false;
  }
  // Renders everything again: the page still shows a choice that was rejected.
  rendered.clear();
  await refresh().catch(() => showMessage(disconnected));
  return hasSucceeded;
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
  const { errors } = JSON.parse(body);
  const reasons = Array.isArray(errors)
    ? errors.map(describeCode)
    : Object.entries(errors).map(([property, messages]) => `${property} ${messages}`);
  return `${shortenIds(request)}: ${reasons.join("; ")}`;
}

/** @param {{ code: string, context: Readonly<Record<string, unknown>> }} error */
function describeCode({ code, context: { reason = code, ...context } }) {
  const details = Object.entries(context).map(([name, value]) => `${name}: ${String(value)}`);
  return details.length === 0 ? String(reason) : `${String(reason)} (${details.join(", ")})`;
}
