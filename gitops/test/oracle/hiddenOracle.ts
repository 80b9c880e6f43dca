import { escape, type Expectation } from "./facts";
import { type Side, sideOf, type Slot, type World } from "./model";
import { declaredBy } from "./peopleOracle";
import { isReplaced } from "./printer";

/**
 * Expects the risk of each value that a preview hides with `hides`. Nothing else about the organization is determined, because the
 * value can concern everyone in it.
 */
export function expectHidden(world: World, expectation: Expectation): void {
  for (const slot of world.slots) {
    const { before, after, key, organization } = slot;
    const names = Object.keys({ ...before?.hides, ...after?.hides });
    if (names.length === 0) continue;
    expectation.allowAll(new RegExp(`^(person|setting|projects|rule|conflict) ${escape(organization)} `));
    const slots = world.slots.filter((one) => one.organization === organization);
    expectation.allowAll(/^(insiders|organization|program \S+ references?) /);
    for (const name of names) {
      if (!mustShow(slot, name)) continue;
      // A replacement deletes the former object with all access, whatever it was.
      if (isReplaced(world, slot) && after?.hides?.[name] === undefined) continue;
      const email = sideOf(after, "Membership")?.state.email;
      // Another stack can show the role of the person.
      const others = email === undefined ? 0 : slots.filter((one) => declaredBy(one.before).includes(email)).length;
      if (others > 1) continue;
      const subject = email === undefined ? "(person|setting|projects|organization)" : `person \\S+ ${escape(email)}:`;
      expectation.requireAny(
        `hidden ${name} of ${key}`,
        new RegExp(`^${subject} .*\\[[^\\]]*\\bhidden\\b[^\\]]*\\]$`),
        "review.md: hidden: a value changes, but it is secret or unknown",
      );
    }
  }
}

/** Returns true if the change sets or changes a hidden value. An import changes nothing. */
function mustShow(slot: Slot, name: string): boolean {
  const { before, after, isImported } = slot;
  if (after === undefined || isImported === true) return false;
  if (before === undefined) return after.hides?.[name] !== undefined;
  return JSON.stringify(valueOf(before, name)) !== JSON.stringify(valueOf(after, name));
}

function valueOf({ state }: Side, name: string): unknown {
  return new Map<string, unknown>(Object.entries(state)).get(name);
}
