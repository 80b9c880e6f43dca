import * as z from "zod";
import { switchName } from "./configuration";
import type { Ledger } from "./ownership";
import { getErrorMessage, UserError } from "./errors";
import { NotFoundError } from "./request";
import { getTypeName } from "./explain";
import { getBehaviours } from "./property";
import type { AnyResource, DeletionOptions, ResourceContext } from "./resource";
import { hasUnknowns, unknownValue, type Values } from "./values";

/**
 * The hidden input in which a part remembers its parent. The engine deletes parts before their parent. In a
 * destroy, the provider learns nothing else about the parent. Pulumi does not show inputs whose names begin with two underscores.
 */
export const parentInput = "__parent";

/** Returns the remedy of last resort, at the end of every refusal that this rule causes. */
export function partialDestroyHint(prefix: string, parent: string): string {
  return (
    `As a last resort, set the environment variable ${switchName(prefix, "ALLOW_PARTIAL_DESTROY")}=1. The provider then ` +
    "skips this check for the whole run. It deletes everything that the run removes from any " +
    `${parent}, even if the ${parent} itself is not deleted.`
  );
}

const entry = z.object({
  id: z.string(),
  /** Absent if the program does not declare the parent. */
  deletion: z.object({ retain: z.boolean(), force: z.boolean() }).optional(),
});

type Entry = z.output<typeof entry>;

/**
 * The outlook of a parent in this operation:
 *
 * - `stays`: the API does not delete it, because it is declared or its deletion only removes it from the state
 * - `ends`: it is not declared, and can be deleted with everything in it
 * - `unguarded`: an older version wrote the state, or the user has turned the check off
 */
export type ParentOutlook = { readonly kind: "stays" | "unguarded" } | ({ readonly kind: "ends" } & DeletionOptions);

/**
 * The parents that this operation declares, and checks if the other parents can be deleted.
 *
 * A part is removed only if its parent stays declared or can be deleted, so that a deletion which the API would refuse changes
 * nothing. A parent counts as declared after its Check and a Diff that does not replace it, or after its Create. A Diff alone
 * does not count, because a refresh before a destroy calls it too.
 */
export class Parents {
  readonly #checked = new Set<string>();
  /** The ids of the parents that a Diff has kept, by URN. */
  readonly #kept = new Map<string, { readonly resource: AnyResource; readonly id: string }>();
  /** The deletion options of declared parents: a cache, because thousands of parts look them up in the ledger. */
  readonly #options = new Map<string, DeletionOptions>();
  /** The prior entries of parts, by parent. */
  readonly #entries = new Map<string, Entry>();
  readonly #guarded = new Map<string, Promise<void>>();

  constructor(
    private readonly ledger: Ledger,
    private readonly environmentPrefix: string,
    /** Turns the check of parents off: parts are deleted without any check. */
    private readonly allowsPartialDestroy: boolean,
  ) {}

  /**
   * Remembers that the program declares the resource with this URN. After a Diff that kept the resource, the engine checks it once
   * more only to replace it (`replaceOnChanges`), and then without its earlier inputs.
   */
  recordCheck(urn: string, isNew: boolean): void {
    this.#checked.add(urn);
    const kept = this.#kept.get(urn);
    if (!isNew || kept === undefined) return;
    this.#options.delete(fact(kept.resource, kept.id, "declared"));
    this.ledger.add(fact(kept.resource, kept.id, "replaced"));
  }

  /** Remembers that a Diff keeps a resource. */
  recordKept(resource: AnyResource, { urn, id, declared }: { urn: string; id: string; declared: Values }): void {
    const options = resource.parts?.deletionOptions(declared);
    if (options === undefined || !this.#checked.has(urn)) return;
    this.#kept.set(urn, { resource, id });
    this.#add(resource, id, "declared", options);
  }

  /** Remembers that Create has made or adopted a resource. */
  recordCreation(resource: AnyResource, id: string, declared: Values): void {
    const options = resource.parts?.deletionOptions(declared);
    if (options !== undefined) this.#add(resource, id, "created", options);
  }

  /**
   * Returns the hidden input of a checked declaration of a part. Keeps the prior entry if the parent is not declared, because an
   * update with `--target` does not check the parent. The input is unknown while the id is unknown, because an update must keep to its plan.
   */
  remember(resource: AnyResource, declared: Values, priorInputs: Values): Values {
    const { parent } = resource;
    if (parent === undefined) return {};
    if (hasUnknowns(declared[parent.id])) return { [parentInput]: unknownValue };
    const id = parentId(resource, declared);
    if (id === undefined) return {};
    const deletion = this.#optionsOf(parent.resource, id);
    const prior = entryOf(priorInputs) ?? this.#entries.get(fact(parent.resource, id, "entry"));
    if (prior !== undefined) this.#entries.set(fact(parent.resource, prior.id, "entry"), prior);
    const keepsPrior = deletion === undefined && prior?.id === id && !this.allowsPartialDestroy;
    return { [parentInput]: keepsPrior ? prior : { id, ...(deletion && { deletion }) } };
  }

  /** Returns the hidden input of an imported part whose parent is declared. The engine discards the hidden input that Check returned. */
  rememberImported(resource: AnyResource, inputs: Values): Values {
    const id = parentId(resource, inputs);
    const deletion = resource.parent && id !== undefined && this.#optionsOf(resource.parent.resource, id);
    return deletion ? { [parentInput]: { id, deletion } } : {};
  }

  /**
   * Returns the outlook of the parent of a part before the part is deleted. Checks each parent once in a run, even if the check fails.
   * @throws the parent's own refusal if the parent is not declared and cannot be deleted
   */
  async outlook(resource: AnyResource, context: ResourceContext, declared: Values): Promise<ParentOutlook> {
    const { parent } = resource;
    const id = parentId(resource, declared);
    if (parent === undefined || id === undefined || this.allowsPartialDestroy) return { kind: "unguarded" };
    if (this.#optionsOf(parent.resource, id) !== undefined) return { kind: "stays" };
    const remembered = entryOf(declared);
    if (remembered?.id !== id) return { kind: "unguarded" };
    const { deletion } = remembered;
    if (deletion === undefined || deletion.retain) return { kind: "stays" };
    const key = fact(parent.resource, id, "guarded");
    const guarded = this.#guarded.get(key) ?? guard(parent.resource, context, id, this.environmentPrefix);
    this.#guarded.set(key, guarded);
    await guarded;
    return { kind: "ends", ...deletion };
  }

  #add(resource: AnyResource, id: string, status: "declared" | "created", { retain, force }: DeletionOptions): void {
    const facts = [status, ...(retain ? ["retain"] : []), ...(force ? ["force"] : [])];
    this.ledger.add(...facts.map((what) => fact(resource, id, what)));
  }

  #optionsOf(parent: AnyResource, id: string): DeletionOptions | undefined {
    const key = fact(parent, id, "declared");
    const known = this.#options.get(key);
    if (known !== undefined) return known;
    const has = (what: string) => this.ledger.has(fact(parent, id, what));
    if (!has("created") && (!has("declared") || has("replaced"))) return undefined;
    const options = { retain: has("retain"), force: has("force") };
    this.#options.set(key, options);
    return options;
  }
}

/** @throws UserError if the parent cannot be deleted or the check fails, and NotFoundError if the API key cannot see the parent */
async function guard(parent: AnyResource, context: ResourceContext, id: string, prefix: string): Promise<void> {
  try {
    await parent.parts?.guardDeletion?.(context, id);
  } catch (error) {
    if (error instanceof UserError || error instanceof NotFoundError) throw error;
    const [name, reason] = [getTypeName(parent), getErrorMessage(error)];
    throw new UserError(
      `the provider could not check if the ${name} can be deleted, so the provider changed nothing in the ${name}. ${reason} ` +
        `Fix the cause (for example, the connection), and run the command again. ${partialDestroyHint(prefix, name.toLowerCase())}`,
    );
  }
}

function fact({ token }: AnyResource, id: string, what: string): string {
  return JSON.stringify(["parent", token, id, what]);
}

/** Returns the id of the parent that a part declares. Undefined while it is unknown. */
export function parentId(
  { parent, inputs }: Pick<AnyResource, "parent" | "inputs">,
  declared: Values,
): string | undefined {
  if (parent === undefined) return undefined;
  const value = declared[parent.id];
  const id = hasUnknowns(value) ? undefined : (getBehaviours(inputs)[parent.id]?.canonical?.(value) ?? value);
  if (typeof id !== "string") return undefined;
  return parent.toId === undefined ? id : parent.toId(id);
}

function entryOf(declared: Values): Entry | undefined {
  return entry.safeParse(declared[parentInput]).data;
}
