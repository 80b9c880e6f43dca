import type { LayoutOrganization } from "#layout";
import type { DeclaredOrganizations } from "./declarations";
import type { FindingKind } from "./kinds";

/** The options of an audit. */
export interface AuditOptions {
  /** The moment from which the audit counts days. */
  readonly now: Date;
  /** The kinds of findings to which the user limits the audit; empty for all. */
  readonly kinds: readonly FindingKind[];
  /** The days without activity after which a member is inactive. */
  readonly inactiveDays: number;
  /** The days after which a pending invitation is old. */
  readonly invitationDays: number;
  /** The largest number of admins that is no finding. */
  readonly maxAdmins: number;
  /** The used part of a limit, in percent, from which the audit warns. */
  readonly limitPercent: number;
  /** The days after its creation from which an API token is old. */
  readonly tokenDays: number;
  /** The days without a use from which an API token is unused. */
  readonly tokenUnusedDays: number;
  /** The days before an end of access from which the audit names the end. */
  readonly endsWithin: number;
  /** The organizations of the layout by name; undefined without a layout. */
  readonly layout: ReadonlyMap<string, LayoutOrganization> | undefined;
  /** The declarations of the layout and the previews; undefined without both. */
  readonly declarations: DeclaredOrganizations | undefined;
}
