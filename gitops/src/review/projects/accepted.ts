import { omitAbsent } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { GroupDeclaration, ProjectDeclaration } from "../../model/declaration";
import { getUuid } from "../../model/properties";
import { mergeValues } from "../../model/settings";
import { group } from "../../objects/group";
import { accessInputs } from "../../objects/project";
import type { ValuesOf } from "../../objects/property";
import { countWithheld, findWithheld, listTexts, readValues } from "../../objects/reading";
import { isWithheld } from "../../withheld";
import { quoteName } from "../../wording";
import type { Row } from "./rows";

// Changes made outside Pulumi that remain, because a program starts to declare them, keeps them by `ignoreChanges`, stops declaring them,
// or releases the object. Otherwise, the update would undo them.

const inputs = { ...group.inputs, ...accessInputs } as const;

type ObjectValues = ValuesOf<typeof inputs>;
type ObjectDeclaration = GroupDeclaration | ProjectDeclaration;

/** One declaration of an object that Peridio keeps: its values at the last update of its stack, before the change, and after it. */
export interface KeptObject {
  readonly resource: ObjectDeclaration;
  readonly recorded: ObjectValues;
  readonly live: ObjectValues;
  readonly present: ObjectValues;
  /** The other declarations of the object, as of their last updates. */
  readonly others: readonly ObjectValues[];
}

/** Returns the declarations of one object that Pulumi refreshed, and that stay or are released. `same` are all declarations of the object. */
export function listKept(same: readonly ObjectDeclaration[]): readonly KeptObject[] {
  const updated = same.flatMap((resource) => {
    const { before, isImported, recorded = {} } = resource;
    if (before === undefined || isImported || Object.keys(recorded).length === 0) return [];
    return [{ resource, recorded: readValues(inputs, recorded) }];
  });
  return updated
    .filter(({ resource }) => resource.after !== undefined || resource.isReleased)
    .map(({ resource, recorded }) => ({
      resource,
      recorded,
      live: resource.values.before,
      present: findPresent(resource, same),
      others: updated.filter((other) => other.resource !== resource).map((other) => other.recorded),
    }));
}

/** Returns the values after the change. A released object stays as it was, except for what another stack declares. */
function findPresent({ after, values, dropped }: ObjectDeclaration, same: readonly ObjectDeclaration[]): ObjectValues {
  if (after === undefined) {
    const declared = same.map((other) => omitAbsent(other.after?.inputs ?? {}));
    return readValues(inputs, mergeValues([values.before, ...declared]));
  }
  // Peridio keeps the members and grants that a program stops declaring.
  return dropped.has("description") ? { ...values.after, description: undefined } : values.after;
}

/** One list of an object: at the last update of each stack, before the change, and after it. */
interface Lists {
  readonly recorded: readonly (readonly string[])[];
  readonly live: readonly string[];
  readonly present: readonly string[];
}

/** Returns the items that stay and that no last update declared, and the items that each last update declared and that are gone. */
function compareLists(
  { recorded, live, present }: Lists,
  canonicalize: (text: string) => string,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const index = (list: readonly string[]) => new Set(list.map(canonicalize));
  const [formers, observed, remaining] = [recorded.map(index), index(live), index(present)];
  const [first = []] = recorded;
  return {
    added: present.filter((item) => {
      const key = canonicalize(item);
      return observed.has(key) && !formers.some((former) => former.has(key));
    }),
    removed: first.filter((item) => {
      const key = canonicalize(item);
      return !observed.has(key) && !remaining.has(key) && formers.every((former) => former.has(key));
    }),
  };
}

/** Reports if a hidden item of the last update may be gone. If Peridio's values are hidden too, another row says so. */
function mayHaveEnded({ mayHaveDrifted }: ObjectDeclaration, live: unknown): boolean {
  return mayHaveDrifted && findWithheld(live) === undefined;
}

/** Reports if a property has another value than each stack declared at its last update, and if this value stays. */
function isAccepted(
  { recorded, live, present, others }: KeptObject,
  property: "name" | "description" | "everyoneEnabled",
): boolean {
  const value = live[property];
  const isDeclared = (former: ObjectValues) => former[property] !== undefined && former[property] === value;
  return recorded[property] !== undefined && value === present[property] && ![recorded, ...others].some(isDeclared);
}

/** Lists the name and the description that remain as they changed outside Pulumi. */
export function listAcceptedTexts(kept: KeptObject, object: string): readonly Row[] {
  const find = (property: "name" | "description", outcome: Row["outcome"]): readonly Row[] => {
    const [former, live] = [kept.recorded[property], kept.live[property]];
    if (isWithheld(live) || !isAccepted(kept, property)) return [];
    if (isWithheld(former)) return [{ object, outcome: "hidesFormer" }];
    const words = live === undefined ? "none" : JSON.stringify(live);
    return [{ object, outcome, detail: `${JSON.stringify(former)} → ${words}` }];
  };
  return [...find("name", "acceptsName"), ...find("description", "acceptsDescription")];
}

/** Lists the members of a group who joined or left outside Pulumi, as far as this remains. */
export function listAcceptedMembers(
  { resource, recorded, live, present, others }: KeptObject,
  object: string,
): readonly Row[] {
  if (recorded.members === undefined || present.members === undefined) return [];
  const formers = [recorded, ...others].flatMap(({ members }) => (members === undefined ? [] : [members]));
  const { added, removed } = compareLists(
    { recorded: formers.map(listTexts), live: listTexts(live.members), present: listTexts(present.members) },
    canonicalizeEmail,
  );
  if (formers.some((members) => countWithheld(members) > 0))
    return added.length > 0 || mayHaveEnded(resource, live.members) ? [{ object, outcome: "hidesFormer" }] : [];
  return [
    ...added.map((email) => ({ object, emails: [email], outcome: "acceptsJoins" as const })),
    ...removed.map((email) => ({ object, emails: [email], outcome: "acceptsLeaves" as const })),
  ];
}

/** Lists the grants that were made or ended outside Pulumi, as far as this remains. `nameGroup` returns the name of a group. */
export function listAcceptedAccess(
  kept: KeptObject,
  object: string,
  nameGroup: (id: string) => string,
): readonly Row[] {
  const { resource, recorded, others } = kept;
  const { everyoneEnabled: wasOpen } = recorded;
  const { everyoneEnabled: isOpen } = kept.live;
  const opening: readonly Row[] =
    isOpen === undefined || isWithheld(isOpen) || !isAccepted(kept, "everyoneEnabled")
      ? []
      : isWithheld(wasOpen)
        ? [{ object, outcome: "hidesFormer" }]
        : [{ object, outcome: isOpen ? "acceptsOpening" : "acceptsClosing" }];
  const readAccess = ({ access }: ObjectValues) => (access === undefined || isWithheld(access) ? [] : [access]);
  const [live, present] = [kept.live, kept.present].map((values) => readAccess(values)[0]);
  if (recorded.access === undefined || live === undefined || present === undefined) return opening;
  const formers = [recorded, ...others];
  const select = (list: "users" | "groups"): Lists => ({
    recorded: formers.flatMap(readAccess).map((access) => listTexts(access[list])),
    live: listTexts(live[list]),
    present: listTexts(present[list]),
  });
  const users = compareLists(select("users"), canonicalizeEmail);
  const groups = compareLists(select("groups"), getUuid);
  const isHidden = formers.some(({ access }) => findWithheld(access) !== undefined);
  if (isHidden) {
    const isDoubtful =
      isWithheld(recorded.access) ||
      users.added.length + groups.added.length > 0 ||
      mayHaveEnded(resource, kept.live.access);
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
