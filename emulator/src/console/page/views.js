/** The words and objects of an API. `show` and `store` convert a stored role to one of `roles` and back. The stored
 * role "owner" is that of an invitation as owner; a member who is an owner has a flag.
 * @typedef {{
 *   readonly name: string, readonly roles: readonly string[], readonly ownerLabel: string, readonly hasProjects: boolean,
 *   readonly owns: (member: Organization["members"][number]) => boolean,
 *   readonly show: (role: Role | "owner") => string, readonly store: (role: string) => string,
 * }} View
 */

/** @type {View} */
const adminView = {
  name: "Admin API",
  roles: ["admin", "manager", "developer", "viewer"],
  ownerLabel: "admin (owner)",
  hasProjects: false,
  owns: ({ is_owner }) => is_owner,
  show: (role) => (role === "owner" ? "admin" : role),
  store: (role) => role,
};

/** @type {View} */
const connectView = {
  name: "Avocado Connect",
  roles: ["admin", "member"],
  ownerLabel: "owner",
  hasProjects: true,
  // Both APIs know one owner (`is_owner`). Only Avocado Connect has others (`also_owner`).
  owns: ({ is_owner, also_owner }) => is_owner || also_owner,
  show: (role) => (role === "owner" || role === "admin" ? role : "member"),
  // Avocado Connect shows three stored roles as member. This is the lowest one.
  store: (role) => (role === "member" ? "viewer" : role),
};

const views = [adminView, connectView];

/** The view that the user chose in this tab, if any. */
let chosenView = views.find(({ name }) => name === sessionStorage.getItem("view"));

/** The view of the API that received the newest request. */
let usedView = adminView;

const getView = () => chosenView ?? usedView;

/** Shows roles as the API that a program uses, unless the user chose a view. @param {readonly LoggedRequest[]} requests */
function followRequests(requests) {
  const path = requests.at(-1)?.path;
  if (path !== undefined) usedView = path.startsWith("/api/") ? connectView : adminView;
}

/** @param {View} shown */
function renderViewSelect({ name }) {
  /** @param {Event} event */
  const onchange = ({ currentTarget: select }) => {
    if (!(select instanceof HTMLSelectElement)) return;
    sessionStorage.setItem("view", select.value);
    chosenView = views.find((view) => view.name === select.value);
    updateOrganizations();
  };
  const names = views.map((view) => view.name);
  return [createSelect("API", names, name, { onchange })];
}
