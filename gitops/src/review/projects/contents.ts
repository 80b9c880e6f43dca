import { canonicalizeEmail } from "#provider";
import { joinAddresses } from "../../access/reasons";
import { type Hidden, isHidden } from "../../hidden";
import type { Side } from "../../model/directory";
import { mayWrite, type MergedGroup, type MergedProject } from "../../model/merging";
import { describeObject, getName } from "../../model/properties";
import { mayDiffer } from "../../model/resource";
import { countHidden, listTexts } from "../../objects/reading";
import { quoteName } from "../../wording";
import type { Row } from "./outcomes";

// Compares what groups, projects and cohorts contain apart from access: names, descriptions and the members of groups.

/** Returns the change of the name of a group, project or cohort. `describe` returns the object in words, with a name. */
export function compareName(resource: MergedGroup | MergedProject, describe: (name: string) => string): readonly Row[] {
  if (resource.after === undefined) return [];
  const [former, present] = [resource.values.before.name, resource.values.after.name];
  const name = typeof former === "string" ? former : getName(resource);
  if (isHidden(former) || isHidden(present)) {
    const isSame = isHidden(former) && isHidden(present) && !mayDiffer(resource, "name");
    return isSame ? [] : [{ object: describe(name), outcome: "hidesName" }];
  }
  if (typeof former !== "string" || typeof present !== "string" || former === present) return [];
  return [{ object: describe(former), outcome: "renames", detail: quoteName(present) }];
}

/** Returns the change of a description. */
export function compareDescription(resource: MergedGroup | MergedProject, object: string): readonly Row[] {
  const { before, after, values } = resource;
  if (after === undefined) return [];
  if (before === undefined) return isHidden(values.after.description) ? [{ object, outcome: "hidesDescription" }] : [];
  const former = values.before.description;
  const present = values.after.description;
  const areHidden = isHidden(former) && isHidden(present);
  if (areHidden ? !mayDiffer(resource, "description") : former === present) return [];
  if (isHidden(present)) return [{ object, outcome: "hidesDescription" }];
  const show = (value: string | Hidden | undefined) =>
    value === undefined ? "none" : isHidden(value) ? "hidden" : JSON.stringify(value);
  return [{ object, outcome: "describes", detail: `${show(former)} → ${show(present)}` }];
}

/** Lists the people who join or leave a group, which may have access to projects that no stack declares. */
export function compareGroup(resource: MergedGroup): readonly Row[] {
  if (resource.isReleased) return [];
  const getMembers = (side: Side) => resource[side] && resource.values[side].members;
  const lists = { before: listTexts(getMembers("before")), after: listTexts(getMembers("after")) };
  const areSame =
    lists.before.length === lists.after.length && lists.before.every((email, index) => email === lists.after[index]);
  const list = (outcome: "joins" | "leaves", side: Side, other: Side): readonly Row[] => {
    if (areSame) return [];
    const others = joinAddresses([lists[other]]);
    const people = new Map(lists[side].map((email) => [canonicalizeEmail(email), email]));
    return [...people].flatMap(([address, email]) =>
      others.has(address) ? [] : [{ object, emails: [email], outcome }],
    );
  };
  const object = describeObject(resource);
  const isDeclared = (side: Side) => resource.values[side].members !== undefined;
  const isFirst = resource.before !== undefined && !isDeclared("before") && isDeclared("after");
  const [isNew, isGone] = [resource.before === undefined, resource.after === undefined];
  const ends: readonly Row[] = [
    ...(isNew && (resource.isCreated || resource.isReplaced)
      ? [{ object, outcome: isDeclared("after") ? "begins" : "beginsUndeclared" } as const]
      : []),
    ...(isGone ? [{ object, outcome: "ends" } as const] : []),
    ...(isFirst ? [{ object, outcome: "endsMembers" } as const] : []),
    ...(resource.dropped.has("members") && !resource.isImported
      ? [{ object, outcome: "endsMembersManagement" } as const]
      : []),
  ];
  const areHidden = (side: Side) => countHidden(getMembers(side)) > 0;
  const mayHide = mayWrite(resource) && mayDiffer(resource, "members");
  if (areHidden("before") || areHidden("after")) return mayHide ? [{ object, outcome: "hidesMembers" }, ...ends] : [];
  const areSecret = [resource.before, resource.after].some((state) => state?.secretOutputs.includes("members"));
  return [
    ...(areSecret && mayHide ? [{ object, outcome: "hidesMembers" } as const] : []),
    ...list("joins", "after", "before"),
    ...list("leaves", "before", "after"),
    ...ends,
  ];
}
