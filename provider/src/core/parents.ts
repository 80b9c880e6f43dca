import * as z from "zod";
import { NotFound } from "../api";
import type { Ledger } from "./declared";
import { Refusal } from "./errors";
import { labelled } from "./explain";
import type { AnyResource, DeletionTerms, ResourceContext } from "./resource";
import { hasUnknowns, type Values } from "./values";

/**
 * The hidden input in which a part remembers its parent. The engine deletes parts before their parent, and in a destroy the
 * provider learns nothing else about it. Pulumi neither shows nor compares inputs whose names begin with two underscores.
 */
export const parentInput = "__parent";

const remembered = z.object({
  id: z.string(),
  /** Absent if the program does not declare the parent. */
  deletion: z.object({ retain: z.boolean(), force: z.boolean() }).optional(),
});

/**
 * What becomes of the parent in this operation:
 *
 * - `stays`: it is declared, or its deletion only removes it from the state
 * - `ends`: it is not declared, and can be deleted with everything in it
 * - `unrecorded`: nothing is known about it, since an older version wrote the state or the user has turned the rule off
 */
export type ParentOutlook = { readonly kind: "stays" | "unrecorded" } | ({ readonly kind: "ends" } & DeletionTerms);

/**
 * The parents that this operation declares, and whether the others can be deleted.
 *
 * A part is removed only if its parent stays declared or can be deleted, so that a deletion which must fail changes nothing.
 * A parent counts as declared after its Check and a Diff that does not replace it, or after its Create: a refresh before a
 * destroy reads and compares it as well.
 */
export class Parents {
  readonly #checked = new Set<string>();
  readonly #guarded = new Map<string, Promise<void>>();

  /** `isRuleOff`: parts of a parent that is not declared are removed without a question. */
  constructor(
    private readonly ledger: Ledger,
    private readonly isRuleOff: boolean,
  ) {}

  /** Remembers that the program declares the resource with this URN. */
  check(urn: string): void {
    this.#checked.add(urn);
  }

  /** Remembers that a checked resource stays. Does nothing for a resource without parts. */
  compare(resource: AnyResource, { urn, id, declared }: { urn: string; id: string; declared: Values }): void {
    if (this.#checked.has(urn)) this.declare(resource, id, declared);
  }

  /** Remembers that a resource exists and stays. Does nothing for a resource without parts. */
  declare(resource: AnyResource, id: string, declared: Values): void {
    const terms = resource.deletionTerms?.(declared);
    if (terms === undefined) return;
    const facts = ["declared", ...(terms.retain ? ["retain"] : []), ...(terms.force ? ["force"] : [])];
    this.ledger.add(...facts.map((what) => fact(resource, id, what)));
  }

  /**
   * The hidden input of a declaration, if it is a part. While the parent is not declared, as in an update with `--target`, an
   * earlier entry stays, unless the rule is off.
   */
  remember(resource: AnyResource, declared: Values, before: Values): Values {
    const { parent } = resource;
    const id = parentId(resource, declared);
    if (parent === undefined || id === undefined) return {};
    const deletion = this.#terms(parent.resource, id);
    const earlier = entryOf(before);
    const stays = deletion === undefined && earlier?.id === id && !this.isRuleOff;
    return { [parentInput]: stays ? earlier : { id, ...(deletion && { deletion }) } };
  }

  /**
   * What becomes of the parent of a part that is about to be deleted. Asks Peridio once for each parent.
   * @throws the parent's own refusal if it can neither stay nor be deleted
   */
  async outlook(resource: AnyResource, context: ResourceContext, declared: Values): Promise<ParentOutlook> {
    const { parent } = resource;
    const id = parentId(resource, declared);
    if (parent === undefined || id === undefined) return { kind: "unrecorded" };
    if (this.#terms(parent.resource, id) !== undefined) return { kind: "stays" };
    const entry = entryOf(declared);
    if (this.isRuleOff || entry?.id !== id) return { kind: "unrecorded" };
    const { deletion } = entry;
    if (deletion === undefined || deletion.retain) return { kind: "stays" };
    const guarded = this.#guarded.get(id) ?? guard(parent.resource, context, id);
    this.#guarded.set(id, guarded);
    await guarded;
    return { kind: "ends", ...deletion };
  }

  #terms(parent: AnyResource, id: string): DeletionTerms | undefined {
    const has = (what: string) => this.ledger.has(fact(parent, id, what));
    return has("declared") ? { retain: has("retain"), force: has("force") } : undefined;
  }
}

/** @throws Refusal, or NotFound if the parent cannot be seen. A question without an answer refuses too. */
async function guard(parent: AnyResource, context: ResourceContext, id: string): Promise<void> {
  try {
    await parent.guardDeletion?.(context, id);
  } catch (error) {
    if (error instanceof Refusal || error instanceof NotFound) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      `its ${labelled(parent)} is not declared in this run, and the provider could not find out whether that can be deleted. ` +
        `Nothing in it was changed. Run the command again. ${reason}`,
    );
  }
}

function fact({ token }: AnyResource, id: string, what: string): string {
  return JSON.stringify(["parent", token, id, what]);
}

function parentId({ parent, changes }: AnyResource, declared: Values): string | undefined {
  if (parent === undefined) return undefined;
  const value = declared[parent.id];
  const id = hasUnknowns(value) ? undefined : (changes[parent.id]?.canonical?.(value) ?? value);
  return typeof id === "string" ? id : undefined;
}

function entryOf(declared: Values): z.output<typeof remembered> | undefined {
  return remembered.safeParse(declared[parentInput]).data;
}
