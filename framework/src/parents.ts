import * as z from "zod";
import { switchName } from "./configuration";
import type { Ledger } from "./ownership";
import { UserError } from "./errors";
import { NotFound } from "./request";
import { labelled } from "./explain";
import type { AnyResource, DeletionOptions, ResourceContext } from "./resource";
import { hasUnknowns, unknownValue, type Values } from "./values";

/**
 * The hidden input in which a part remembers its parent. The engine deletes parts before their parent, and in a destroy the
 * provider learns nothing else about it. Pulumi does not show inputs whose names begin with two underscores.
 */
export const parentInput = "__parent";

/** Returns the remedy of last resort, at the end of every refusal that this rule causes. */
export function partialDestroyHint(prefix: string, parent: string): string {
  return (
    `As a last resort, ${switchName(prefix, "ALLOW_PARTIAL_DESTROY")}=1 turns this check off for every resource of the run: ` +
    `it deletes the other resources of the ${parent}, even if the ${parent} stays.`
  );
}

const entry = z.object({
  id: z.string(),
  /** Absent if the program does not declare the parent. */
  deletion: z.object({ retain: z.boolean(), force: z.boolean() }).optional(),
});

type Entry = z.output<typeof entry>;

/**
 * The fate of a parent in this operation:
 *
 * - `stays`: it is declared, or its deletion only removes it from the state
 * - `ends`: it is not declared, and can be deleted with everything in it
 * - `unguarded`: an older version wrote the state, or the user has turned the check off
 */
export type ParentFate = { readonly kind: "stays" | "unguarded" } | ({ readonly kind: "ends" } & DeletionOptions);

/**
 * The parents that this operation declares, and the answers of the others to the question if they can be deleted.
 *
 * A part is removed only if its parent stays declared or can be deleted, so that a deletion which the API would refuse changes
 * nothing. A parent counts as declared after its Check and a Diff that does not replace it, or after its Create. A Diff alone
 * does not count, because a refresh before a destroy calls it too.
 */
export class Parents {
  readonly #checked = new Set<string>();
  /** The ids of the parents that a Diff has kept, by URN. */
  readonly #kept = new Map<string, { readonly resource: AnyResource; readonly id: string }>();
  /** The terms of declared parents, so that thousands of parts do not ask the ledger again. */
  readonly #terms = new Map<string, DeletionOptions>();
  /** The entries that parts had before, by the id of the parent. */
  readonly #entries = new Map<string, Entry>();
  readonly #guarded = new Map<string, Promise<void>>();

  constructor(
    private readonly ledger: Ledger,
    private readonly environmentPrefix: string,
    /** Turns the check of parents off: parts are deleted without a question and without limits. */
    private readonly allowsPartialDestroy: boolean,
  ) {}

  /**
   * Remembers that the program declares the resource with this URN. After a Diff that kept the resource, the engine checks it once
   * more only to replace it (`replaceOnChanges`), and then without its earlier inputs.
   */
  check(urn: string, isNew: boolean): void {
    this.#checked.add(urn);
    const kept = this.#kept.get(urn);
    if (!isNew || kept === undefined) return;
    this.#terms.delete(fact(kept.resource, kept.id, "declared"));
    this.ledger.add(fact(kept.resource, kept.id, "replaced"));
  }

  /** Remembers that a Diff keeps a resource. */
  keep(resource: AnyResource, { urn, id, declared }: { urn: string; id: string; declared: Values }): void {
    const terms = resource.deletionTerms?.(declared);
    if (terms === undefined || !this.#checked.has(urn)) return;
    this.#kept.set(urn, { resource, id });
    this.#add(resource, id, "declared", terms);
  }

  /** Remembers that Create has made or adopted a resource. */
  create(resource: AnyResource, id: string, declared: Values): void {
    const terms = resource.deletionTerms?.(declared);
    if (terms !== undefined) this.#add(resource, id, "created", terms);
  }

  /**
   * The hidden input of a checked declaration, if it is a part. Keeps the earlier entry if the parent is not declared, since an
   * update with `--target` does not check it. Unknown as long as the id is, because a plan holds the update to what it has seen.
   */
  remember(resource: AnyResource, declared: Values, before: Values): Values {
    const { parent } = resource;
    if (parent === undefined) return {};
    if (hasUnknowns(declared[parent.id])) return { [parentInput]: unknownValue };
    const id = parentId(resource, declared);
    if (id === undefined) return {};
    const deletion = this.#termsOf(parent.resource, id);
    const earlier = entryOf(before) ?? this.#entries.get(id);
    if (earlier !== undefined) this.#entries.set(earlier.id, earlier);
    const keepsEarlier = deletion === undefined && earlier?.id === id && !this.allowsPartialDestroy;
    return { [parentInput]: keepsEarlier ? earlier : { id, ...(deletion && { deletion }) } };
  }

  /** The hidden input of an imported part, if the program declares its parent: the engine keeps nothing else of its Check. */
  rememberImported(resource: AnyResource, inputs: Values): Values {
    const id = parentId(resource, inputs);
    const deletion = resource.parent && id !== undefined && this.#termsOf(resource.parent.resource, id);
    return deletion ? { [parentInput]: { id, deletion } } : {};
  }

  /**
   * Returns the fate of the parent of a part that is about to be deleted. Asks the API once for each parent; a question that failed
   * is not asked again in the same run.
   * @throws the parent's own refusal if it can neither stay nor be deleted
   */
  async outlook(resource: AnyResource, context: ResourceContext, declared: Values): Promise<ParentFate> {
    const { parent } = resource;
    const id = parentId(resource, declared);
    if (parent === undefined || id === undefined || this.allowsPartialDestroy) return { kind: "unguarded" };
    if (this.#termsOf(parent.resource, id) !== undefined) return { kind: "stays" };
    const remembered = entryOf(declared);
    if (remembered?.id !== id) return { kind: "unguarded" };
    const { deletion } = remembered;
    if (deletion === undefined || deletion.retain) return { kind: "stays" };
    const guarded = this.#guarded.get(id) ?? guard(parent.resource, context, id, this.environmentPrefix);
    this.#guarded.set(id, guarded);
    await guarded;
    return { kind: "ends", ...deletion };
  }

  #add(resource: AnyResource, id: string, how: "declared" | "created", { retain, force }: DeletionOptions): void {
    const facts = [how, ...(retain ? ["retain"] : []), ...(force ? ["force"] : [])];
    this.ledger.add(...facts.map((what) => fact(resource, id, what)));
  }

  #termsOf(parent: AnyResource, id: string): DeletionOptions | undefined {
    const key = fact(parent, id, "declared");
    const known = this.#terms.get(key);
    if (known !== undefined) return known;
    const has = (what: string) => this.ledger.has(fact(parent, id, what));
    if (!has("created") && (!has("declared") || has("replaced"))) return undefined;
    const terms = { retain: has("retain"), force: has("force") };
    this.#terms.set(key, terms);
    return terms;
  }
}

/** @throws UserError, or NotFound if the parent cannot be seen. A question without an answer refuses too. */
async function guard(parent: AnyResource, context: ResourceContext, id: string, prefix: string): Promise<void> {
  try {
    await parent.guardDeletion?.(context, id);
  } catch (error) {
    if (error instanceof UserError || error instanceof NotFound) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `the provider could not check if its ${labelled(parent)} can be deleted, so it changed nothing in it. ` +
        `Resolve this and run the command again. ${partialDestroyHint(prefix, labelled(parent).toLowerCase())} ${reason}`,
    );
  }
}

function fact({ token }: AnyResource, id: string, what: string): string {
  return JSON.stringify(["parent", token, id, what]);
}

/** The id of the parent that a part declares. Undefined while it is unknown. */
export function parentId({ parent, changes }: AnyResource, declared: Values): string | undefined {
  if (parent === undefined) return undefined;
  const value = declared[parent.id];
  const id = hasUnknowns(value) ? undefined : (changes[parent.id]?.canonical?.(value) ?? value);
  return typeof id === "string" ? id : undefined;
}

function entryOf(declared: Values): Entry | undefined {
  return entry.safeParse(declared[parentInput]).data;
}
