/** Renders the organizations that match the filter by a name, or that have a matching person.
 * @param {{ organizations: readonly Organization[], filter: string }} options
 */
function renderOrganizations({ organizations, filter }) {
  const cards = organizations.flatMap((organization) => {
    const { name, display_name, members, invitations } = organization;
    if (matchesFilter(filter, name, display_name)) return [renderOrganization(organization, members, invitations)];
    const matchingMembers = members.filter((member) => matchesFilter(filter, member.email, member.name));
    const matchingInvitations = invitations.filter(({ email }) => matchesFilter(filter, email));
    return matchingMembers.length + matchingInvitations.length === 0
      ? []
      : [renderOrganization(organization, matchingMembers, matchingInvitations)];
  });
  if (cards.length > 0) return cards;
  const text = organizations.length === 0 ? "There are no organizations." : "No organization or person matches.";
  return [createElement("p", { className: "card quiet" }, text)];
}

/** @param {string} filter @param {readonly (string | null)[]} texts */
const matchesFilter = (filter, ...texts) => texts.some((text) => text?.toLowerCase().includes(filter) ?? false);

/** @param {Organization} organization @param {Organization["members"]} members @param {Organization["invitations"]} invitations */
function renderOrganization(organization, members, invitations) {
  const { name, display_name, prn } = organization;
  const pending = organization.invitations.filter(({ status }) => status === "pending").length;
  const summary = [
    display_name === name ? "" : display_name,
    formatCount(organization.members.length, "member", "members"),
    pending === 0 ? "" : formatCount(pending, "pending invitation", "pending invitations"),
  ];
  return createElement(
    "details",
    { className: "card", open: true, key: prn },
    createElement(
      "summary",
      {},
      createElement("h2", {}, name),
      " ",
      createQuietText(summary.filter(Boolean).join(" · ")),
    ),
    renderMembers(organization, members),
    renderInvitations(organization, invitations),
    ...Object.values(objectLists).flatMap((render) => render(organization)),
    renderSecurity(organization),
    renderBilling(organization),
    createElement(
      "div",
      { className: "row footer" },
      createCopyable(prn),
      createConfirmButton(
        "Delete organization",
        `Delete ${name} with all its contents, even if the API would refuse the deletion?`,
        () => runCommand("delete-organization", { organization: name }),
        `Delete organization ${name}`,
      ),
    ),
  );
}
