import type { LaidOut } from "../../../provider/src/layouts/layout";

/** What an audit is held against. */
export interface Terms {
  /** The moment from which days are counted back. */
  readonly now: Date;
  readonly inactiveDays: number;
  readonly invitationDays: number;
  readonly maxAdmins: number;
  readonly limitPercent: number;
  /** The organizations of the layout by name; undefined without a layout. */
  readonly layout: ReadonlyMap<string, LaidOut> | undefined;
}

const day = 86_400_000;

/** How many whole days ago it was. */
export function daysSince(moment: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(moment)) / day);
}

/** The day of a moment, UTC. */
export function dateOf(moment: string): string {
  return moment.slice(0, 10);
}
