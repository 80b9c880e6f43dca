/** The previews and the layout that the bench reviews. */

/** The number of people in each preview and in the layout. */
export const people = 2_000;

const organizations = 25;

/** Returns the output of a preview that changes every role, with the stack traces that Pulumi adds to each state. */
export function createRolesPreview(): string {
  const trace = Array.from({ length: 12 }, (_, line) => ({ sourcePosition: `project:///index.ts#${line},1` }));
  const step = (op: string, type: string, name: string, before: object, after: object) => ({
    op,
    urn: `urn:pulumi:bench::acme::peridio:index:${type}::${name}`,
    oldState: { ...before, stackTrace: trace },
    newState: { ...after, stackTrace: trace },
  });
  const steps = Array.from({ length: organizations }, (_, index) => {
    const [id, name] = [`prn:1:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`, `acme-${index}`];
    const outputs = { name, displayName: name, owner: { email: "ada@acme.example" } };
    const members = Array.from({ length: people / organizations }, (_, who) => {
      const email = `person-${who}@acme.example`;
      const inputs = (role: string) => ({ organizationId: id, email, role });
      return step(
        "update",
        "Membership",
        `${name}/${email}`,
        { id: `${id}/${email}`, inputs: inputs("viewer"), outputs: { ...inputs("viewer"), status: "active" } },
        { inputs: inputs("developer") },
      );
    });
    return [step("same", "Organization", name, { id, inputs: { name }, outputs }, { inputs: { name } }), ...members];
  });
  return JSON.stringify({ steps: steps.flat(), duration: 1, changeSummary: { same: organizations } });
}

const [groups, projects] = [40, 50];
/** The groups with access to each project. */
const groupsOfProject = 12;

const layoutOrganizations = 50;

/** Returns a layout in which each organization has an equal part of the people. `role` is the role of every tenth person. */
export function createLayout(role: string): string {
  const names = Array.from({ length: layoutOrganizations }, (_, index) => `acme-${index}`);
  const admin = ["ada@acme.example", Object.fromEntries(names.map((name) => [name, "admin"]))] as const;
  const others = Array.from({ length: people }, (_, index) => {
    const given = index % 10 === 0 ? role : "viewer";
    return [`person-${index}@acme.example`, { [names[index % names.length] ?? ""]: given }] as const;
  });
  return JSON.stringify({
    organizations: Object.fromEntries(names.map((name) => [name, null])),
    people: Object.fromEntries([admin, ...others]),
  });
}

/** Returns the output of a preview that gives different groups access to each project, so that most people get access to most projects. */
export function createProjectsPreview(): string {
  const organizationId = "prn:1:00000000-0000-4000-8000-000000000000";
  const emails = Array.from({ length: people }, (_, index) => `person-${index}@acme.example`);
  const step = (type: string, name: string, id: string, before: object, after = before) => ({
    op: before === after ? "same" : "update",
    urn: `urn:pulumi:bench::acme::peridio:index:${type}::${name}`,
    oldState: { id, inputs: before, outputs: before },
    newState: { inputs: after },
  });
  const toId = (kind: number, index: number) =>
    `${organizationId}/00000000-0000-4000-800${kind}-${String(index).padStart(12, "0")}`;
  const members = Object.fromEntries(emails.map((email) => [email, "member"]));
  const roster = step("OrganizationMembers", "people", organizationId, { organizationId, members });
  const groupSteps = Array.from({ length: groups }, (_, index) => {
    // The seven lowest digits of a person's number in base 3 say which groups the person is in, so that people are in different groups. Each
    // group has a third of the people. Only 21 groups differ.
    const inGroup = emails.filter((_, person) => Math.floor(person / 3 ** (index % 7)) % 3 === index % 3);
    const name = `group-${index}`;
    return step("Group", name, toId(1, index), { organizationId, name, members: inGroup });
  });
  const projectSteps = Array.from({ length: projects }, (_, index) => {
    const name = `project-${index}`;
    const declared = { organizationId, name, everyoneEnabled: false };
    const ids = Array.from({ length: groupsOfProject }, (_, one) => toId(1, (index + 3 * one) % groups));
    const declare = (granted: readonly string[]) => ({ ...declared, access: { users: [], groups: granted } });
    return step("Project", name, toId(2, index), declare([]), declare(ids));
  });
  const acme = step("Organization", "acme", organizationId, { name: "acme" });
  const steps = [acme, roster, ...groupSteps, ...projectSteps];
  return JSON.stringify({ steps, duration: 1, changeSummary: { same: 1 } });
}
