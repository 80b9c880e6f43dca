import { hasDifferenceAt } from "../compare";
import type { PropertyFailure } from "../errors";
import { getTypeName } from "../explain";
import { explainConflict } from "../keys";
import { formatPath } from "../path";
import { findUnmet, toFailures } from "../requirements";
import type { AnyResource } from "../resource";
import { validate, type Checked } from "../validation";
import { hasUnknowns, type Values } from "../values";
import type { Run } from "./run";
import type { Declaration } from "../state";

/**
 * Validates inputs, also against the prior inputs of a resource in the state. Valid inputs leave traces in the run: the keys that they
 * declare, because two declarations of one object conflict, and the fact that a Diff or a Create follows. The returned values contain one
 * more input, the marker of the parent, by which a later Delete finds out if the parent ends too.
 */
export function check(
  run: Run,
  resource: AnyResource,
  { urn, declared }: Declaration,
  priorInputs: Values | undefined,
): Checked {
  const checked = validate(resource.inputs, declared, getTypeName(resource), priorInputs);
  const failures = [...checked.failures, ...findForbiddenChanges(resource, checked, priorInputs)];
  const unmet = findUnmet(run.api, resource, checked.values);
  const urnInState = priorInputs === undefined ? undefined : urn;
  failures.push(...toFailures(unmet, run.service.title, urnInState));
  // Invalid inputs fail anyway, and their keys would be wrong.
  const conflict = failures.length === 0 ? run.addKeys(resource, checked.values, urn) : undefined;
  if (conflict !== undefined) failures.push({ path: formatPath(conflict.path), reason: explainConflict(conflict) });
  if (failures.length === 0) run.recordCheck(urn, priorInputs === undefined);
  const marker = run.parents.createMarker(resource, checked.values, priorInputs ?? {});
  return { values: { ...checked.values, ...marker }, failures };
}

function findForbiddenChanges(
  resource: AnyResource,
  { values, failures }: Checked,
  priorInputs: Values = {},
): readonly PropertyFailure[] {
  const what = getTypeName(resource);
  return Object.entries(resource.inputs.shape).flatMap(([name, schema]) => {
    const [prior, desired] = [priorInputs[name], values[name]];
    if (hasUnknowns(desired) || !hasDifferenceAt("immutable", schema, prior, desired)) return [];
    // One failure for each property is enough.
    if (failures.some(({ path }) => path === name)) return [];
    const reason =
      `cannot be changed. Declare ${JSON.stringify(prior)} again. ` +
      `To manage another ${what}, declare it as a second resource in the program`;
    return [{ path: name, reason }];
  });
}
