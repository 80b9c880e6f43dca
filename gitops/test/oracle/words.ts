import { type Side, type Slot, stackName, type World } from "./model";

/** Describes a change for the message of a failure: only what is declared, one resource in a line. */
export function describeWorld(world: World): string {
  const lines = world.slots.map((slot) => describeSlot(slot));
  const invited = world.invited.map(({ organization, email, status }) => `${email} in ${organization}: ${status}`);
  return [
    `${world.api}, ${world.stacks} stacks${world.endpoint === undefined ? "" : `, endpoint ${world.endpoint}`}`,
    ...(world.hasTests === true ? ["with tests of access"] : []),
    ...(world.hasRules === true ? ["with a rule about groups"] : []),
    ...world.unrefreshed.map((stack) => `${stackName(stack)} without --refresh`),
    ...invited,
    ...lines,
  ].join("\n");
}

function describeSlot(slot: Slot): string {
  const { stack, key, before, after, recorded, isImported, isReplaced, twinOf, secretOrganization: hidden } = slot;
  const former =
    recorded === undefined ? "" : `declared ${JSON.stringify(recorded)}, which changed outside Pulumi to\n    `;
  const [was, is] = [`${former}${side(before)}`, side(after)];
  const mark = isImported === true ? " (imported)" : isReplaced === true ? " (replaced)" : "";
  const twin = twinOf === undefined ? "" : ` (the same object as ${twinOf})`;
  const secret =
    hidden === undefined ? "" : ` (secret organization${hidden.source === undefined ? "" : " of a resource"})`;
  return `${stackName(stack)} ${key}${mark}${twin}${secret}: ${side(before) === is ? `unchanged ${was}` : `${was}\n    → ${is}`}`;
}

function side(one: Side | undefined): string {
  if (one === undefined) return "none";
  const { state, options, strange, hides } = one;
  const extra = {
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(strange === undefined ? {} : { strange }),
    ...(hides === undefined ? {} : { hides }),
  };
  return [JSON.stringify(state), ...(Object.keys(extra).length === 0 ? [] : [JSON.stringify(extra)])].join(" ");
}
