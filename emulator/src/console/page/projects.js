/** @typedef {Organization["projects"][number] | Organization["cohorts"][number]} AccessControlled */

/** The words for an object, the commands that change and delete it, and the properties that name it in commands.
 * @typedef {{
 *   readonly title: string, readonly label: string, readonly target: object,
 *   readonly update: import("../../control/http").CommandName, readonly remove: import("../../control/http").CommandName,
 * }} Subject
 */

/** @param {Organization} organization @param {View} view */
function renderGroups(organization, view) {
  const { name, prn, groups } = organization;
  if (groups.length === 0 && !view.hasProjects) return [];
  const form = createForm(
    `Add a group to ${name}`,
    "Add group",
    [createField("name", `Name of the new group of ${name}`, { placeholder: "New group" })],
    (values) => runCommand("add-group", { organization: name, ...values }),
  );
  return [renderList(prn, "Groups", groups, (group) => renderGroup(organization, group), [form])];
}

/** @param {Organization} organization @param {Organization["groups"][number]} group */
function renderGroup({ name: organization, members }, group) {
  const target = { organization, group: group.id };
  const label = `group ${group.name} of ${organization}`;
  return renderChangeable(
    group,
    { title: group.name, label, target, update: "update-group", remove: "delete-group" },
    [formatCount(group.members.length, "member", "members")],
    () =>
      renderSetting(
        "Members",
        ...renderNames(
          `members of ${label}`,
          group.members,
          members.map(({ email }) => email),
          (email) => runCommand("add-group-member", { ...target, email }),
          (email) => runCommand("remove-group-member", { ...target, email }),
        ),
      ),
  );
}

/** @param {Organization} organization @param {View} view */
function renderProjects(organization, view) {
  const { name, prn, projects } = organization;
  if (projects.length === 0 && !view.hasProjects) return [];
  const form = createForm(
    `Add a project to ${name}`,
    "Add project",
    [createField("name", `Name of the new project of ${name}`, { placeholder: "New project" })],
    (values) => runCommand("add-project", { organization: name, ...values }),
  );
  /** @param {Organization["projects"][number]} project */
  const renderProject = (project) =>
    renderAccessControlled(
      organization,
      project,
      {
        title: project.name,
        label: `project ${project.name} of ${name}`,
        target: { organization: name, project: project.id },
        update: "update-project",
        remove: "delete-project",
      },
      project.runtimes === 0 ? [] : [formatCount(project.runtimes, "runtime", "runtimes")],
    );
  return [renderList(prn, "Projects", projects, renderProject, [form])];
}

/** @param {Organization} organization */
function renderCohorts(organization) {
  const { name, prn, projects, cohorts } = organization;
  if (projects.length === 0) return [];
  const projectNames = projects.map((project) => project.name);
  const form = createForm(
    `Add a cohort to ${name}`,
    "Add cohort",
    [
      createSelect(`Project of the new cohort of ${name}`, projectNames, projectNames[0], {
        name: "project",
        isDraft: true,
      }),
      createField("name", `Name of the new cohort of ${name}`, { placeholder: "New cohort" }),
    ],
    (values) => runCommand("add-cohort", { organization: name, ...values }),
  );
  /** @param {Organization["cohorts"][number]} cohort */
  const renderCohort = (cohort) => {
    const { id, project, devices } = cohort;
    const title = `${project}/${cohort.name}`;
    return renderAccessControlled(
      organization,
      cohort,
      {
        title,
        label: `cohort ${title} of ${name}`,
        target: { organization: name, project, cohort: id },
        update: "update-cohort",
        remove: "delete-cohort",
      },
      devices === 0 ? [] : [formatCount(devices, "device", "devices")],
    );
  };
  return [renderList(prn, "Cohorts", cohorts, renderCohort, [form])];
}

/** Renders a project or a cohort, whose properties and grants can change.
 * @param {Organization} organization @param {AccessControlled} object @param {Subject} subject @param {readonly string[]} contents
 */
function renderAccessControlled(organization, object, subject, contents) {
  const { everyone_enabled, users, groups } = object;
  const { label, target, update } = subject;
  return renderChangeable(object, subject, [describeAccess(object), ...contents], () => [
    ...renderSetting(
      "Access",
      createCheckbox(
        "open to all members",
        everyone_enabled,
        (isOpenToAll) => runCommand(update, { ...target, everyone_enabled: isOpenToAll }),
        `All members have access to ${label}`,
      ),
    ),
    ...renderSetting(
      "People",
      ...renderNames(
        `people with access to ${label}`,
        users,
        organization.members.map(({ email }) => email),
        (email) => runCommand("grant-access", { ...target, email }),
        (email) => runCommand("revoke-access", { ...target, email }),
      ),
    ),
    ...renderSetting(
      "Groups",
      ...renderNames(
        `groups with access to ${label}`,
        groups,
        organization.groups.map(({ name }) => name),
        (group) => runCommand("grant-access", { ...target, group }),
        (group) => runCommand("revoke-access", { ...target, group }),
      ),
    ),
  ]);
}

/** @param {AccessControlled} object */
function describeAccess({ everyone_enabled, users, groups }) {
  if (everyone_enabled) return "open to all members";
  return [
    "open to admins",
    users.length === 0 ? "" : formatCount(users.length, "person", "people"),
    groups.length === 0 ? "" : formatCount(groups.length, "group", "groups"),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Renders a folded object: a form for its name and its description, its other settings, and a button that deletes it.
 * @param {{ readonly id: string, readonly name: string, readonly description: string | null }} object
 * @param {Subject} subject @param {readonly string[]} summary @param {() => readonly Content[]} renderMore
 */
function renderChangeable({ id, name, description }, { title, label, target, update, remove }, summary, renderMore) {
  const fold = createFold(
    { key: id, className: "object" },
    [
      createElement("b", {}, title),
      " ",
      createQuietText([description, ...summary].filter((text) => text !== null).join(" · ")),
    ],
    () => [
      createElement(
        "dl",
        {},
        ...renderSetting(
          "Name",
          createForm(
            `Change ${label}`,
            "Save",
            [
              createField("name", `Name of ${label}`, { defaultValue: name, placeholder: "Name" }),
              createField("description", `Description of ${label}`, {
                defaultValue: description ?? "",
                placeholder: "Description",
                required: false,
              }),
            ],
            (values) => runCommand(update, { ...target, ...values }),
          ),
        ),
        ...renderMore(),
      ),
      createElement(
        "div",
        { className: "delete" },
        createConfirmButton("Delete", `Delete the ${label}?`, () => runCommand(remove, target), `Delete ${label}`),
      ),
    ],
  );
  return createElement("li", { key: id }, fold);
}

/** Renders names with a button that removes each, and a form that adds one of the other names.
 * @param {string} label @param {readonly string[]} names @param {readonly string[]} allNames
 * @param {(name: string) => Promise<boolean>} add @param {(name: string) => Promise<boolean>} remove
 */
function renderNames(label, names, allNames, add, remove) {
  const others = allNames.filter((name) => !names.includes(name));
  /** @param {string} name */
  const renderName = (name) =>
    createElement(
      "li",
      { key: name },
      createAddress(name),
      createButton("×", () => remove(name), { label: `Remove ${name} from the ${label}` }),
    );
  const select = createSelect(`Name to add to the ${label}`, others, others[0], { name: "name", isDraft: true });
  return [
    ...(names.length === 0 ? [] : renderRows(label, "names", names, renderName)),
    ...(others.length === 0
      ? []
      : [createForm(`Add to the ${label}`, "Add", [select], (values) => add(values.name ?? ""))]),
  ];
}
