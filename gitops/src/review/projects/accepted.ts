import { omitAbsent } from "#framework/definitions";
import { canonicalizeEmail } from "#provider";
import type { MergedGroup, MergedProject } from "../../model/merging";
import { getUuid } from "../../model/properties";
import { accessInputs } from "../../objects/grants";
import type { ValuesOf } from "../../objects/property";
import { findHidden, listTexts, readValues } from "../../objects/reading";
import { isHidden } from "../../hidden";
import { quoteName } from "../../wording";
import { findDriftCause, type Recorded } from "../../model/cause";
import type { Row } from "./outcomes";

// Accepted changes: those made outside Pulumi that remain, because a program starts to declare them, keeps them by `ignoreChanges`, stops declaring them,
// or releases the object. Otherwise, the update would undo them.

type ObjectValues = ValuesOf<typeof accessInputs>;
/** An object that Peridio keeps: its values before and after the change, and those of the last update of each stack, with what Pulumi read since. */
interface KeptObject {
  readonly object: string;
  readonly recorded: readonly {
    readonly declared: ObjectValues;
    /** The values that Pulumi had read by the last update. */
    readonly read: ObjectValues;
    readonly live: ObjectValues;
  }[];
  /** The names of the properties that a program declares after the change. */
  readonly declaredAfter: ReadonlySet<string>;
  readonly live: ObjectValues;
  readonly after: ObjectValues;
  /** True if the last refresh of a stack may have found other values than those of its state. */
  readonly mayHaveDrifted: boolean;
}

/** Lists what changed outside Pulumi and remains. `object` is the thing in words, and `nameGroup` returns the name of a group. */
export function listAccepted(
  thing: MergedGroup | MergedProject,
  object: string,
  nameGroup: (id: string) => string,
): readonly Row[] {
  // Only a resource with a last update can accept a change since then. Other rows show an import.
  const updated = thing.resources.filter(
    ({ before, isImported, recorded = {} }) => before !== undefined && !isImported && Object.keys(recorded).length > 0,
  );
  if (updated.length === 0 || (thing.after === undefined && !thing.isReleased)) return [];
  const { values } = thing;
  const kept: KeptObject = {
    object,
    recorded: updated.map(({ recorded = {}, recordedOutputs = {}, values }) => ({
      declared: readValues(accessInputs, recorded),
      read: readValues(accessInputs, recordedOutputs),
      live: readValues(accessInputs, values.before),
    })),
    declaredAfter: new Set(Object.keys(omitAbsent(thing.after?.inputs ?? {}))),
    live: values.before,
    after: values.after,
    mayHaveDrifted: thing.mayHaveDrifted,
  };
  return [
    ...listTextRows(kept, "name", "acceptsName"),
    ...listTextRows(kept, "description", "acceptsDescription"),
    ...listOpeningRows(kept),
    ...listEntryRows(kept, [
      {
        read: ({ members }) => members,
        canonicalize: canonicalizeEmail,
        accept: (email, isAdded) => ({ object, emails: [email], outcome: isAdded ? "acceptsJoins" : "acceptsLeaves" }),
      },
    ]),
    ...listEntryRows(kept, [
      {
        read: ({ access }) => (isHidden(access) ? access : access && (access.users ?? [])),
        canonicalize: canonicalizeEmail,
        accept: (email, isAdded) => ({
          object,
          emails: [email],
          outcome: isAdded ? "acceptsGrants" : "acceptsRevocations",
        }),
      },
      {
        read: ({ access }) => (isHidden(access) ? access : access && (access.groups ?? [])),
        canonicalize: getUuid,
        accept: (id, isAdded) => ({
          object,
          outcome: isAdded ? "acceptsGroup" : "acceptsGroupRevocation",
          detail: quoteName(nameGroup(id)),
        }),
      },
    ]),
  ];
}

/** Returns the value of the last update that changed outside Pulumi, if the change keeps the other value. */
function findAccepted<T>(recorded: readonly Recorded<T>[], after: T): Recorded<T> | undefined {
  const cause = findDriftCause(recorded, after, (one, other) => one === other);
  return cause === "accepts" ? recorded.find(({ hasDrifted }) => hasDrifted !== false) : undefined;
}

/** If no program declared the property at its last update, and one does after the change, this uses the values that Pulumi had read. */
function findAcceptedValue(
  { recorded, declaredAfter, live, after }: KeptObject,
  name: "name" | "description" | "everyoneEnabled",
) {
  if (isHidden(live[name]) || live[name] !== after[name]) return undefined;
  const declaring = recorded.filter((one) => one.declared[name] !== undefined);
  const values =
    declaring.length > 0
      ? declaring.map((one) => [one.declared[name], one.live[name]] as const)
      : declaredAfter.has(name)
        ? recorded.map((one) => [one.read[name], one.live[name]] as const)
        : [];
  return findAccepted(
    values.map(([value, present]) => ({ value, hasDrifted: isHidden(value) ? "perhaps" : value !== present })),
    after[name],
  );
}

function listTextRows(kept: KeptObject, name: "name" | "description", outcome: Row["outcome"]): readonly Row[] {
  const { object, live } = kept;
  const accepted = findAcceptedValue(kept, name);
  if (accepted === undefined) return [];
  if (isHidden(accepted.value)) return [{ object, outcome: "hidesFormer" }];
  const show = (value: unknown) => (value === undefined ? "none" : JSON.stringify(value));
  return [{ object, outcome, detail: `${show(accepted.value)} → ${show(live[name])}` }];
}

function listOpeningRows(kept: KeptObject): readonly Row[] {
  const { object, live } = kept;
  const accepted = findAcceptedValue(kept, "everyoneEnabled");
  if (accepted === undefined || live.everyoneEnabled === undefined) return [];
  if (isHidden(accepted.value)) return [{ object, outcome: "hidesFormer" }];
  return [{ object, outcome: live.everyoneEnabled === true ? "acceptsOpening" : "acceptsClosing" }];
}

/** A list of people or groups in an object. */
interface List {
  /** Returns the items; undefined if no program declares them. */
  readonly read: (values: ObjectValues) => unknown;
  readonly canonicalize: (item: string) => string;
  /** Creates the row of an item that was added or removed outside Pulumi. */
  readonly accept: (item: string, isAdded: boolean) => Row;
}

/** Lists the items that were added or removed outside Pulumi, as far as this remains. If an item of a last update is hidden, one row says so. */
function listEntryRows(
  { object, recorded, live, after, mayHaveDrifted }: KeptObject,
  lists: readonly List[],
): readonly Row[] {
  const rows = lists.flatMap(({ read, canonicalize, accept }) => {
    const declaring = recorded.filter((one) => read(one.declared) !== undefined);
    if (declaring.length === 0 || ![live, after].every((values) => Array.isArray(read(values)))) return [];
    const index = (values: ObjectValues) => new Map(listTexts(read(values)).map((item) => [canonicalize(item), item]));
    const sides = declaring.map((one) => ({ declared: index(one.declared), live: index(one.live) }));
    const [before, present] = [index(live), index(after)];
    const items = new Map([...sides.flatMap((side) => [...side.declared]), ...present]);
    return [...items].flatMap(([key, item]) => {
      const isPresent = present.has(key);
      const former = sides.map((side) => ({
        value: side.declared.has(key),
        hasDrifted: side.declared.has(key) !== side.live.has(key),
      }));
      const isAccepted = before.has(key) === isPresent && findAccepted(former, isPresent) !== undefined;
      return isAccepted ? [{ isAdded: isPresent, row: accept(item, isPresent) }] : [];
    });
  });
  const hasHidden = recorded.some(({ declared }) => lists.some(({ read }) => findHidden(read(declared)) !== undefined));
  if (!hasHidden)
    return [true, false].flatMap((isAdded) => rows.flatMap((one) => (one.isAdded === isAdded ? one.row : [])));
  // The hidden item could be any of these, so one row replaces theirs. An added item is certainly new, but a removed one may be the hidden one.
  // If Peridio's values are hidden too, a row of `reviewHiddenDrift` says so.
  const mayHideRemoval = mayHaveDrifted && lists.every(({ read }) => findHidden(read(live)) === undefined);
  return mayHideRemoval || rows.some(({ isAdded }) => isAdded) ? [{ object, outcome: "hidesFormer" }] : [];
}
