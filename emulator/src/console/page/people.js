/** Renders the heading of a list of people. `shown` is the number of those that match the filter.
 * @param {string} title @param {number} shown @param {number} total
 */
const renderPeopleHeading = (title, shown, total) => [
  createElement("h3", {}, title),
  " ",
  createQuietText(shown < total ? `${shown} of ${total}` : String(total)),
];

/** @param {Organization} organization @param {Organization["members"]} matching @param {View} view */
function renderMembers({ name, prn, members }, matching, view) {
  const key = `${prn} members`;
  return createFold(
    { key, className: "people", isOpenAtFirst: true },
    renderPeopleHeading("Members", matching.length, members.length),
    () => renderRows(`${key} rows`, "rows", matching, (member) => renderMember(name, member, view)),
  );
}

/** @param {string} organization @param {Organization["members"][number]} member @param {View} view */
function renderMember(organization, member, view) {
  const { email, name, role, two_factor_enabled, last_active_at } = member;
  const membership = { email, organization };
  /** @param {Event} event */
  const onchange = ({ currentTarget: select }) =>
    select instanceof HTMLSelectElement && runCommand("set-role", { ...membership, role: view.store(select.value) });
  const select = createSelect(`Role of ${email}`, view.roles, view.show(role), { onchange });
  const makeOwner = createConfirmButton(
    "Make owner",
    `Make ${email} the owner of ${organization}?`,
    () => runCommand("transfer-ownership", membership),
    `Make owner: ${email}`,
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
    view.owns(member) ? createElement("span", { className: "role" }, view.ownerLabel) : select,
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
    createElement(
      "span",
      { className: "buttons" },
      view.owns(member) ? [] : role === "admin" ? [makeOwner, remove] : [remove],
    ),
  );
}

/** @param {Organization} organization @param {Organization["invitations"]} matching @param {View} view */
function renderInvitations({ name: organization, prn, invitations }, matching, view) {
  const key = `${prn} invitations`;
  /** @param {Organization["invitations"][number]} invitation */
  const renderRow = (invitation) => renderInvitation(organization, invitation, invitations.indexOf(invitation), view);
  return createFold(
    { key, className: "people", isOpenAtFirst: true },
    renderPeopleHeading("Invitations", matching.length, invitations.length),
    () => {
      const newest = matching.toReversed();
      const pending = newest.filter(({ status }) => status === "pending");
      const past = newest.filter(({ status }) => status !== "pending");
      const email = createField("email", `E-mail address to invite to ${organization}`, {
        type: "email",
        placeholder: "E-mail address",
      });
      const role = createSelect(
        `Role of the person to invite to ${organization}`,
        view.roles,
        view.show("viewer"),
        // A new element for each view, because it keeps the user's choice.
        { key: view.name, name: "role", isDraft: true },
      );
      return [
        ...renderRows(`${key} pending`, "rows", pending, renderRow),
        createForm(`Invite a person to ${organization}`, "Invite", [email, role], (values) =>
          runCommand("invite", { organization, email: values.email, role: view.store(values.role ?? "") }),
        ),
        ...(past.length === 0
          ? []
          : [
              createFold(
                { key: `${key} past`, className: "past" },
                [formatCount(past.length, "past invitation", "past invitations")],
                () => renderRows(`${key} past rows`, "rows", past, renderRow),
              ),
            ]),
      ];
    },
  );
}

/** @param {string} organization @param {Organization["invitations"][number]} invitation @param {number} index @param {View} view */
function renderInvitation(organization, { email, role, status, expires_at }, index, view) {
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
    createElement("span", { className: "role" }, view.show(role)),
    createElement("span", { className: `status ${status}` }, status),
    createElement("span", { className: "time quiet" }, times[status]),
    createElement(
      "span",
      { className: "buttons" },
      status === "pending" ? [accept, revoke] : status === "expired" ? [revoke] : [],
    ),
  );
}
