import * as z from "zod";
import { canonicalCidr, cidr, holds, overlap } from "../cidr";
import { isRecord } from "#framework";

const entry = z
  .strictObject({
    cidr: cidr.meta({
      description: "An IPv4 or IPv6 block, such as `203.0.113.0/24`. Two spellings of the same block are equal.",
      comparable: (block) => (typeof block === "string" ? canonicalCidr(block) : block),
    }),
    description: z
      .string()
      .min(1, "must not be empty: to set no description, remove the property")
      .max(256, "must have at most 256 characters")
      .optional()
      .meta({ description: "A description of the block, 1 to 256 characters." }),
  })
  .meta({ id: "AllowlistEntry", description: "A block of addresses that can access the organization." });

const mostBlocks = 100;

/** Blocks of addresses, as Peridio returns them. */
export const allowlist = z.array(entry);

/** The blocks that a program or a layout declares: CIDRs, or entries with a CIDR and a description. Check converts all of them to entries. */
export const declaredAllowlist = z
  .array(z.union([cidr, entry]))
  .max(mostBlocks, `must have at most ${mostBlocks} entries`)
  // The list is checked as a whole even if an entry is invalid, so that all mistakes appear at once.
  .superRefine(refuseNonsense, { when: ({ value }) => Array.isArray(value) })
  .transform((blocks) => blocks.map((block) => (typeof block === "string" ? { cidr: block } : block)))
  .pipe(allowlist)
  .meta({ itemKey: getBlock });

/** Returns what identifies an entry of an allowlist. */
function getBlock(entry: unknown): string {
  return isRecord(entry) ? String(entry.cidr) : "";
}

/** Rejects a list that contains every IPv4 or every IPv6 address, and overlapping blocks in the rest of the list. */
function refuseNonsense(list: readonly unknown[], context: z.RefinementCtx): void {
  // The comparison of all pairs takes long, and the program must change a list that is too long anyway.
  if (list.length > mostBlocks) return;
  const blocks = list.map((block, index) =>
    typeof block === "string" ? { cidr: block, path: [index] } : { cidr: getBlock(block), path: [index, "cidr"] },
  );
  const valid = blocks.filter((block) => cidr.safeParse(block.cidr).success);
  const texts = valid.map(({ cidr }) => cidr);
  const open = families.filter(({ everything }) => holds(texts, everything));
  for (const { name } of open) {
    context.addIssue({
      code: "custom",
      message: `contains every ${name} address: to allow every address, set an empty list`,
    });
  }
  valid.forEach(({ cidr, path }, index) => {
    if (open.some(({ everything }) => overlap(cidr, everything))) return;
    const earlier = valid.slice(0, index).find((other) => overlap(cidr, other.cidr));
    if (earlier === undefined) return;
    const message = `${cidr} overlaps ${earlier.cidr}: keep only one of the two, such as the wider block`;
    context.addIssue({ code: "custom", message, path });
  });
}

const families = [
  { name: "IPv4", everything: "0.0.0.0/0" },
  { name: "IPv6", everything: "::/0" },
] as const;
