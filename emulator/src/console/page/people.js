/** The maximum number of rows in a list. The filter finds the others. */
const maxRows = 200;

/** @type {readonly Role[]} */
const roles = ["admin", "manager", "developer", "viewer"];

/** @param {string} label @param {Role} value @param {Partial<HTMLSelectElement> & { isDraft?: boolean }} more */
function createRoleSelect(label, value, more) {
  const options = roles.map((role) => createElement("option", { value: role, defaultSelected: role === value }, role));
  const select = createElement("select", { label, ...more }, options);
  select.value = value;
  return select;
}

/** Renders a list's heading with the number of rows, if some are not shown.
 * @param {string} title @param {number} shown @param {number} total
 */
function renderListTitle(title, shown, total) {
  return createElement("h3", {}, shown < total ? `${title}: ${shown} of ${total}` : title);
}

/** @param {Organization} organization @param {Organization["members"]} matching */
function renderMembers({ name, members }, matching) {
  const shown = matching.slice(0, maxRows);
  return createElement(
    "section",
    { key: "members" },
    renderListTitle("Members", shown.length, members.length),
    createElement(
      "ul",
      { className: "rows" },
      shown.map((member) => renderMember(name, member)),
    ),
  );
}

/** @param {string} organization @param {Organization["members"][number]} member */
function renderMember(organization, { email, name, role, is_owner, two_factor_enabled, last_active_at }) {
  const membership = { email, organization };
  /** @param {Event} event */
  const onchange = ({ currentTarget: select }) =>
    select instanceof HTMLSelectElement && runCommand("set-role", { ...membership, role: select.value });
  const select = createRoleSelect(`Role of ${email}`, role, { onchange });
  const makeOwner = createConfirmButton(
    "Make owner",
    `Make ${email} the owner of ${organization}?`,
    () => runCommand("transfer-ownership", membership),
    `Make ${email} the owner`,
    "",
  );
  const remove = createConfirmButton(
    "Remove",
    `Remove ${email} from ${organization}?`,
    () => runCommand("remove-member", membership),
    `Remove ${email}`,
  );
  return createElement(
    "li",
    { key: email, className: "person" },
    createElement("span", { className: "who" }, createAddress(email), " ", createQuietText(name ?? "")),
    is_owner ? createElement("span", { className: "role" }, `${role} (owner)`) : select,
    createCheckbox(
      "2FA",
      two_factor_enabled,
      (enabled) => runCommand("set-two-factor", { email, enabled }),
      `Two-factor authentication of ${email}`,
    ),
    createElement(
      "span",
      { className: "time quiet" },
      last_active_at === null ? "never active" : `active ${formatTime(last_active_at)}`,
    ),
    createElement("span", { className: "buttons" }, is_owner ? [] : role === "admin" ? [makeOwner, remove] : [remove]),
  );
}

/** @param {Organization} organization @param {Organization["invitations"]} matching */
function renderInvitations({ name: organization, invitations }, matching) {
  const rows = matching
    .toReversed()
    .slice(0, maxRows)
    .map((invitation) => ({
      isPending: invitation.status === "pending",
      row: renderInvitation(organization, invitation, invitations.indexOf(invitation)),
    }));
  const pending = rows.filter(({ isPending }) => isPending).map(({ row }) => row);
  const past = rows.filter(({ isPending }) => !isPending).map(({ row }) => row);
  const email = createField("email", `E-mail address to invite to ${organization}`, {
    type: "email",
    placeholder: "E-mail address",
  });
  const role = createRoleSelect(`Role of the person to invite to ${organization}`, "viewer", {
    name: "role",
    isDraft: true,
  });
  return createElement(
    "section",
    { key: "invitations" },
    renderListTitle("Invitations", rows.length, invitations.length),
    createElement("ul", { className: "rows", key: "pending" }, pending),
    createForm(`Invite a person to ${organization}`, "Invite", [email, role], (values) =>
      runCommand("invite", { organization, ...values }),
    ),
    ...(past.length === 0
      ? []
      : [
          createElement(
            "details",
            { className: "past" },
            createElement("summary", {}, formatCount(past.length, "past invitation", "past invitations")),
            createElement("ul", { className: "rows" }, past),
          ),
        ]),
  );
}

/** @param {string} organization @param {Organization["invitations"][number]} invitation @param {number} index */
function renderInvitation(organization, { email, role, status, expires_at }, index) {
  const membership = { email, organization };
  const accept = createButton("Accept", () => runCommand("accept", membership), {
    label: `Accept for ${email}`,
    className: "good",
  });
  const revoke = createConfirmButton(
    "Revoke",
    `Revoke the invitation for ${email}?`,
    () => runCommand("revoke", membership),
    `Revoke the invitation for ${email}`,
  );
  const times = { pending: `until ${formatTime(expires_at)}`, expired: formatTime(expires_at), accepted: "" };
  return createElement(
    "li",
    { key: `${index} ${email}`, className: "person" },
    createElement("span", { className: "who" }, createAddress(email)),
    createElement("span", { className: "role" }, role),
    createElement("span", { className: `status ${status}` }, status),
    createElement("span", { className: "time quiet" }, times[status]),
    createElement(
      "span",
      { className: "buttons" },
      status === "pending" ? [accept, revoke] : status === "expired" ? [revoke] : [],
    ),
  );
}
