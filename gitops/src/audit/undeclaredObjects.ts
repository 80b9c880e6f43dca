import { describeResource } from "../model/resource";
import { liveTypes } from "../objects/rows";
import { joinAnd } from "../wording";
import type { DeclaredOrganization } from "./declarations";
import { createFinding, type FindingDetails, type FindingObject, nameObject } from "./finding";
import type { Facts } from "./facts";
import type { FindingOrGap } from "./gaps";
import type { FindingKind } from "./kinds";

/** A live object, with the words for its finding. */
export interface DescribedObject extends FindingObject, Pick<FindingDetails, "person" | "isHigh"> {
  /** The object's name in sentences. By default, `name`. */
  readonly label?: string;
  /** The effect of the object, as the rest of a sentence. */
  readonly effect?: string | undefined;
}

/**
 * Finds the objects that neither the layout nor a preview contains. A preview that imports an object by name does not show its id, so each
 * undeclared object of this kind may be the imported one. The last element is then a gap that says so.
 */
export function findUndeclared(
  kind: FindingKind,
  { name: organization }: Facts,
  objects: readonly DescribedObject[],
  declared: DeclaredOrganization,
): readonly FindingOrGap[] {
  // `absence` is the rest of a sentence, and says that something is not declared.
  const { absence, resources, findObject } = declared;
  const undeclared = objects.filter((live) => findObject(live).length === 0);
  const imported = [...new Set(undeclared.map(({ type }) => liveTypes[type].kind))].flatMap((resourceKind) =>
    resources.filter((one) => one.kind === resourceKind && one.isImported && one.after?.id === undefined),
  );
  const names = joinAnd(imported.map(describeResource));
  const consequence =
    imported.length === 1
      ? "which imports an object by name. The audit reports this object as undeclared. Run `pulumi up` to import it."
      : "which import objects by name. The audit reports these objects as undeclared. Run `pulumi up` to import them.";
  const sentence = `The previews of ${organization} show no id for ${names}, ${consequence}`;
  return [
    ...undeclared.map(({ effect, person, isHigh, label, type, ...identity }) => {
      const predicate = effect === undefined ? absence : `${effect}, and ${absence}`;
      return createFinding(kind, organization, predicate, { person, isHigh, ...nameObject(type, identity, label) });
    }),
    // The audit is complete: it reports each object that may be the imported one.
    ...(imported.length === 0 ? [] : [{ organization, sentence, kinds: [kind], hasFailed: false }]),
  ];
}
