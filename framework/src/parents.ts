import * as z from "zod";
import { getSwitchName } from "./configuration";
import type { Ledger } from "./ownership";
import { getErrorMessage, UserError } from "./errors";
import { NotFoundError } from "./request";
import { getTypeName } from "./explain";
import { getBehaviours } from "./property";
import type { AnyResource, Context, DeletionOptions } from "./resource";
import { hasUnknowns, unknownValue, type Values } from "./values";

/**
 * The hidden input that marks a part with its parent. The engine deletes parts before their parent. In a
 * destroy, the provider learns nothing else about the parent. Pulumi does not show inputs whose names begin with two underscores.
 */
export const parentInput = "__parent";

/** Returns the remedy of last resort, at the end of every refusal that this rule causes. */
export function explainPartialDestroy(prefix: string, parent: string): string {
  return (
    `As a last resort, set the environment variable ${getSwitchName(prefix, "ALLOW_PARTIAL_DESTROY")}=1. For the whole run, the ` +
    `provider then assumes that each ${parent} stays, and deletes the parts that the run removes.`
  );
}

const marker = z.strictObject({
  id: z.string(),
  /**
   * The deletion options of the parent that the program declares. `undeclared` if the program never declared the parent,
   * `unknown` if the provider could not find out.
   */
  deletion: z.union([z.strictObject({ retain: z.boolean(), force: z.boolean() }), z.enum(["undeclared", "unknown"])]),
  /** The URN of the parent. Absent if another process of the provider manages the parent. */
  urn: z.string().optional(),
});

type Marker = z.output<typeof marker>;

/** The fact about a parent that a part was checked before it, or without it. Its marker then says that the program does not declare it. */
const undeclared = "marked as undeclared";

/**
 * The outlook of a parent in this operation:
 *
 * - `stays`: the API does not delete it in this operation. Its parts can be deleted.
 * - `ends`: this operation may delete it, and the API permits that. Its parts end with it.
 * - `unknown`: neither this operation nor the marker shows if the program declares it.
 */
export type ParentOutlook = "stays" | "ends" | "unknown";

interface PartChange {
  readonly priorInputs: Values;
  readonly state: Values;
  readonly declared: Values;
}

/**
 * The parents that this operation declares, and the markers that remember them in the state.
 *
 * A part is deleted at once only if its parent certainly stays. A parent counts as declared after its Check and a Diff that does not
 * replace it, or after its Create. A Diff alone does not count, because a refresh before a destroy calls it too.
 */
export class Parents {
  /** The URNs that this operation has checked. True if the last Check had no earlier inputs: the engine creates or replaces the resource. */
  readonly #checked = new Map<string, boolean>();
  /** The ids of the parents that a Diff has kept, by URN. */
  readonly #kept = new Map<string, { readonly resource: AnyResource; readonly id: string }>();
  /** The URNs of declared parents. */
  readonly #urns = new Map<string, string>();
  /** The deletion options of declared parents: a cache, because thousands of parts look them up in the ledger. */
  readonly #options = new Map<string, DeletionOptions>();
  /** The prior markers of parts, by parent. */
  readonly #markers = new Map<string, Marker>();
  readonly #guarded = new Map<string, Promise<void>>();

  constructor(
    private readonly ledger: Ledger,
    private readonly environmentPrefix: string,
    /** Every parent that this operation does not declare is assumed to stay. */
    private readonly allowsPartialDestroy: boolean,
  ) {}

  /**
   * Remembers that the program declares the resource with this URN. After a Diff that kept the resource, the engine checks it once
   * more only to replace it (`replaceOnChanges`), and then without its earlier inputs.
   */
  recordCheck(urn: string, isNew: boolean): void {
    this.#checked.set(urn, isNew);
    const kept = this.#kept.get(urn);
    if (!isNew || kept === undefined) return;
    this.#options.delete(encodeFact(kept.resource, kept.id, "declared"));
    this.ledger.add(encodeFact(kept.resource, kept.id, "replaced"));
  }

  /** Remembers that a Diff keeps a resource. Returns true if the marker of a part already says that the program never declared it. */
  recordKept(resource: AnyResource, { urn, id, declared }: { urn: string; id: string; declared: Values }): boolean {
    const options = resource.parts?.deletionOptions(declared);
    if (options === undefined || !this.#checked.has(urn)) return false;
    this.#kept.set(urn, { resource, id });
    return this.#add(resource, { urn, id }, "declared", options);
  }

  /** Remembers that Create has made or adopted a resource. Returns true as `recordKept` does. */
  recordCreation(resource: AnyResource, { urn, id, declared }: { urn: string; id: string; declared: Values }): boolean {
    const options = resource.parts?.deletionOptions(declared);
    return options !== undefined && this.#add(resource, { urn, id }, "created", options);
  }

  /** Returns true if this operation declares the object with this id, as a resource with parts. */
  isDeclared(resource: AnyResource, id: string): boolean {
    return resource.parts !== undefined && this.#getOptions(resource, id) !== undefined;
  }

  /**
   * Returns the marker of a checked declaration of a part. Keeps the prior marker if the parent is not declared, because an
   * update with `--target` does not check the parent. The marker is unknown while the id is unknown, because an update must keep to its plan.
   */
  createMarker(resource: AnyResource, declared: Values, priorInputs: Values): Values {
    const { parent } = resource;
    if (parent === undefined) return {};
    if (hasUnknowns(declared[parent.id])) return { [parentInput]: unknownValue };
    const id = readParentId(resource, declared);
    if (id === undefined) return {};
    const prior = readMarker(priorInputs) ?? this.#markers.get(encodeFact(parent.resource, id, "marker"));
    if (prior !== undefined) this.#markers.set(encodeFact(parent.resource, prior.id, "marker"), prior);
    const declaredMarker = this.#createDeclaredMarker(parent.resource, id);
    if (declaredMarker !== undefined) return { [parentInput]: declaredMarker };
    const wasDeclared = prior?.id === id && typeof prior.deletion === "object";
    if (wasDeclared && !this.allowsPartialDestroy) return { [parentInput]: prior };
    const deletion = this.ledger.explainFailure() === undefined ? "undeclared" : "unknown";
    const fact = encodeFact(parent.resource, id, undeclared);
    if (!this.ledger.has(fact)) this.ledger.add(fact);
    return { [parentInput]: { id, deletion } satisfies Marker };
  }

  /** Returns the marker of an imported part whose parent is declared. The engine discards the marker that Check returned. */
  createMarkerOfImport(resource: AnyResource, inputs: Values): Values {
    const id = readParentId(resource, inputs);
    const imported = resource.parent && id !== undefined && this.#createDeclaredMarker(resource.parent.resource, id);
    return imported ? { [parentInput]: imported } : {};
  }

  /**
   * Returns the outlook of the parent of a part before the part is deleted. Guards each ending parent once in a run, even if the guard fails.
   * @throws the parent's own refusal if this operation may delete the parent, but the API would refuse
   */
  async assessOutlook(resource: AnyResource, context: Pick<Context, "api">, declared: Values): Promise<ParentOutlook> {
    const { parent } = resource;
    if (parent === undefined) return "stays";
    const id = readParentId(resource, declared);
    if (id !== undefined && this.#getOptions(parent.resource, id) !== undefined) return "stays";
    if (this.allowsPartialDestroy) return this.#trust(parent.resource, id);
    const marked = readMarker(declared);
    if (id === undefined || marked?.id !== id || marked.deletion === "unknown") return "unknown";
    const { deletion } = marked;
    if (deletion === "undeclared" || deletion.retain) return this.#trust(parent.resource, id);
    await this.#guard(parent.resource, context, id, deletion.force);
    return "ends";
  }

  /**
   * Guards the parent that a part leaves, if this operation replaces that parent. The engine does not announce deletions
   * in a preview, so only the replacement of a parent is visible there.
   * @throws the parent's own refusal if the API would refuse to delete it
   */
  async guardReplaced(
    resource: AnyResource,
    context: Pick<Context, "api">,
    { priorInputs, state, declared }: PartChange,
  ): Promise<void> {
    const marked = readMarker({ ...state, ...priorInputs });
    const isReplaced = marked?.urn !== undefined && this.#checked.get(marked.urn) === true;
    if (resource.parent === undefined || !isReplaced || readParentId(resource, declared) === marked.id) return;
    const { deletion } = marked;
    if (typeof deletion !== "object" || deletion.retain || this.allowsPartialDestroy) return;
    await this.#guard(resource.parent.resource, context, marked.id, deletion.force);
  }

  /** Returns true if this operation has trusted that this parent stays, and has deleted parts of it. Deleting the parent too needs another run. */
  wasTrustedToStay(resource: AnyResource, id: string): boolean {
    return this.ledger.has(encodeFact(resource, id, "trusted"));
  }

  /** Trusts a marker or the user that a parent stays, although this operation does not declare it. */
  #trust(parent: AnyResource, id: string | undefined): ParentOutlook {
    if (id !== undefined) this.ledger.add(encodeFact(parent, id, "trusted"));
    return "stays";
  }

  /** Returns the refusal to delete a part of a parent with an unknown outlook. */
  explainUnknown(resource: AnyResource): UserError {
    const name = getTypeName(resource.parent?.resource ?? resource);
    return new UserError(
      `the state does not show if this program declares the ${name}, so the provider did not delete this resource. This happens after an import, ` +
        "with the state of an older version, and if the state was edited. Declare this resource, run `pulumi up` once without " +
        `\`--target\`, and run the command again. ${explainPartialDestroy(this.environmentPrefix, name.toLowerCase())}`,
    );
  }

  async #guard(parent: AnyResource, context: Pick<Context, "api">, id: string, force: boolean): Promise<void> {
    const key = encodeFact(parent, id, `guarded, force: ${force}`);
    const guarded =
      this.#guarded.get(key) ?? guard(parent, { api: context.api }, { id, force }, this.environmentPrefix);
    this.#guarded.set(key, guarded);
    await guarded;
  }

  #add(
    resource: AnyResource,
    { urn, id }: { readonly urn: string; readonly id: string },
    status: "declared" | "created",
    { retain, force }: DeletionOptions,
  ): boolean {
    this.#urns.set(encodeFact(resource, id, "declared"), urn);
    const facts = [status, ...(retain ? ["retain"] : []), ...(force ? ["force"] : [])];
    this.ledger.add(...facts.map((what) => encodeFact(resource, id, what)));
    return this.ledger.has(encodeFact(resource, id, undeclared));
  }

  #createDeclaredMarker(parent: AnyResource, id: string): Marker | undefined {
    const deletion = this.#getOptions(parent, id);
    const urn = this.#urns.get(encodeFact(parent, id, "declared"));
    return deletion && { id, deletion: { ...deletion }, ...(urn !== undefined && { urn }) };
  }

  #getOptions(parent: AnyResource, id: string): DeletionOptions | undefined {
    const key = encodeFact(parent, id, "declared");
    const known = this.#options.get(key);
    if (known !== undefined) return known;
    const has = (what: string) => this.ledger.has(encodeFact(parent, id, what));
    if (!has("created") && (!has("declared") || has("replaced"))) return undefined;
    const options = { retain: has("retain"), force: has("force") };
    this.#options.set(key, options);
    return options;
  }
}

/** @throws UserError if the parent cannot be deleted or the check fails, and NotFoundError if the API key cannot see the parent */
async function guard(
  parent: AnyResource,
  context: Pick<Context, "api">,
  { id, force }: { readonly id: string; readonly force: boolean },
  prefix: string,
): Promise<void> {
  try {
    await parent.parts?.guardDeletion?.(context, id, force);
  } catch (error) {
    if (error instanceof UserError || error instanceof NotFoundError) throw error;
    const [name, reason] = [getTypeName(parent), getErrorMessage(error)];
    throw new UserError(
      `the provider could not check if the ${name} can be deleted, so the provider changed nothing in the ${name}. ${reason} ` +
        `Fix the cause (for example, the connection), and run the command again. ${explainPartialDestroy(prefix, name.toLowerCase())}`,
    );
  }
}

function encodeFact({ token }: AnyResource, id: string, what: string): string {
  return JSON.stringify(["parent", token, id, what]);
}

/** Returns the id of the parent that a part declares. Undefined while it is unknown. */
export function readParentId(
  { parent, inputs }: Pick<AnyResource, "parent" | "inputs">,
  declared: Values,
): string | undefined {
  if (parent === undefined) return undefined;
  const value = declared[parent.id];
  const id = hasUnknowns(value) ? undefined : (getBehaviours(inputs)[parent.id]?.canonical?.(value) ?? value);
  if (typeof id !== "string") return undefined;
  return parent.toId === undefined ? id : parent.toId(id);
}

function readMarker(declared: Values): Marker | undefined {
  return marker.safeParse(declared[parentInput]).data;
}
