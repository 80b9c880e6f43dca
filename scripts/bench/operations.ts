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

export const wholeLife: readonly Operation[] = [
  "first preview",
  "up",
  "unchanged up",
  "unchanged preview",
  "refresh",
  "destroy",
];
