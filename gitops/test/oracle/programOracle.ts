import { type Expectation, riskList } from "./facts";
import { isHidden, type Options, type Side, sideOf, type Slot, type State, stackName, type World } from "./model";
import { expectPeopleConflicts, lifeOf, organizationsOf } from "./peopleOracle";
import { isReplaced, tokenOf } from "./printer";
import { expectReferences } from "./referencesOracle";
import { expectTwins, formerOf } from "./twins";

/** Expects the program changes and the organizations. Returns the verdict. */
export function expectProgram(world: World, expectation: Expectation): "pass" | "needs approval" | "refused" {
  const found = { needsApproval: false };
  const require = (fact: string, why: string, approval: boolean) => {
    expectation.require(fact, why);
    found.needsApproval ||= approval;
  };
  for (const organization of organizationsOf(world)) {
    const life = lifeOf(world, organization);
    const risks = life === "deleted" ? ["deletesOrganization"] : life === "released" ? ["releases"] : [];
    // A roster that a preview hides is a risk of its organization.
    const hides = world.slots.some(
      (slot) =>
        slot.organization === organization && isHidden(sideOf(slot.after, "OrganizationMembers")?.state.members),
    );
    const fact = `organization ${organization}: ${life} ${riskList([...risks, ...(hides ? ["hidden"] : [])])}`;
    expectation.require(
      fact,
      "review.md: the organizations that the change creates, adopts, deletes, replaces or releases",
    );
    // A roster that ignores fewer people removes people that no preview names.
    const ignoresFewer = world.slots.some(
      (slot) =>
        slot.organization === organization &&
        sideOf(slot.before, "OrganizationMembers")?.state.ignore !== undefined &&
        slot.after !== undefined &&
        JSON.stringify(sideOf(slot.before, "OrganizationMembers")?.state.ignore) !==
          JSON.stringify(sideOf(slot.after, "OrganizationMembers")?.state.ignore),
    );
    // The hidden outputs of a former roster can differ from its inputs.
    const hidesFormer = world.slots.some(
      (slot) =>
        slot.organization === organization &&
        slot.before?.options.secretOutputs?.includes("members") === true &&
        sideOf(slot.before, "OrganizationMembers") !== undefined,
    );
    if (ignoresFewer || hidesFormer) {
      expectation.allowInstead(fact, `organization ${organization}: ${life} ${riskList([...risks, "hidden"])}`);
    }
  }
  for (const stack of world.unrefreshed) {
    const fact = `unknown ${stackName(stack)} without --refresh`;
    // A preview without resources of Peridio in the state has nothing to refresh.
    const existing = world.slots.filter(
      (slot) => slot.stack === stack && slot.before !== undefined && isPeridio(slot.before.state),
    );
    const hasState = existing.length > 0;
    // Pulumi refreshes a resource that waits for an invitation in every preview.
    const areWaiting = existing.every(
      ({ before }) => sideOf(before, "Membership") !== undefined || sideOf(before, "OrganizationMembers") !== undefined,
    );
    if (hasState && areWaiting) expectation.allow(fact);
    else if (hasState) expectation.require(fact, "review.md: a preview without --refresh");
    else expectation.allow(fact);
  }
  // Without a resource, Pulumi starts no default provider.
  if (world.endpoint !== undefined) {
    const fact = `program ${stackName(0)} providers endpoint of the default provider [changesProvider]`;
    if (usesDefaultProvider(world)) require(fact, "review.md: an endpoint in the configuration of the stack", true);
    else expectation.allow(fact);
  }
  for (const slot of world.slots) {
    const stack = `program ${stackName(slot.stack)}`;
    const { before, after } = slot;
    const shown = after ?? before;
    if (shown === undefined) continue;
    if (shown.state.type === "other") {
      if (JSON.stringify(before?.state) === JSON.stringify(after?.state)) continue;
      const token = tokenOf(shown.state);
      const isPeridio = token.startsWith("peridio:");
      const risk = isPeridio ? "notUnderstood" : "changesOther";
      const why = isPeridio ? "review.md: a changed resource of an unknown type" : "review.md: other providers";
      require(`${stack} ${isPeridio ? "types" : "others"} ${token} [${risk}]`, why, true);
      continue;
    }
    if (shown.state.type === "provider") {
      if (JSON.stringify(before?.state) !== JSON.stringify(after?.state)) {
        require(`${stack} providers ${slot.key} [changesProvider]`, "review.md: an explicit provider changes", true);
      }
      continue;
    }
    if (before !== undefined && after !== undefined && before.options.provider !== after.options.provider) {
      const [from, to] = [before.options.provider ?? "default", after.options.provider ?? "default"];
      const why = "review.md: a resource that moves to another provider";
      require(`${stack} providers ${from} → ${to} [changesProvider]`, why, true);
    }
    options(slot, shown, stack, require, expectation);
    const former = formerOf(world, slot)?.options.deletedWith;
    if (former !== undefined && after?.options.deletedWith === undefined && after?.options.retainOnDelete !== true) {
      const fact = `${stack} options deletedWith of ${shown.state.type} ${slot.key} [weakensGuard]`;
      require(fact, "review.md: weakensGuard: a resource loses `deletedWith`", false);
    }
    // The last days of a roster with hidden people concern people whose rows exist only if the hidden people change too.
    const rosters = [before, after].map((side) => sideOf(side, "OrganizationMembers"));
    const differ = (property: "members" | "lastDays") =>
      new Set(rosters.map((roster) => JSON.stringify(roster?.state[property]))).size > 1;
    const hiding = rosters.filter((roster) => roster?.hides?.members !== undefined);
    if (differ("lastDays") && hiding.length > 0) {
      const fact = `${stack} steps OrganizationMembers ${slot.key} [notUnderstood]`;
      if (hiding.length === 2 && !differ("members")) require(fact, "review.md: last days of hidden people", true);
      else expectation.allow(fact);
    }
    const [was, is] = [before?.strange?.quark, after?.strange?.quark];
    const property = `${stack} properties quark of ${shown.state.type} ${slot.key} [notUnderstood]`;
    // The deletion of an unknown property may have no other row.
    if (was !== undefined && after === undefined)
      expectation.allow(`${stack} steps ${shown.state.type} ${slot.key} [notUnderstood]`);
    // A replacement creates the object with its properties.
    if (was === is && was !== undefined && isReplaced(world, slot)) expectation.allow(property);
    if (was !== is) {
      // The object of a deleted resource has no properties, and an import changes nothing in Peridio.
      if (after === undefined || slot.isImported === true) expectation.allow(property);
      else require(property, "review.md: a property that this version does not know", true);
    }
  }
  const hidesReference = expectReferences(world, expectation);
  let isRefused = false;
  for (const organization of organizationsOf(world)) {
    if (expectTwins(world, organization, expectation)) isRefused = true;
    if (expectPeopleConflicts(world, organization, expectation)) isRefused = true;
  }
  if (isRefused) return "refused";
  return found.needsApproval || hidesReference ? "needs approval" : "pass";
}

/** Reports if a resource is Peridio's, perhaps of an unknown type. A provider is none. */
function isPeridio(state: State): boolean {
  return state.type === "other" ? tokenOf(state).startsWith("peridio:") : state.type !== "provider";
}

function options(
  slot: Slot,
  shown: Side,
  stack: string,
  require: (fact: string, why: string, approval: boolean) => void,
  expectation: Expectation,
): void {
  const { before, after } = slot;
  const subject = `${shown.state.type} ${slot.key}`;
  const why = "review.md: options that are added, changed or removed";
  const value = (side: Side | undefined, option: keyof Options) => JSON.stringify(side?.options[option] ?? null);
  const fact = (option: string, risk: string) => `${stack} options ${option} of ${subject} ${risk}`;
  for (const option of ["ignoreChanges", "deletedWith"] as const) {
    const [was, is] = [value(before, option), value(after, option)];
    if (was === is) continue;
    const risk =
      option === "ignoreChanges"
        ? is === "null"
          ? "[]"
          : riskList(["ignoresChanges", ...(slot.isImported === true ? ["hidden"] : [])])
        : is === "null"
          ? "[weakensGuard]"
          : "[retains]";
    // A deleted resource loses no option.
    if (after === undefined) expectation.allow(fact(option, risk));
    else if (before === undefined) expectation.allow(fact(option, risk));
    else require(fact(option, risk), why, false);
  }
  const [shownBefore, hidesAfter] = [value(before, "secretOutputs"), value(after, "secretOutputs")];
  if (shownBefore !== hidesAfter) {
    const hides = fact("additionalSecretOutputs", hidesAfter === "null" ? "[]" : "[hidden]");
    if (after === undefined) expectation.allow(hides);
    else require(hides, "review.md: hidden: a value changes or may change, but it is secret", false);
  }
  const [was, is] = [before?.options.strange, after?.options.strange];
  if (was === is) return;
  const strange = fact(is ?? was ?? "", "[notUnderstood]");
  if (after === undefined) expectation.allow(strange);
  else require(strange, why, true);
}

/** Returns true if a resource of the first stack uses the default provider. */
function usesDefaultProvider(world: World): boolean {
  return world.slots.some(
    ({ stack, before, after }) =>
      stack === 0 &&
      [before, after].some(
        (side) =>
          side !== undefined &&
          side.state.type !== "other" &&
          side.state.type !== "provider" &&
          side.options.provider === undefined,
      ),
  );
}

/** Returns true if the review has to need approval for a reason that only the deletion or the import of a resource can give. */
export function hasUnclearApproval(world: World): boolean {
  if (world.endpoint !== undefined && !usesDefaultProvider(world)) return true;
  return world.slots.some((slot) => {
    const { before, after, isImported } = slot;
    const side = after === undefined ? before : isImported === true || isReplaced(world, slot) ? after : undefined;
    return side?.strange !== undefined || side?.options.strange !== undefined;
  });
}
