import { join } from "node:path";
import type { Form, Size } from "./program";

/** The commands in the life of a stack. The unchanged ones fail if they find a change. */
export const operations = {
  "first preview": ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  "unchanged up": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  "unchanged preview": ["preview", "--expect-no-changes"],
  refresh: ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export type Operation = keyof typeof operations;

/** The operations that change nothing, so that one stack can repeat them. */
export const repeatable: ReadonlySet<Operation> = new Set<Operation>([
  "first preview",
  "unchanged up",
  "unchanged preview",
  "refresh",
]);

/** All operations, in order. */
export const wholeLife: readonly Operation[] = [
  "first preview",
  "up",
  "unchanged up",
  "unchanged preview",
  "refresh",
  "destroy",
];

const root = join(__dirname, "../..");

/** A provider to measure. */
export interface Side {
  readonly name: string;
  /** The folder of its plugin. */
  readonly plugin: string;
  readonly environment: Readonly<Record<string, string>>;
}

export const provider: Side = { name: "provider", plugin: join(root, "bin"), environment: {} };

/** Answers every call at once. The engine makes the same calls as to the provider. */
export const noop: Side = { name: "no-op", plugin: join(root, "dist/bench/noop"), environment: {} };

/** Does not ask the engine to read pending people before an update. */
export const blindNoop: Side = {
  name: "no-op without early reads",
  plugin: noop.plugin,
  environment: { BENCH_NOOP_READS_EARLY: "no" },
};

/** The stack to measure. */
export interface Setting {
  readonly form: Form;
  readonly size: Size;
  /** The program declares the organizations, or they exist with a high limit of users. */
  readonly organizations: "declared" | "given";
  /** The milliseconds that every response of Peridio is delayed. */
  readonly latency: number;
  /** The time at which Pulumi writes its state. By default, Pulumi writes it at each step. */
  readonly state: "each step" | "end";
  /** The number of operations that Pulumi runs at once. By default, Pulumi runs four for each core. */
  readonly parallel?: number;
  readonly operations: readonly Operation[];
  /** The number of consecutive runs of each repeatable operation. The others run once. */
  readonly repeats: number;
}

/** A comparison of the provider with the no-op on equal stacks, with all operations. */
export interface Case {
  readonly title: string;
  readonly setting: Omit<Setting, "size" | "organizations" | "operations" | "repeats">;
}

export const cases = {
  memberships: {
    title: "Membership",
    setting: { form: "Membership", latency: 0, state: "each step" },
  },
  rosters: {
    title: "OrganizationMembers",
    setting: { form: "OrganizationMembers", latency: 0, state: "each step" },
  },
  "memberships-late": {
    title: "Membership, responses 50 ms late, state written once at the end",
    setting: { form: "Membership", latency: 50, state: "end" },
  },
  "memberships-late-parallel": {
    title: "Membership, responses 50 ms late, 256 parallel operations, state written once at the end",
    setting: { form: "Membership", latency: 50, state: "end", parallel: 256 },
  },
  "rosters-late": {
    title: "OrganizationMembers, responses 50 ms late",
    setting: { form: "OrganizationMembers", latency: 50, state: "each step" },
  },
} satisfies Readonly<Record<string, Case>>;
