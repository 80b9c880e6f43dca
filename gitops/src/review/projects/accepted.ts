import { canonicalizeEmail } from "#provider";
import type { GroupDeclaration, ProjectDeclaration } from "../../model/declaration";
import { getUuid } from "../../model/properties";
import { group } from "../../objects/group";
import { accessInputs } from "../../objects/project";
import { countWithheld, findWithheld, listTexts, readValues } from "../../objects/reading";
import { isWithheld } from "../../withheld";
import { quoteName } from "../../wording";
import type { Row } from "./rows";

// Changes made outside Pulumi that a program starts to declare, or keeps by `ignoreChanges`. Otherwise, the update would undo them.

const inputs = { ...group.inputs, ...accessInputs } as const;

/** Reports if the program declares what Peridio has, and not what it declared at the last update. */
function isAccepting({ before, after, recorded = {}, isImported }: GroupDeclaration | ProjectDeclaration): boolean {
  return before !== undefined && after !== undefined && !isImported && Object.keys(recorded).length > 0;
}

/** Returns the items that both Peridio and the program have and that the last update did not declare, and those that all three lost. */
function compareLists(
  [recorded, live, declared]: readonly (readonly string[])[],
  canonicalize: (text: string) => string,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const [former, observed, present] = [recorded, live, declared].map((list = []) => new Set(list.map(canonicalize)));
  return {
    added: (declared ?? []).filter(
      (item) => former?.has(canonicalize(item)) === false && observed?.has(canonicalize(item)) === true,
    ),
    removed: (recorded ?? []).filter(
      (item) => observed?.has(canonicalize(item)) === false && present?.has(canonicalize(item)) === false,
    ),
  };
}

/** Reports if a hidden item of the last update may be gone. If Peridio's values are hidden too, another row says so. */
function mayHaveEnded({ mayHaveDrifted }: GroupDeclaration | ProjectDeclaration, live: unknown): boolean {
  return mayHaveDrifted && findWithheld(live) === undefined;
}

/** Lists the name and the description that a program accepts as they changed outside Pulumi. */
export function listAcceptedTexts(resource: GroupDeclaration | ProjectDeclaration, object: string): readonly Row[] {
  if (!isAccepting(resource)) return [];
  const recorded = readValues(inputs, resource.recorded ?? {});
  const find = (property: "name" | "description", outcome: Row["outcome"]): readonly Row[] => {
    const [former, live, present] = [recorded, resource.values.before, resource.declared.after].map(
      (values) => values?.[property],
    );
    if (former === undefined || former === live || live !== present || typeof live !== "string") return [];
    if (isWithheld(former)) return [{ object, outcome: "hidesFormer" }];
    return [{ object, outcome, detail: `${JSON.stringify(former)} → ${JSON.stringify(live)}` }];
  };
  return [...find("name", "acceptsName"), ...find("description", "acceptsDescription")];
}

/** Lists the members that a program accepts as people joined or left a group outside Pulumi. */
export function listAcceptedMembers(resource: GroupDeclaration, object: string): readonly Row[] {
  if (!isAccepting(resource)) return [];
  const recorded = readValues(inputs, resource.recorded ?? {});
  // Peridio keeps members that the program stops declaring.
  const { members: live } = resource.values.before;
  const declared = resource.dropped.has("members") ? live : resource.declared.after?.members;
  if (recorded.members === undefined || declared === undefined) return [];
  const lists = [recorded.members, live, declared].map(listTexts);
  const { added, removed } = compareLists(lists, canonicalizeEmail);
  if (countWithheld(recorded.members) > 0)
    return added.length > 0 || mayHaveEnded(resource, live) ? [{ object, outcome: "hidesFormer" }] : [];
  return [
    ...added.map((email) => ({ object, emails: [email], outcome: "acceptsJoins" as const })),
    ...removed.map((email) => ({ object, emails: [email], outcome: "acceptsLeaves" as const })),
  ];
}

/** Lists the grants that a program accepts as they were made or ended outside Pulumi. `nameGroup` returns the name of a group. */
export function listAcceptedAccess(
  resource: ProjectDeclaration,
  object: string,
  nameGroup: (id: string) => string,
): readonly Row[] {
  if (!isAccepting(resource)) return [];
  const recorded = readValues(inputs, resource.recorded ?? {});
  const declared = resource.declared.after;
  const { everyoneEnabled: isOpen } = resource.values.before;
  const isAccepted =
    isOpen !== undefined &&
    recorded.everyoneEnabled !== undefined &&
    recorded.everyoneEnabled !== isOpen &&
    declared?.everyoneEnabled === isOpen;
  const opening: readonly Row[] = !isAccepted
    ? []
    : isWithheld(recorded.everyoneEnabled)
      ? [{ object, outcome: "hidesFormer" }]
      : [{ object, outcome: isOpen === true ? "acceptsOpening" : "acceptsClosing" }];
  const { access } = resource.values.before;
  const sides = [recorded.access, access, resource.dropped.has("access") ? access : declared?.access];
  const [former, live, present] = sides.map((access) =>
    access === undefined || isWithheld(access) ? undefined : access,
  );
  if (isWithheld(recorded.access) && live !== undefined && present !== undefined)
    return [...opening, { object, outcome: "hidesFormer" }];
  if (former === undefined || live === undefined || present === undefined) return opening;
  const users = compareLists(
    [former, live, present].map((access) => listTexts(access.users)),
    canonicalizeEmail,
  );
  const groups = compareLists(
    [former, live, present].map((access) => listTexts(access.groups)),
    getUuid,
  );
  const isHidden = [former.users, former.groups].some((items) => countWithheld(items) > 0);
  if (isHidden) {
    const isDoubtful = users.added.length + groups.added.length > 0 || mayHaveEnded(resource, live);
    return [...opening, ...(isDoubtful ? [{ object, outcome: "hidesFormer" } as const] : [])];
  }
  const list = (outcome: Row["outcome"], emails: readonly string[]) =>
    emails.map((email): Row => ({ object, emails: [email], outcome }));
  const listGroups = (outcome: Row["outcome"], ids: readonly string[]) =>
    ids.map((id): Row => ({ object, outcome, detail: quoteName(nameGroup(id)) }));
  return [
    ...opening,
    ...list("acceptsGrants", users.added),
    ...listGroups("acceptsGroup", groups.added),
    ...list("acceptsRevocations", users.removed),
    ...listGroups("acceptsGroupRevocation", groups.removed),
  ];
}
