import { join } from "node:path";
import type { Form, Size } from "./program";

/** The commands of a stack's life, in their order. Those that must find nothing to do fail if they do. */
export const operations = {
  "first preview": ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  "unchanged up": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  "unchanged preview": ["preview", "--expect-no-changes"],
  refresh: ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export type Operation = keyof typeof operations;

/** Those after which everything is as it was, so that they can be measured again. */
export const repeatable: ReadonlySet<Operation> = new Set<Operation>([
  "first preview",
  "unchanged up",
  "unchanged preview",
  "refresh",
]);

const wholeLife: readonly Operation[] = [
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

/** Answers every call at once, and has the engine make the calls that it makes of the provider. */
export const noop: Side = { name: "no-op", plugin: join(root, "dist/bench/noop"), environment: {} };

/** The same, but lets the engine take unchanged people as they are. */
export const blindNoop: Side = {
  name: "no-op without early reads",
  plugin: noop.plugin,
  environment: { BENCH_NOOP_LOOKS: "no" },
};

/** What a stack is like whose life is measured. */
export interface Setting {
  readonly form: Form;
  readonly size: Size;
  /** Whether the program declares the organizations, or they exist with room for many people. */
  readonly organizations: "declared" | "given";
  /** By how many milliseconds every answer of Peridio is late. */
  readonly latency: number;
  /** When Pulumi writes its state: after each step, which is its default, or once at the end. */
  readonly state: "each step" | "end";
  readonly operations: readonly Operation[];
  /** How often those operations run, one after the other, that change nothing; the others run once. */
  readonly repeats: number;
}

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
