/** @param {readonly Organization[]} all */
function organizations(all) {
  const none = element("p", { className: "card quiet" }, "No organizations yet.");
  const name = field("name", "Name of a new organization", { placeholder: "name" });
  const create = line("Create an organization", "Create an organization", [name], (values) =>
    act("create-organization", values),
  );
  return [...(all.length === 0 ? [none] : all.map(card)), create];
}

/** @param {Organization} organization */
function card(organization) {
  const { name, display_name, prn, members: people, invitations: invited } = organization;
  const pending = invited.filter(({ status }) => status === "pending").length;
  const counts = [counted(people.length, "member", "members"), pending > 0 ? `${pending} invited` : ""];
  return element(
    "details",
    { className: "card", open: true, key: prn },
    element(
      "summary",
      {},
      element("h2", {}, name),
      " ",
      quiet([display_name === name ? "" : display_name, ...counts].filter(Boolean).join(" · ")),
    ),
    element(
      "div",
      { className: "row" },
      element("code", { className: "quiet" }, prn),
      removal(
        "Delete",
        `Delete ${name} with everything in it?`,
        () => act("delete-organization", { organization: name }),
        `Delete ${name}`,
      ),
    ),
    members(organization),
    invitations(organization),
    security(organization),
    billing(organization),
  );
}
