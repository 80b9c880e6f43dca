import { differsAt } from "../compare";
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

/** Validates inputs, also against the prior inputs of a resource in the state. Remembers the keys that the inputs declare. */
export function check(
  run: Run,
  resource: AnyResource,
  { urn, declared }: Declaration,
  priorInputs: Values | undefined,
): Checked {
  const checked = validate(resource.inputs, declared, getTypeName(resource), priorInputs);
  const failures = [...checked.failures, ...findForbiddenChanges(resource, checked, priorInputs)];
  const unmet = findUnmet(run.api, resource, checked.values);
  failures.push(...toFailures(unmet, run.service.title, priorInputs && urn));
  const conflict = failures.length === 0 ? run.addKeys(resource, checked.values, urn) : undefined;
  if (conflict !== undefined) failures.push({ path: formatPath(conflict.path), reason: explainConflict(conflict) });
  if (failures.length === 0) {
    run.recordCheck(urn);
    run.parents.recordCheck(urn, priorInputs === undefined);
  }
  return {
    values: { ...checked.values, ...run.parents.mark(resource, checked.values, priorInputs ?? {}) },
    failures,
  };
}

/** Returns the changes of immutable properties as failures. */
function findForbiddenChanges(
  resource: AnyResource,
  { values, failures }: Checked,
  priorInputs: Values = {},
): readonly PropertyFailure[] {
  const what = getTypeName(resource);
  return Object.entries(resource.inputs.shape).flatMap(([name, schema]) => {
    const [prior, desired] = [priorInputs[name], values[name]];
    if (hasUnknowns(desired) || !differsAt("immutable", schema, prior, desired)) return [];
    if (failures.some(({ path }) => path === name)) return [];
    const reason =
      `cannot be changed. Declare ${JSON.stringify(prior)} again. ` +
      `To manage another ${what}, declare it as a second resource in the program`;
    return [{ path: name, reason }];
  });
}
