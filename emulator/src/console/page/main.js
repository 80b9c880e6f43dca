const disconnected = "The emulator does not respond.";
const pollInterval = 1500;
const maxRequests = 200;

/** The rendered values as JSON, by id of the element. @type {Map<string, string>} */
const rendered = new Map();

/** @type {readonly Organization[]} */
let organizations = [];

/** The text of the filter in lower case. */
let filter = "";

/** The number of the newest refresh. Older ones must not overwrite its result. */
let newestRefresh = 0;

/** Renders a value into an element if it has changed.
 * @template Value
 * @param {string} id @param {Value} value @param {(value: Value) => readonly Content[]} render
 */
function update(id, value, render) {
  const json = JSON.stringify(value);
  if (rendered.get(id) === json) return;
  rendered.set(id, json);
  renderInto(getContainer(id), render(value));
}

function updateOrganizations() {
  update("organizations", { organizations, filter }, renderOrganizations);
}

async function refresh() {
  const number = ++newestRefresh;
  const [/** @type {Overview} */ overview, /** @type {readonly LoggedRequest[]} */ requests] = await Promise.all([
    callControl("GET", "overview"),
    callControl("GET", `requests?last=${maxRequests}`),
  ]);
  if (number !== newestRefresh) return;
  organizations = overview.organizations;
  update("clock", overview.now.slice(0, 16), (now) => [`${formatTime(now)} UTC`]);
  updateOrganizations();
  update("requests", requests, renderRequests);
}

async function poll() {
  try {
    await refresh();
    if (getContainer("message").firstChild?.textContent === disconnected) showMessage("");
  } catch {
    showMessage(disconnected);
  }
  setTimeout(poll, pollInterval);
}

/** @param {Event} event */
function applyFilter({ currentTarget: field }) {
  if (!(field instanceof HTMLInputElement)) return;
  filter = field.value.trim().toLowerCase();
  updateOrganizations();
}

renderInto(getContainer("tools"), [
  createButton("Advance one day", () => runCommand("advance", { seconds: 86_400 })),
  createConfirmButton(
    "Reset",
    "Restore the initial data? This also clears the requests and removes faults, holds, latency and the rate limit.",
    () => runCommand("reset"),
    "Reset everything",
  ),
]);
renderInto(getContainer("toolbar"), [
  createElement("input", {
    type: "search",
    label: "Filter organizations and people",
    placeholder: "Filter organizations and people",
    oninput: applyFilter,
  }),
  createForm(
    "Create an organization",
    "Create organization",
    [createField("name", "Name of the new organization", { placeholder: "New organization" })],
    (values) => runCommand("create-organization", values),
  ),
]);
renderInto(getContainer("log-tools"), [
  createButton(
    "Clear",
    async () => {
      await callControl("DELETE", "requests");
      await refresh();
    },
    { label: "Clear the requests" },
  ),
]);
poll();
