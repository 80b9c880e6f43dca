import { asJson } from "../terminal/json";
import type { Entered, LeftOut } from "./entry";

/** All that Peridio has and the layout does not say, so that a backup holds it nevertheless: a list, empty if there is nothing. */
export function leftOutFile(all: readonly Entered[]): string {
  const list = all.flatMap(({ found, leftOut }) => [...leftOut, ...expiredOf(found)]);
  return asJson(list);
}

function expiredOf({ organization, expired }: Entered["found"]): readonly (Omit<LeftOut, "part"> & { part: string })[] {
  if (expired.length === 0) return [];
  const value = expired.map(({ email, role, expiresAt }) => ({ email, role, expiresAt }));
  const reasons = ["they have expired: invite these people again by an entry under `people`"];
  return [{ organization: organization.name, part: "expiredInvitations", reasons, value }];
}
