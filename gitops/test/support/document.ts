import type { Values } from "#framework";
import type { Kind } from "../../src/model/stackChange";
import type { StackChange } from "../../src/model/stackChange";
import { readPreview } from "../../src/preview/preview";
import { buildModel } from "../../src/model/model";
import { reviewModel, type ReviewOptions } from "../../src/review/assemble";
import type { PersonReview, Review } from "../../src/review/review";

/** Returns the review of the changes of all stacks together. */
export function createReview(previews: readonly StackChange[], kind: Kind, options?: ReviewOptions): Review {
  return reviewModel(buildModel(previews, kind), options);
}

/** Stands for a value that a preview does not know, in Pulumi's output. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource's state, as Pulumi prints it. */
export interface Printed {
  readonly id?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
  /** False for a component. */
  readonly custom?: boolean;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** The URN of the resource with which Pulumi deletes this one from the state. */
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly external?: boolean;
  /** True if Pulumi refreshes the resource in every preview. */
  readonly refreshBeforeUpdate?: boolean;
  /** The id in the import. */
  readonly importID?: string;
  /** The time when Pulumi last changed the state. */
  readonly modified?: string;
  /** The provider's URN, then its id. */
  readonly provider?: string;
  /** The resources that provide the organization's id, such as `Organization::dev`. */
  readonly of?: readonly string[];
  /** The resources that provide ids of groups with access, such as `Group::field`. */
  readonly accessOf?: readonly string[];
  /** The resources that provide other properties, by property. */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

export interface PrintedStep {
  readonly op: string;
  /** `Membership::bob` of the stack `acme/dev`. Other types have their full name. */
  readonly name: string;
  /** Absent if there is none, as in Pulumi's output. */
  readonly before?: Printed | undefined;
  readonly after?: Printed | undefined;
  /** The paths of the properties that differ, if the step reports them. */
  readonly differs?: readonly string[] | undefined;
}

interface Options {
  readonly kind?: Kind;
  readonly stack?: string;
  /** False for a preview without `--refresh`. */
  readonly isRefreshed?: boolean;
  /** Further contents of the document. */
  readonly more?: Values;
}

/** Returns Pulumi's output for these steps: of `pulumi preview --json --show-sames`, or of a refresh. */
export function document(
  steps: readonly PrintedStep[],
  { kind = "change", stack = "dev", isRefreshed = true, more }: Options = {},
): string {
  const itself: PrintedStep = {
    op: kind === "drift" ? "refresh" : "same",
    name: `pulumi:pulumi:Stack::acme-${stack}`,
    before: {},
    after: {},
  };
  // Pulumi prints the refreshed state before the steps of the program.
  const own = new Set(steps.filter(({ op }) => op === "refresh").map(({ name }) => name));
  const existing = new Map(steps.flatMap(({ name, before }) => (before && !own.has(name) ? [[name, before]] : [])));
  const refreshed: readonly PrintedStep[] =
    kind === "drift" || !isRefreshed
      ? []
      : [...existing].map(([name, before]) => ({ op: "refresh", name, before, after: before }));
  const all = [...refreshed, itself, ...steps].map((step) =>
    existing.has(step.name) && !own.has(step.name) ? { ...step, before: keepTime(step.before) } : step,
  );
  const same = all.filter(({ op }) => op === (kind === "drift" ? "refresh" : "same")).length;
  const printed = all.map(({ op, name, before, after, differs }) => ({
    op,
    urn: urn(name, stack),
    ...(before && { oldState: state(before, stack) }),
    ...(after && { newState: state(after, stack) }),
    detailedDiff: differs === undefined ? null : Object.fromEntries(differs.map((path) => [path, { kind: "update" }])),
  }));
  return JSON.stringify({ steps: printed, duration: 1, changeSummary: { same }, ...more });
}

/** Pulumi keeps the time of a state that a refresh does not change. */
function keepTime(before: Printed | undefined): Printed | undefined {
  return before && { modified: "1970-01-01T00:00:00Z", ...before };
}

export function urn(name: string, stack = "dev"): string {
  const type = /^[A-Z]\w*::/.test(name) ? "peridio:index:" : "";
  return `urn:pulumi:${stack}::acme::${type}${name}`;
}

function state({ of = [], accessOf = [], dependsOn = {}, ...rest }: Printed, stack: string): Values {
  const sources = { organizationId: of, access: accessOf, ...dependsOn };
  const propertyDependencies = Object.fromEntries(
    Object.entries(sources)
      .filter(([, names]) => names.length > 0)
      .map(([property, names]) => [property, names.map((name) => urn(name, stack))]),
  );
  return { ...rest, propertyDependencies };
}

/** Returns the PRN of an organization, from a digit. */
export function prn(digit: number): string {
  return `prn:1:00000000-0000-4000-8000-00000000000${digit}`;
}

/** An existing organization without a change. */
export function organization(name: string, digit: number, more: Printed = {}): PrintedStep {
  const printed = {
    inputs: { name },
    protect: true,
    ...more,
  };
  const outputs = { name, displayName: name, owner: { email: "ada@acme.example" }, ...more.outputs };
  return { op: "same", name: `Organization::${name}`, before: { id: prn(digit), ...printed, outputs }, after: printed };
}

/** Returns the review of one stack with these steps. */
export function review(steps: readonly PrintedStep[], kind: Kind = "change"): Review {
  return createReview([readPreview(document(steps, { kind }), "preview.json", kind)], kind);
}

/** Returns a person's change in a line: `bob@acme.example: viewer → admin (grantsAdmin)`. */
export function describeChanges(people: readonly PersonReview[]): readonly string[] {
  return people
    .filter(({ changed }) => changed)
    .map(
      ({ email, before, after, risks }) =>
        `${email}: ${describeAccess(before)} → ${describeAccess(after)} (${risks.join(", ")})`,
    );
}

function describeAccess(access: PersonReview["before"]): string {
  if (access === null) return "-";
  return [access.role, ...(access.status === "active" ? [] : [access.status]), ...(access.owner ? ["owner"] : [])].join(
    " ",
  );
}
