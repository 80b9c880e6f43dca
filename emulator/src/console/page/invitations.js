/** @param {Organization} organization */
function invitations({ name: organization, invitations: all }) {
  const newest = all.toReversed().slice(0, most);
  const rows = newest.map((invitation, index) => invitationRow(organization, invitation, all.length - index));
  const email = field("email", `Whom to invite to ${organization}`, { type: "email", placeholder: "e-mail" });
  const role = roleSelect(`Role to invite to ${organization} for`, "viewer", { name: "role", draft: true });
  return element(
    "section",
    {},
    element("h3", {}, "Invitations"),
    element("ul", { className: "rows" }, rows),
    line(`Invite somebody to ${organization}`, "Invite", [email, role], (values) =>
      act("invite", { organization, ...values }),
    ),
  );
}

/** @param {string} organization @param {Organization["invitations"][number]} invitation @param {number} number */
function invitationRow(organization, { email, role, status, expires_at }, number) {
  const person = { email, organization };
  const accept = button("Accept", () => act("accept", person), { label: `Accept for ${email}`, className: "good" });
  const question = `Revoke the invitation of ${email}?`;
  const revoke = removal("Revoke", question, () => act("revoke", person), `Revoke the invitation of ${email}`);
  return element(
    "li",
    { key: `${number} ${email}`, className: "person" },
    element("span", { className: "who" }, element("b", {}, email)),
    element("span", { className: "role" }, role),
    element("span", { className: `status ${status}` }, status),
    quiet(status === "accepted" ? "" : `${status === "expired" ? "expired" : "until"} ${moment(expires_at)}`),
    element(
      "span",
      { className: "buttons" },
      status === "pending" ? [accept] : [],
      status === "accepted" ? [] : [revoke],
    ),
  );
}
