/** How many people of an organization are shown at once. */
const most = 200;

/** @type {readonly Role[]} */
const roles = ["admin", "manager", "developer", "viewer"];

/** @param {string} label @param {Role} value @param {Partial<HTMLSelectElement> & { draft?: boolean }} more */
function roleSelect(label, value, more) {
  const options = roles.map((role) => element("option", { value: role, defaultSelected: role === value }, role));
  const select = element("select", { label, ...more }, options);
  select.value = value;
  return select;
}

/** @param {Organization} organization */
function members({ name, members: all }) {
  const rows = all.slice(0, most).map((member) => memberRow(name, member));
  const title = all.length > most ? `Members: the first ${most} of ${all.length}` : "Members";
  return element("section", {}, element("h3", {}, title), element("ul", { className: "rows" }, rows));
}

/** @param {string} organization @param {Organization["members"][number]} member */
function memberRow(organization, { email, name, role, is_owner, two_factor_enabled, last_active_at }) {
  const person = { email, organization };
  /** @param {Event} event */
  const onchange = ({ currentTarget: select }) =>
    select instanceof HTMLSelectElement && act("set-role", { ...person, role: select.value });
  const select = roleSelect(`Role of ${email}`, role, { onchange });
  const own = () => act("transfer-ownership", person);
  const buttons = [
    ...(role === "admin"
      ? [removal("Make owner", `Make ${email} the owner of ${organization}?`, own, `Make ${email} the owner`, "")]
      : []),
    removal("Remove", `Remove ${email} from ${organization}?`, () => act("remove-member", person), `Remove ${email}`),
  ];
  return element(
    "li",
    { key: email, className: "person" },
    element("span", { className: "who" }, element("b", {}, email), " ", quiet(name ?? "")),
    is_owner ? element("span", { className: "role" }, "admin, owner") : select,
    checkbox(
      "second factor",
      two_factor_enabled,
      (enabled) => act("set-two-factor", { email, enabled }),
      `Second factor of ${email}`,
    ),
    quiet(last_active_at === null ? "never active" : `active ${moment(last_active_at)}`),
    element("span", { className: "buttons" }, is_owner ? [] : buttons),
  );
}
