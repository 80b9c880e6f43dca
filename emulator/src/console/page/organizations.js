/** The number of organizations that are open at first. */
const openOrganizations = 3;

/** Finds what matches the filter: a whole organization by its names, or some of its people. `stateKey` identifies the
 * state of its fold.
 * @param {Organization} organization @param {string} filter
 */
function findMatch({ name, display_name, prn, members, invitations }, filter) {
  if (matchesFilter(filter, name, display_name)) return { stateKey: prn, members, invitations };
  const match = {
    stateKey: `${prn} filter ${filter}`,
    members: members.filter((member) => matchesFilter(filter, member.email, member.name)),
    invitations: invitations.filter(({ email }) => matchesFilter(filter, email)),
  };
  return match.members.length + match.invitations.length === 0 ? undefined : match;
}

/** @typedef {NonNullable<ReturnType<typeof findMatch>>} Match */

/** @param {string} filter @param {readonly (string | null)[]} texts */
const matchesFilter = (filter, ...texts) => texts.some((text) => text?.toLowerCase().includes(filter) ?? false);

/** Renders the organizations that match the filter. If only people match, omits everything else.
 * @param {{ organizations: readonly Organization[], filter: string, view: View }} options
 */
function renderOrganizations({ organizations, filter, view }) {
  const cards = organizations.flatMap((organization) => {
    const match = findMatch(organization, filter);
    return match === undefined ? [] : [renderOrganization(organization, match, view)];
  });
  if (cards.length > 0) return cards;
  const text = organizations.length === 0 ? "There are no organizations." : "No organization or person matches.";
  return [createElement("p", { className: "card quiet" }, text)];
}

/** @param {Organization} organization @param {Match} match @param {View} view */
function renderOrganization(organization, { stateKey, members, invitations }, view) {
  const { name, display_name, prn } = organization;
  const pending = organization.invitations.filter(({ status }) => status === "pending").length;
  const summary = [
    display_name === name ? "" : display_name,
    formatCount(organization.members.length, "member", "members"),
    pending === 0 ? "" : formatCount(pending, "pending invitation", "pending invitations"),
  ];
  const isNarrowed = stateKey !== prn;
  const isOpenAtFirst = isNarrowed || organizations.length <= openOrganizations;
  return createFold(
    { key: prn, stateKey, className: "card", id: toAnchor(name), isOpenAtFirst },
    [createElement("h2", {}, name), " ", createQuietText(summary.filter(Boolean).join(" · "))],
    () =>
      isNarrowed
        ? [
            ...(members.length === 0 ? [] : [renderMembers(organization, members, view)]),
            ...(invitations.length === 0 ? [] : [renderInvitations(organization, invitations, view)]),
          ]
        : [
            renderMembers(organization, members, view),
            renderInvitations(organization, invitations, view),
            ...Object.values(objectLists).flatMap((render) => render(organization, view)),
            renderSecurity(organization),
            renderBilling(organization),
            renderFooter(organization),
          ],
  );
}

/** @param {Organization} organization */
function renderFooter({ name, prn }) {
  return createElement(
    "div",
    { className: "row footer" },
    createCopyable(prn),
    createConfirmButton(
      "Delete organization",
      `Delete ${name} with all its contents, even if the API would refuse the deletion?`,
      () => runCommand("delete-organization", { organization: name }),
      `Delete organization ${name}`,
    ),
  );
}

/** The id of an organization's heading. @param {string} name */
const toAnchor = (name) => `organization-${name}`;

/** @param {string} name */
const toHash = (name) => `#${encodeURIComponent(toAnchor(name))}`;

/** Renders links to the organizations that match the filter, if there are several organizations.
 * @param {{ organizations: readonly Organization[], filter: string }} options
 */
function renderLinks({ organizations, filter }) {
  if (organizations.length < 2) return [];
  return organizations.flatMap((organization) => {
    const { name, prn } = organization;
    if (findMatch(organization, filter) === undefined) return [];
    // The browser moves to the organization. It does not report a hash that is already in the address bar.
    const onclick = () => openOrganization(organization);
    return [createElement("li", { key: prn }, createElement("a", { href: toHash(name), onclick }, name))];
  });
}

/** @param {Organization} organization */
function openOrganization(organization) {
  if (findMatch(organization, filter) === undefined) setFilter("");
  const match = findMatch(organization, filter);
  if (match !== undefined) setOpen(match.stateKey, true);
}

/** Opens and shows the organization in the address bar, if there is one. */
function followHash() {
  const organization = organizations.find(({ name }) => location.hash === toHash(name));
  if (organization === undefined) return;
  openOrganization(organization);
  const heading = getContainer(toAnchor(organization.name));
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
}
