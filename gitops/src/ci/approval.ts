import type { ApplyRecord } from "../evidence/record";

/** The approval of a run by one person. */
export type Approval = ApplyRecord["approvals"][number];

/** Creates an approval. Omits a moment that is not known. */
export function createApproval(login: string, at?: string | null): Approval {
  const moment = Date.parse(at ?? "");
  return Number.isNaN(moment) ? { login } : { login, at: new Date(moment).toISOString() };
}
