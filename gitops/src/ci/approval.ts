/** The approval of a run by one person. */
export interface Approval {
  readonly login: string;
  /** The moment, in UTC. Absent if the forge does not show it. */
  readonly at?: string;
}

/** Creates an approval. Omits a moment that is not known. */
export function createApproval(login: string, at?: string | null): Approval {
  const moment = Date.parse(at ?? "");
  return Number.isNaN(moment) ? { login } : { login, at: new Date(moment).toISOString() };
}
