import * as z from "zod";
import { canonicalCidr, cidr, cover, overlap, parseCidr } from "../../../../provider/src/core/cidr";
import type { Finding } from "../finding";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";
import { isTold, untoldSetting } from "../untoldSetting";
import { either } from "../../wording/joined";

const prefix = (longest: number) =>
  z.int("must be a whole number").min(1, "must be at least 1").max(longest, `must be at most ${longest}`);

const limits = z
  .strictObject({
    within: z
      .array(cidr)
      .min(1, "must name a block, or be removed")
      .optional()
      .meta({ description: "The blocks of addresses that every entry has to lie in, such as `203.0.113.0/24`." }),
    widest: z
      .strictObject({
        ipv4: prefix(32).optional().meta({ description: "The shortest prefix of an IPv4 block, such as 24." }),
        ipv6: prefix(128).optional().meta({ description: "The shortest prefix of an IPv6 block, such as 48." }),
      })
      .superRefine(({ ipv4, ipv6 }, context) => {
        if (ipv4 !== undefined || ipv6 !== undefined) return;
        context.addIssue({ code: "custom", message: "asks for nothing: give `ipv4`, `ipv6` or both" });
      })
      .optional()
      .meta({
        description: "How wide a block may be, such as `{ ipv4: 24, ipv6: 48 }`: prefixes of that length or longer.",
        minProperties: 1,
      }),
  })
  .superRefine(({ within, widest }, context) => {
    if (within !== undefined || widest !== undefined) return;
    context.addIssue({ code: "custom", message: "asks for nothing: give `within` or `widest`, or write `required`" });
  })
  .meta({ minProperties: 1 });

type Limits = z.output<typeof limits>;

/** That there is an allowlist, and how far it may go. */
export const ipAllowlist = z
  .union([z.literal("required", { error: "must be `required`, or say `within` which blocks it is" }), limits])
  .transform((said) => inEach((concerned) => found(said === "required" ? {} : said, concerned)))
  .optional()
  .meta({
    description:
      "That there is an allowlist of addresses: `required`, or `{ within: [203.0.113.0/24] }` and `{ widest: { ipv4: 24 } }` for one that goes no further.",
  });

function found({ within, widest = {} }: Limits, concerned: Concerned): readonly Finding[] {
  const { name, organization } = concerned;
  const value = organization.security?.ipAllowlist;
  const asked = within === undefined ? "an allowlist" : `an allowlist within ${either(within)}`;
  if (!isTold(value)) return untoldSetting(concerned, { setting: "ipAllowlist", value, asked });
  if (value.length === 0) {
    const words = `${name} can be reached from any address, and the rule asks for ${asked}: declare \`ipAllowlist\`.`;
    return [findingIn(concerned, words, { extent: Infinity })];
  }
  return value.flatMap(({ cidr: written }) => {
    const finding = (reason: string) => [findingIn(concerned, reason, { about: canonicalCidr(written) })];
    const reached = `${name} can be reached from ${written}`;
    if (within !== undefined && !cover(outermost(within), written)) {
      return finding(`${reached}, and the rule allows only ${either(within)}: take the block off \`ipAllowlist\`.`);
    }
    const shortest = written.includes(":") ? widest.ipv6 : widest.ipv4;
    if (shortest === undefined || (parseCidr(written)?.prefix ?? 0) >= shortest) return [];
    return finding(`${reached}, and the rule allows no block wider than /${shortest}: narrow it.`);
  });
}

/** The blocks that lie in no other one, since addresses must not be counted twice. */
function outermost(blocks: readonly string[]): readonly string[] {
  const width = (block: string) => parseCidr(block)?.prefix ?? 0;
  const byWidth = [...blocks].sort((a, b) => width(a) - width(b));
  return byWidth.filter((block, index) => !byWidth.slice(0, index).some((wider) => overlap(block, wider)));
}
