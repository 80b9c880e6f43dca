import { type Expectation } from "./facts";
import { isHidden, type Side, sideOf, type Slot, stackName, type World } from "./model";
import { isReleased } from "./peopleOracle";

/** An object that two stacks declare. */
export interface Twin {
  readonly object: Slot;
  readonly twin: Slot;
  /** The facts about a contradiction of the stacks. */
  readonly conflicts: readonly string[];
  /** True if the documentation does not say which stack counts. */
  readonly isUnclear: boolean;
  /**
   * True if one stack releases the object, or imports a group without members. The documentation does not say if the
   * grants and members of this stack count.
   */
  readonly isDoubtful: boolean;
}

export function twinsOf(world: World, organization: string): Twin[] {
  return world.slots.flatMap((twin): Twin[] => {
    const object = world.slots.find(({ key }) => key === twin.twinOf);
    if (twin.organization !== organization || object === undefined) return [];
    const [first, second] = [outcomeOf(world, object), outcomeOf(world, twin)];
    const prefix = `conflict ${organization}`;
    const deletes = (by: Slot, other: Slot) =>
      `${prefix}: ${stackName(by.stack)} deletes what ${stackName(other.stack)} declares`;
    const conflicts = [
      ...(first === "deleted" && second === "declared" ? [deletes(object, twin)] : []),
      ...(first === "declared" && second === "deleted" ? [deletes(twin, object)] : []),
      ...(first === "declared" && second === "declared" && isDifferent(object.after, twin.after)
        ? [
            `${prefix}: ${[object, twin]
              .map(({ stack }) => stackName(stack))
              .sort()
              .join(" and ")}`,
          ]
        : []),
    ];
    const isReleased = first === "released" || second === "released";
    const isDeleted = first === "deleted" || second === "deleted";
    return [
      {
        object,
        twin,
        conflicts,
        isUnclear: conflicts.length > 0 || (isReleased && isDeleted),
        isDoubtful: isReleased || importsUndeclared(twin),
      },
    ];
  });
}

/** Expects the contradictions about objects that two stacks declare. Returns true if there is one. */
export function expectTwins(world: World, organization: string, expectation: Expectation): boolean {
  const found = twinsOf(world, organization).flatMap(({ conflicts }) => conflicts);
  for (const conflict of found) expectation.require(conflict, "review.md: stacks contradict each other");
  return found.length > 0;
}

function importsUndeclared({ isImported, after }: Slot): boolean {
  return isImported === true && after?.state.type === "Group" && after.state.members === undefined;
}

function outcomeOf(world: World, slot: Slot): "declared" | "released" | "deleted" {
  if (slot.after !== undefined) return "declared";
  return isReleased(world, slot) ? "released" : "deleted";
}

/** Returns true if two stacks declare different properties that the documentation names. */
function isDifferent(one: Side | undefined, other: Side | undefined): boolean {
  return JSON.stringify(comparable(one)) !== JSON.stringify(comparable(other));
}

function comparable(side: Side | undefined): unknown {
  const state = side?.state;
  switch (state?.type) {
    case "Webhook":
      return { ...state, events: [...(state.events ?? [])].sort(), enabled: state.enabled ?? true };
    case "ClaimToken":
      return { ...state, tags: [...(state.tags ?? [])].sort() };
    case "Group":
      return isHidden(state.members) ? state.members : [...(state.members ?? [])].sort();
    case "Project":
      return [state.everyoneEnabled];
    default:
      return sideOf(side, "OrganizationApiToken")?.state;
  }
}

/** Returns the declaration that a new resource continues, because another resource releases the same object. Undefined if there are several. */
export function formerOf(world: World, { before, after, isImported, twinOf, ...slot }: Slot): Side | undefined {
  const isNew = after !== undefined && (before === undefined || isImported === true);
  if (!isNew || slot.secretOrganization !== undefined) return undefined;
  const email = sideOf(after, "Membership")?.state.email.toLowerCase();
  const released = world.slots.filter(
    (one) =>
      one.organization === slot.organization &&
      one.secretOrganization === undefined &&
      isReleased(world, one) &&
      (one.key === twinOf ||
        (email !== undefined && sideOf(one.before, "Membership")?.state.email.toLowerCase() === email)),
  );
  return released.length === 1 ? released[0]?.before : undefined;
}

/** Returns the other declaration of an object, if another resource releases it; undefined otherwise. */
export function releasedTwinOf(world: World, { key, twinOf }: Slot): Side | undefined {
  const twin = world.slots.find((one) => one.key === twinOf || one.twinOf === key);
  return twin !== undefined && isReleased(world, twin) ? twin.before : undefined;
}
