import { isDeepStrictEqual } from "node:util";
import type { Child, Values } from "#framework";
import { insertIds, omitAbsent } from "#framework/definitions";
import type { Side } from "../model/directory";
import { type BackendName, createMatcher } from "#provider";
import { composeLayout, type Layout, type LayoutOrganization } from "#layout";
import { groupBy } from "../grouping";
import { createResource, createState, type Resource, type State } from "../model/resource";
import type { StackChange } from "../model/stackChange";
import { organization } from "../objects/organization";
import { getKind } from "../urn";
import { unknown } from "../hidden";
import { quoteName } from "../wording";
import { computeDigest } from "../digest";

/** The two layouts that a plan compares. */
export interface ComparedLayouts {
  /** The layout before. */
  readonly base: Layout;
  readonly layout: Layout;
  /** The API of organizations without a connection. */
  readonly backend: BackendName;
  /** The digest of both layouts. */
  readonly digest: string;
}

/** The facts that no layout contains. */
const limits =
  "A plan compares only two layouts. It assumes that the base is applied, and that everyone in it is a member. It does not show other stacks, missing second factors, changes outside Pulumi, or anything undeclared.";

/** Returns the change from one layout to another, for each connection. It contains only what the layouts declare. */
export function compareLayouts({ base, layout, backend, digest }: ComparedLayouts): readonly StackChange[] {
  const [before, after] = [base, layout].map(({ organizations }) =>
    groupBy(organizations, ({ connection }) => connection),
  );
  const connections = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...connections].map((connection) => {
    const stack = connection === undefined ? "layout/default" : `connection/${connection}`;
    const api = layout.connections.get(connection ?? "") ?? base.connections.get(connection ?? "") ?? backend;
    const compose = (side: Layout, organizations: readonly LayoutOrganization[] = []) =>
      new PlannedStack(stack, api, composeLayout({ ...side, organizations }).children);
    return {
      stack,
      digest,
      resources: compareStacks(compose(base, before?.get(connection)), compose(layout, after?.get(connection))),
      providers: [],
      uses: [],
      settings: {},
      unknownTypes: [],
      others: [],
      remarks: [],
      unknowns: [limits, ...describeAdded(base, layout), ...describeIgnored(base, layout)],
    };
  });
}

/** Says of each new organization that a layout alone does not show the stack that applies it. */
function describeAdded(base: Layout, layout: Layout): readonly string[] {
  const former = new Set(base.organizations.map(({ name }) => name));
  return layout.organizations
    .filter(({ name }) => !former.has(name))
    .map(
      ({ name }) =>
        `The layout adds ${quoteName(name)}, but a plan does not show that a stack selects this organization. \`peridio-gitops review --layout\` names an organization that no stack declares.`,
    );
}

/** Says of people whose access has ended in the base that the layout ignores them: a run that has not removed them keeps them. */
function describeIgnored(base: Layout, layout: Layout): readonly string[] {
  const before = new Map(base.organizations.map((organization) => [organization.name, organization]));
  return layout.organizations.flatMap(({ name, members, roster }) => {
    const { lastDays = {}, members: former = {} } = before.get(name) ?? {};
    const isIgnored = createMatcher(roster.ignore);
    return Object.entries(lastDays)
      .filter(([email]) => !(email in former) && !(email in members) && isIgnored(email))
      .map(
        ([email, until]) =>
          `The access of ${email} to ${quoteName(name)} ended on ${until}, and \`roster.ignore\` matches this person. If no run has removed the person, the person keeps the access.`,
      );
  });
}

/** The resources that a layout declares for one connection. Their names identify them, so both layouts give an object the same id. */
class PlannedStack {
  readonly children: ReadonlyMap<string, Child>;
  readonly #prefix: string;

  constructor(
    stack: string,
    readonly backend: BackendName,
    children: readonly Child[],
  ) {
    this.#prefix = `urn:pulumi:${stack.split("/").toReversed().join("::")}`;
    this.children = new Map(children.map((child) => [this.#getUrn(child), child]));
  }

  /** Returns the state of a resource. Before the change, it contains what Pulumi would have read of an organization. */
  createState(child: Child, side: Side): State {
    const inputs = omitAbsent(this.#insertIds(child.inputs));
    // Peridio has an owner, also if no layout names the person.
    const isOwned = side === "before" && this.backend === "admin-v2" && child.type === organizationType;
    return createState({
      id: this.#getId(child),
      inputs,
      outputs: isOwned ? { ...undeclared, ...inputs, owner: unknown } : undefined,
      isProtected: child.protect ?? false,
      provider: `${this.#prefix}::pulumi:providers:peridio::default`,
    });
  }

  #insertIds(inputs: Values): Values {
    return Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [name, insertIds(value, (child) => this.#getId(child))]),
    );
  }

  #getUrn({ type, name }: Child): string {
    return `${this.#prefix}::${type}::${name}`;
  }

  /** Returns an id that both layouts give the object. A review compares the last part of an id with those of other organizations. */
  #getId(child: Child): string {
    const [root = ""] = child.name.split("/");
    const organizationId = this.#getUrn({ ...child, type: organizationType, name: root });
    if (child.name === root) return organizationId;
    return `${organizationId}/${computeDigest(this.#getUrn(child))}`;
  }
}

const organizationType = "peridio:index:Organization";

/** Settings without a value are unknown, and not the defaults. */
const undeclared = Object.fromEntries(Object.keys(organization.settings.properties).map((name) => [name, undefined]));

/** Returns the resources of both sides. */
function compareStacks(before: PlannedStack, after: PlannedStack): readonly Resource[] {
  return [...new Set([...before.children.keys(), ...after.children.keys()])].flatMap((urn) => {
    const kind = getKind(urn);
    if (kind === undefined) return [];
    const [former, present] = [before.children.get(urn), after.children.get(urn)];
    const oldState = former && before.createState(former, "before");
    const newState = present && after.createState(present, "after");
    const isSame = isDeepStrictEqual(oldState?.inputs, newState?.inputs);
    return createResource(urn, kind, {
      before: oldState,
      // With the same object on both sides, the review reads the people of a large roster once.
      after: newState && oldState && isSame ? { ...newState, inputs: oldState.inputs } : newState,
      isChanged: !isSame,
      isReleased: newState === undefined && oldState?.inputs.deletionPolicy === "retain",
      isConnect: after.backend === "connect",
    });
  });
}
