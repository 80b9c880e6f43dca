import * as z from "zod";
import { canonicalCidr, cidr, cover, overlap, parseCidr } from "../../core/cidr";
import { isRecord } from "../../core/values";
import { sorted } from "./unordered";

const entry = z
  .strictObject({
    cidr: cidr.meta({
      description:
        "An IPv4 or IPv6 block, such as `203.0.113.0/24`. Compared by the addresses it covers, not by its spelling.",
    }),
    description: z
      .string()
      .min(1, "must not be empty: leave it out for none")
      .max(256, "must have at most 256 characters")
      .optional()
      .meta({ description: "What the block is, 1 to 256 characters." }),
  })
  .meta({ id: "AllowlistEntry", description: "A block of addresses that may reach the organization." });

const mostBlocks = 100;

/** Blocks of addresses, as Peridio may have them. */
export const allowlist = z.array(entry);

/** Blocks of addresses that make sense together. */
export const soundAllowlist = allowlist
  .max(mostBlocks, `must have at most ${mostBlocks} entries`)
  .superRefine(refuseOverlaps)
  .superRefine(refuseTheWorld);

/** Blocks in programs and layouts: a CIDR alone, or with a description. Check turns all of them into entries. */
export const declaredAllowlist = z
  .array(z.union([cidr, entry]))
  .transform((blocks) => blocks.map((block) => (typeof block === "string" ? { cidr: block } : block)))
  .pipe(soundAllowlist);

/** Order and spelling are no difference: the blocks in canonical form, sorted. */
export function canonicalAllowlist(list: unknown): unknown {
  const blocks: unknown = Array.isArray(list)
    ? list.map((entry: unknown) => (isRecord(entry) ? { ...entry, cidr: blockOf(entry) } : entry))
    : list;
  return sorted(blocks, blockOf);
}

/** The observed entries in the order of the declared ones for the same blocks. */
export function byBlock(declared: readonly unknown[], observed: readonly unknown[]): readonly unknown[] {
  return declared.map((entry) => observed.find((other) => blockOf(other) === blockOf(entry)));
}

function blockOf(entry: unknown): string {
  return isRecord(entry) && typeof entry.cidr === "string" ? canonicalCidr(entry.cidr) : "";
}

type Blocks = readonly { readonly cidr: string }[];

function refuseOverlaps(list: Blocks, context: z.RefinementCtx): void {
  // Comparing all pairs takes long, and a list that is too long must change anyway.
  if (list.length > mostBlocks) return;
  list.forEach(({ cidr }, index) => {
    const earlier = list
      .slice(0, index)
      .find((other) => parseCidr(cidr) && parseCidr(other.cidr) && overlap(cidr, other.cidr));
    if (earlier === undefined) return;
    const message = `${cidr} overlaps ${earlier.cidr}: keep the wider block only`;
    context.addIssue({ code: "custom", message, path: [index, "cidr"] });
  });
}

function refuseTheWorld(list: Blocks, context: z.RefinementCtx): void {
  if (list.length > mostBlocks) return;
  const blocks = list.map(({ cidr }) => cidr).filter((cidr) => parseCidr(cidr) !== undefined);
  const overlapping = blocks.some((block, index) => blocks.slice(0, index).some((other) => overlap(block, other)));
  if (overlapping) return;
  for (const [kind, everything] of [
    ["IPv4", "0.0.0.0/0"],
    ["IPv6", "::/0"],
  ] as const) {
    if (!cover(blocks, everything)) continue;
    context.addIssue({ code: "custom", message: `holds every ${kind} address: leave the list empty to allow any` });
  }
}
