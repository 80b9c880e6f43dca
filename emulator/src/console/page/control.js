/** Calls the control plane. Rejects with what it says against it.
 * @param {"GET" | "POST" | "DELETE"} method @param {string} path @param {object} [body]
 */
async function call(method, path, body) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`/_emulator/${path}`, init);
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(answer?.error ?? `The emulator answered ${response.status}.`);
  return answer;
}

/** Does something, says what went wrong if it did, and shows what is true now. @returns whether it was done
 * @param {import("../../control/http").CommandName} command @param {object} [body]
 */
async function act(command, body) {
  let done = true;
  say("");
  try {
    await call("POST", command, body ?? {});
  } catch (error) {
    say(reason(error));
    done = false;
  }
  // What the page shows of something refused is not true.
  seen.clear();
  await refresh().catch(() => say(lost));
  return done;
}

/** @param {string} text */
function say(text) {
  const dismiss = button("Dismiss", () => say(""));
  show(place("message"), text === "" ? [] : [element("p", {}, text), dismiss]);
}

/** What an error says to people: of an answer in JSON, what is in it. @param {unknown} error */
function reason(error) {
  const text = error instanceof Error ? error.message : String(error);
  const [, refused, body] = /^(.* was refused): (\{.*\})$/s.exec(text) ?? [];
  if (refused === undefined || body === undefined) return text;
  const { errors } = JSON.parse(body);
  const told = Array.isArray(errors)
    ? errors.map(coded)
    : Object.entries(errors).map(([name, faults]) => `${name} ${faults}`);
  return `${told.join("; ")} (${refused})`;
}

/** @param {{ code: string, context: Readonly<Record<string, unknown>> }} error */
function coded({ code, context }) {
  const details = Object.entries(context).map(([name, value]) => `${name}: ${String(value)}`);
  return details.length === 0 ? code : `${code}, ${details.join(", ")}`;
}
