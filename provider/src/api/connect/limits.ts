import type { Limits } from "../port";
import { seen } from "./organizations";
import type { Me } from "./schemas";

/** What the plan allows. The API counts nothing: how many members there are, their list tells. */
export function limitsOf(known: Me, organizationId: string): Limits {
  const { maxUsers, maxDevices } = seen(known, organizationId);
  return {
    ...(maxUsers !== undefined && { users: { limit: maxUsers, used: undefined } }),
    ...(maxDevices !== undefined && { devices: { limit: maxDevices, used: undefined } }),
  };
}
