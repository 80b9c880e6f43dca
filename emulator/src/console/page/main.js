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
  const view = getView();
  update("view", view, renderViewSelect);
  update("links", { organizations, filter }, renderLinks);
  update("organizations", { organizations, filter, view }, renderOrganizations);
}

async function refresh() {
  const number = ++newestRefresh;
  const [/** @type {Overview} */ overview, /** @type {readonly LoggedRequest[]} */ requests] = await Promise.all([
    callControl("GET", "overview"),
    callControl("GET", `requests?last=${maxRequests}`),
  ]);
  if (number !== newestRefresh) return;
  organizations = overview.organizations;
  followRequests(requests);
  update("clock", overview.now.slice(0, 16), (now) => [`${formatTime(now)} UTC`]);
  updateOrganizations();
  update("requests", requests, renderRequests);
}

/** Refreshes the page again and again. @param {() => void} [onFirstSuccess] */
async function poll(onFirstSuccess) {
  let next = onFirstSuccess;
  try {
    await refresh();
    next?.();
    next = undefined;
    if (getContainer("message").firstChild?.textContent === disconnected) showMessage("");
  } catch {
    showMessage(disconnected);
  }
  setTimeout(() => poll(next), pollInterval);
}

const filterField = createElement("input", {
  type: "search",
  label: "Filter organizations and people",
  placeholder: "Filter organizations and people",
  oninput: () => setFilter(filterField.value),
});

/** @param {string} text */
function setFilter(text) {
  if (filterField.value !== text) filterField.value = text;
  filter = text.trim().toLowerCase();
  updateOrganizations();
}

renderInto(getContainer("actions"), [
  createButton("Advance one day", () => runCommand("advance", { seconds: 86_400 })),
  createConfirmButton(
    "Reset",
    "Restore the initial data? This also clears the requests and removes faults, holds, latency and the rate limit.",
    () => runCommand("reset"),
    "Reset everything",
  ),
]);
renderInto(getContainer("toolbar"), [
  filterField,
  createForm(
    "Create an organization",
    "Create organization",
    [createField("name", "Name of the new organization", { placeholder: "New organization" })],
    async (values) => {
      const hasSucceeded = await runCommand("create-organization", values);
      if (hasSucceeded) location.hash = toHash(values.name ?? "");
      return hasSucceeded;
    },
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
addEventListener("hashchange", followHash);
poll(followHash);
