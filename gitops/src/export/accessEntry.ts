import { asUuid, canonicalCidr, type Group, type Project, type TunnelPolicy } from "#provider";
import type { Values } from "#framework";
import { omitAbsent } from "#framework/definitions";
import { type LayoutType, liveTypes } from "../objects/rows";
import { compareTexts, formatCount } from "../wording";
import type { ProjectWithCohorts } from "./accessInventory";
import type { Inventory, Spelling } from "./inventory";
import type { LeftOutPart } from "./leftOutPart";
import { omitEmpty } from "./omitEmpty";
import { countBy } from "../grouping";

/** The groups and projects of an organization as a part of its entry in a layout. */
interface AccessEntry {
  /** The keys `tunnels`, `groups` and `projects`, if there are any. */
  readonly settings: Values;
  /** The ids of the objects, by type and name of the resource. */
  readonly ids: ReadonlyMap<string, string>;
  /** The objects that share a name, because a map has each key only once, and the groups of invitations. */
  readonly leftOut: readonly LeftOutPart[];
}

/** Returns the rules of a tunnel policy in the spelling of a layout. An empty allowlist is a rule. */
function describeRules({ cidrAllowlist, allowedWindows, ...others }: TunnelPolicy): Values {
  return omitAbsent({
    maxTtlSeconds: others.maxTtlSeconds,
    backoffSeconds: others.backoffSeconds,
    maxConcurrent: others.maxConcurrent,
    requireReason: others.requireReason,
    cidrAllowlist: cidrAllowlist?.map(canonicalCidr),
    allowedWindows: allowedWindows?.map((window) => JSON.stringify(window)),
  });
}

/** Converts the groups, projects and tunnel policies of an organization. Declares even empty lists, because an import adopts them too. */
export function createAccessEntry(
  { organization: { id: organizationId, name: organization }, access, people }: Inventory,
  getSpelling: Spelling,
): AccessEntry {
  const { groups = [], projects = [], tunnelPolicies = new Map<string, TunnelPolicy>() } = access ?? {};
  const names = new Map(groups.map(({ id, name }) => [asUuid(id), name]));
  const spell = (users: Group["members"]) => users.map(({ email }) => getSpelling(email)).sort(compareTexts);
  const ids = new Map<string, string>();
  const leftOut: LeftOutPart[] = [];

  /** Returns the declarations of objects by name, and leaves out those that share a name. `parent` is a project's name and a `/`. */
  function declare<Item>(
    part: LayoutType,
    items: readonly Item[],
    getObject: (item: Item) => Pick<Group, "id" | "name">,
    describe: (item: Item) => Values,
    parent = "",
  ): Values {
    const declared: [string, Values][] = [];
    const counts = countBy(items, (item) => getObject(item).name);
    for (const item of items) {
      const { id, name } = getObject(item);
      const count = counts.get(name) ?? 1;
      if (count === 1) {
        declared.push([name, describe(item)]);
        ids.set(`${liveTypes[part].kind} ${organization}/${parent}${name}`, id);
      } else {
        const reasons = [`${formatCount(count, part)} have this name: rename all but one of them`];
        leftOut.push({ organization, part, name: `${parent}${name}`, reasons, value: describe(item) });
      }
    }
    return Object.fromEntries(declared);
  }

  /** Returns the key `tunnels` if the policy has rules. `name` is that of the cohort. */
  const describeTunnels = (id: string, name?: string): Values => {
    const policy = tunnelPolicies.get(id);
    if (policy === undefined) return {};
    const tunnels = describeRules(policy);
    if (policy.unknownRules.length === 0) return Object.keys(tunnels).length > 0 ? { tunnels } : {};
    const reasons = [`this version does not know these rules: ${policy.unknownRules.join(", ")}`];
    leftOut.push({ organization, part: "tunnels", ...(name !== undefined && { name }), reasons, value: tunnels });
    return {};
  };

  const describeGroup = ({ description, members }: Group) => omitAbsent({ description, members: spell(members) });
  const describeProject = ({ description, everyoneEnabled, users, groups }: Project): Values => {
    const granted = groups.map((id) => names.get(id) ?? id).sort(compareTexts);
    const listed = users.length > 0 || granted.length === 0;
    const access = { ...(listed && { users: spell(users) }), ...(granted.length > 0 && { groups: granted }) };
    return omitAbsent({ description, everyoneEnabled, access });
  };
  const describeWithCohorts = ({ project, cohorts }: ProjectWithCohorts): Values => {
    const describeCohort = (cohort: Project): Values => {
      ids.set(`TunnelPolicy ${organization}/${project.name}/${cohort.name}`, cohort.id);
      return { ...describeProject(cohort), ...describeTunnels(cohort.id, `${project.name}/${cohort.name}`) };
    };
    const declared = declare("cohort", cohorts, (cohort) => cohort, describeCohort, `${project.name}/`);
    return omitEmpty({ ...describeProject(project), cohorts: declared });
  };
  const settings = omitEmpty({
    ...describeTunnels(organizationId),
    groups: declare("group", groups, (group) => group, describeGroup),
    projects: declare("project", projects, ({ project }) => project, describeWithCohorts),
  });
  const invited = people.flatMap(({ email, groupId }): readonly (readonly [string, string])[] =>
    groupId === undefined ? [] : [[getSpelling(email), names.get(asUuid(groupId)) ?? groupId]],
  );
  if (invited.length > 0) {
    const reasons = ["after acceptance, add these people to the `members` of their groups"];
    leftOut.push({ organization, part: "invitationGroups", reasons, value: Object.fromEntries(invited) });
  }
  return { settings, ids, leftOut };
}
