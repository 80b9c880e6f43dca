import { formatPath } from "#framework/messages";
import { canonicalizeEmail } from "#provider";
import { compareTexts } from "../wording";
import type { Adoption } from "../edit/adopt";
import { provePerson } from "../edit/proof";
import { type Difference, getFullPath, type LayoutPart } from "./difference";

/** Describes a setting that differs. An undefined value is the default of the API. */
export function describeSetting(part: LayoutPart, declared: unknown, live: unknown): Difference {
  return {
    organization: part.organization,
    subject: formatPath(part.path),
    name: nameSetting(part),
    declared: formatValue(declared),
    live: formatValue(live),
    undo: `sets ${formatValue(declared)}`,
    adoption: adoptValue(part, live),
  };
}

/** Returns the name of a setting on the command line. */
function nameSetting({ organization, path }: LayoutPart): string {
  return `${organization}/${formatPath(path)}`;
}

function formatValue(value: unknown): string {
  return value === undefined ? "the default" : typeof value === "string" ? value : JSON.stringify(value);
}

function adoptValue(part: LayoutPart, live: unknown): Adoption | string {
  const { files, organization } = part;
  const path = getFullPath(part);
  const own = files.findFile(path);
  // A part of `apiKeyRotation` would replace the whole default.
  const canOverride = live !== undefined && part.path.length <= 2;
  const file =
    own ??
    (canOverride
      ? files.files.find((one) => files.listKeys(one, ["organizations"]).includes(organization))
      : undefined);
  if (file === undefined)
    return "The value comes from `defaults`. Change it there, or declare the setting in the organization's entry.";
  const where = own === undefined ? " in the organization's own entry, instead of the default" : "";
  return {
    // A layout cannot declare the default of the API, which applies without a declaration.
    effect: live === undefined ? "removes the setting" : `sets ${formatValue(live)}${where}`,
    edit: (files) => {
      if (live === undefined) files.remove(file, path);
      else files.set(file, path, live);
    },
  };
}

/** A list of people or groups, such as the members of a group. */
export interface ComparedList extends LayoutPart {
  /** The list in words, such as `group field`. */
  readonly noun: string;
  readonly kind: "person" | "group";
  /** E-mail addresses, or names of groups. */
  readonly declared: readonly string[];
  readonly live: readonly string[];
}

/** Lists the items that only one of two lists contains. */
export function compareList(list: ComparedList): readonly Difference[] {
  const subtract = (from: readonly string[], others: readonly string[]) =>
    from.filter((item) => findItem(list, others, item) === -1).toSorted(compareTexts);
  return [
    ...subtract(list.live, list.declared).map((item) => ({
      ...nameItem(list, item),
      ...{ declared: "absent", live: "present", undo: "removes this entry" },
      adoption: adoptItem(list, item),
    })),
    ...subtract(list.declared, list.live).map((item) => ({
      ...nameItem(list, item),
      ...{ declared: "present", live: "absent", undo: "adds this entry" },
      adoption: adoptAbsence(list, item),
    })),
  ];
}

function nameItem(list: ComparedList, item: string) {
  const { organization, kind, noun } = list;
  return kind === "person"
    ? { organization, subject: `${item} in ${noun}`, name: item }
    : { organization, subject: `group ${item} in ${noun}`, name: nameSetting(list) };
}

/** Returns the index of an item, or -1. */
function findItem({ kind }: ComparedList, items: unknown, item: string): number {
  const canonicalize = kind === "person" ? canonicalizeEmail : String;
  return Array.isArray(items) ? items.findIndex((one) => canonicalize(String(one)) === canonicalize(item)) : -1;
}

function adoptItem(list: ComparedList, item: string): Adoption | string {
  const { files, organization, kind } = list;
  const path = getFullPath(list);
  // The list can be absent beside another one.
  const file = files.findFile(path) ?? files.findFile(path.slice(0, -1)) ?? "";
  if (kind === "group" && files.findFile(getFullPath({ organization, path: ["groups", item] })) === undefined)
    return `The layout does not declare the group ${item}. Copy its declaration from \`peridio-gitops export\`.`;
  return {
    effect: `adds ${item} to ${formatPath(list.path)}`,
    edit: (edited) => {
      edited.add(file, path, item);
    },
    ...(kind === "person" && { prove: provePerson(item, "any") }),
  };
}

function adoptAbsence(list: ComparedList, item: string): Adoption | string {
  const { files, kind } = list;
  const path = getFullPath(list);
  const file = files.findFile(path) ?? "";
  if (findItem(list, files.read(file, path), item) === -1)
    return `A team in \`${formatPath(list.path)}\` contains the person. Use \`peridio-gitops move\`, or name people instead of the team.`;
  return {
    effect: `removes ${item} from ${formatPath(list.path)}`,
    edit: (edited) => {
      edited.remove(file, [...path, findItem(list, edited.read(file, path), item)]);
    },
    ...(kind === "person" && { prove: provePerson(item, "any") }),
  };
}
