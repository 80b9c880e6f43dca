import type { Setting } from "./life";
import { wholeLife } from "./operations";
import { blindNoop, noop, provider, type Side } from "./sides";

/** A stack whose life is measured side by side. */
export interface Case {
  readonly title: string;
  readonly setting: Omit<Setting, "size" | "organizations" | "repeats">;
  readonly sides: readonly Side[];
  /** Whether it has to meet the targets, which are for no latency and Pulumi's own settings. */
  readonly judged: boolean;
}

const both = [noop, provider];

export const cases = {
  memberships: {
    title: "Membership",
    setting: { form: "Membership", latency: 0, state: "each step", operations: wholeLife },
    sides: both,
    judged: true,
  },
  rosters: {
    title: "OrganizationMembers",
    setting: { form: "OrganizationMembers", latency: 0, state: "each step", operations: wholeLife },
    sides: both,
    judged: true,
  },
  "memberships-sharp": {
    title: "Membership, state written once at the end",
    setting: { form: "Membership", latency: 0, state: "end", operations: wholeLife },
    sides: [noop, blindNoop, provider],
    judged: false,
  },
  "memberships-late": {
    title: "Membership, answers 50 ms late, state written once at the end",
    setting: { form: "Membership", latency: 50, state: "end", operations: wholeLife },
    sides: both,
    judged: false,
  },
  "rosters-late": {
    title: "OrganizationMembers, answers 50 ms late",
    setting: { form: "OrganizationMembers", latency: 50, state: "each step", operations: wholeLife },
    sides: both,
    judged: false,
  },
} satisfies Readonly<Record<string, Case>>;
