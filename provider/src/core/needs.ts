import type { Lack, Peridio } from "../api";
import type { Failure } from "./errors";
import { formatPath } from "./path";
import type { AnyResource, Need } from "./resource";
import type { Values } from "./values";

/** What a declaration needs and this API does not have. */
export interface Unmet extends Need {
  readonly lack: Lack;
}

export function unmet(api: Peridio, resource: AnyResource, declared: Values): readonly Unmet[] {
  return (resource.needs?.(declared) ?? []).flatMap((need) => {
    const lack = api.lacks(need.feature);
    return lack === undefined ? [] : [{ ...need, lack }];
  });
}

/** The same as failures of a check. The last one tells all that the API lacks, so that nobody finds it out piece by piece. */
export function unmetFailures(needs: readonly Unmet[]): readonly Failure[] {
  return needs.map(({ path, lack: { reason, inAll } }, index) => ({
    path: formatPath(path),
    reason: index === needs.length - 1 && inAll !== null ? `${reason}. ${inAll}` : reason,
  }));
}
