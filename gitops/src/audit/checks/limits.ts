import type { Limit, MeteredResource } from "../../../../provider/src/api";
import type { Facts } from "../facts";
import { type Finding, found } from "../finding";
import { counted, numbered } from "../../wording/counted";
import type { Terms } from "../terms";

/** Something that an organization can have only so many of. */
interface Use {
  readonly limit: MeteredResource;
  /** What one of them is called. */
  readonly what: string;
  /** How many there may be, and are; undefined where nobody has told. */
  readonly known: { readonly limit: number; readonly used: number } | undefined;
  /** What is to be said of the number, as the rest of a sentence. */
  readonly remark: string;
}

/** Limits that are nearly used up. */
export function limits(facts: Facts, { limitPercent }: Terms): readonly Finding[] {
  return usesOf(facts).flatMap(({ limit, what, known, remark }) => {
    if (known === undefined || known.used === 0 || known.used * 100 < known.limit * limitPercent) return [];
    const predicate = `uses ${numbered(known.used)} of ${counted(known.limit, what)}${remark}`;
    return [found("nearLimit", facts.name, predicate, { limit, worse: known.used >= known.limit })];
  });
}

/** Every limit that there can be, with what is known of it. */
export function usesOf({ limits = {}, members, pending, beside }: Facts): readonly Use[] {
  const waiting = pending && beside && pending.length + beside.length;
  const { products, devices, users, apiKeys, webhooks } = limits;
  return [
    { limit: "products", what: "product", known: told(products), remark: "" },
    { limit: "devices", what: "device", known: told(devices), remark: "" },
    { limit: "users", what: "seat", ...seats(users, members?.length, waiting) },
    { limit: "api_keys", what: "API key", known: told(apiKeys), remark: "" },
    { limit: "webhooks", what: "webhook", known: told(webhooks), remark: "" },
  ];
}

function told(limit: Limit | undefined): Use["known"] {
  return limit?.used === undefined ? undefined : { limit: limit.limit, used: limit.used };
}

/** Every invitation that waits takes a seat as well, a member's too. Without their number it is at least that of the members. */
function seats(
  limit: Limit | undefined,
  members: number | undefined,
  waiting: number | undefined,
): Pick<Use, "known" | "remark"> {
  const used = members ?? limit?.used;
  if (limit === undefined || used === undefined) return { known: undefined, remark: "" };
  if (members === undefined) return { known: { limit: limit.limit, used }, remark: "" };
  if (waiting === undefined) {
    return { known: { limit: limit.limit, used }, remark: ", not counting invitations that wait" };
  }
  return {
    known: { limit: limit.limit, used: used + waiting },
    remark: `, ${numbered(waiting)} of them for invitations that wait`,
  };
}
