import { beginConnect, operations } from "../support/connect";
import type { Declared, Program } from "../support/engine";
import { dev, part } from "../support/programs";
import type { World } from "../support/world";

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];
/** A declared person who is not a member of the organization yet. */
const pending = "pending@acme.example";

const groupNames = names("group", 20);
const projectNames = names("project", 50);
const cohortNames = names("cohort", 3);

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  for (const person of [bob, carl]) world.emulator.control.addMember(person, "acme-dev", "viewer");
});
afterEach(() => world.end());

function names(kind: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

/** A program with groups, projects and cohorts. Everyone in `people` is in each group, and has access to each object. */
function program(people: readonly string[]): Program {
  const access = (id: (name: string) => string) => ({ users: [...people], groups: groupNames.slice(0, 2).map(id) });
  const project = (name: string): Declared => ({
    type: "Project",
    inputs: (id) => ({ organizationId: id("dev"), name, everyoneEnabled: false, access: access(id) }),
  });
  const cohort = (name: string): Declared => ({
    type: "Cohort",
    inputs: (id) => ({ projectId: id("project-1"), name, everyoneEnabled: false, access: access(id) }),
  });
  return {
    ...dev,
    ...groups(people),
    ...fromNames(projectNames, project),
    ...fromNames(cohortNames, cohort),
  };
}

function groups(people: readonly string[]): Program {
  return fromNames(groupNames, (name) => part("Group", { name, members: [...people] }));
}

function fromNames(all: readonly string[], declare: (name: string) => Declared): Program {
  return Object.fromEntries(all.map((name) => [name, declare(name)]));
}

/** Counts the requests since the last call by operation. Names the object of a request that was sent twice. */
function countRequests(): Readonly<Record<string, number>> {
  const requests = world.emulator.requests().map(({ operation, path }) => ({ operation: operation ?? path, path }));
  const paths = requests.map(({ path }) => path);
  expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  world.emulator.traffic.log.clear();
  const counts: Record<string, number> = {};
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

const eachObjectOnce = {
  Me_show: 1,
  Group_show: groupNames.length,
  Project_show: projectNames.length,
  Cohort_show: cohortNames.length,
};

describe("with 20 groups, 50 projects and 3 cohorts", () => {
  test("a refresh reads each object once, and no list", async () => {
    await world.engine.up(program([bob, carl]));
    operations(world);
    expect(await world.engine.refresh()).toEqual([]);
    expect(countRequests()).toEqual(eachObjectOnce);
  });

  test("a refresh that finds drift in each object sends no other request", async () => {
    await world.engine.up(program([bob, carl]));
    revokeEverywhere(carl);
    operations(world);
    expect(await world.engine.refresh()).toHaveLength(73);
    expect(countRequests()).toEqual({ ...eachObjectOnce, Organization_members: 1 });
  });

  test("a refresh reads the members once to look for declared people who have not accepted", async () => {
    await world.engine.up(program([bob, pending]));
    operations(world);
    expect(await world.engine.refresh()).toEqual([]);
    expect(countRequests()).toEqual({ ...eachObjectOnce, Organization_members: 1 });
  });

  test("parallel updates read the same as a refresh if declared people have not accepted", async () => {
    await world.engine.up(program([bob, pending]));
    operations(world);
    const steps = await world.engine.up(program([bob, pending]), { parallel: true });
    expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
    expect(countRequests()).toEqual({ ...eachObjectOnce, Organization_members: 1 });
  });

  test("a preview of new projects reads each list once", async () => {
    await world.engine.up({ ...dev, ...groups([bob, carl]) });
    operations(world);
    const steps = await world.engine.preview(program([bob, carl]));
    expect(steps.filter(({ op }) => op === "create")).toHaveLength(projectNames.length + cohortNames.length);
    expect(countRequests()).toEqual({ Me_show: 1, Group_index: 1, Project_index: 1, Organization_members: 1 });
  });

  test("getEffectiveAccess reads each list once, and each group and project once", async () => {
    await world.engine.up(program([bob, carl]));
    operations(world);
    await world.engine.invoke(["getEffectiveAccess", { organizationId: "acme-dev" }]);
    expect(countRequests()).toEqual({
      Me_show: 1,
      Organization_members: 1,
      Group_index: 1,
      Group_show: groupNames.length,
      Project_index: 1,
      Project_show: projectNames.length,
    });
  });
});

/** Removes a person from all groups, and revokes all direct access. */
function revokeEverywhere(email: string): void {
  const { state } = world.emulator;
  const id = state.user_ids[email];
  const [organization] = state.organizations;
  const objects = organization?.projects.flatMap((project) => [project, ...project.cohorts]) ?? [];
  for (const one of [...(organization?.groups ?? []), ...objects])
    one.user_ids = one.user_ids.filter((user) => user !== id);
}
