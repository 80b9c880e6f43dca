import type { Facts, Gap } from "./facts";
import { type FindingKind, kindNames } from "./kinds";
import { counted } from "../wording/counted";
import { all } from "../wording/joined";
import { usesOf } from "./checks/limits";

/** What this API does not tell, so that it can be found neither good nor bad. */
export function unknowns(facts: Facts, wanted: ReadonlySet<FindingKind>, api: string): readonly Gap[] {
  const { name: organization, members = [], pending = [], limits, security } = facts;
  const untold: string[] = [];
  const concerned = new Set<FindingKind>();
  const tell = (some: readonly FindingKind[], unknown: number, what: string) => {
    const asked = some.filter((kind) => wanted.has(kind));
    if (unknown === 0 || asked.length === 0) return;
    untold.push(what);
    for (const kind of asked) concerned.add(kind);
  };
  const people = (is: (member: (typeof members)[number]) => boolean) => members.filter(is).length;

  const idle = people(({ lastActiveAt }) => lastActiveAt === undefined);
  tell(["inactive", "neverActive"], idle, `when ${counted(idle, "member")} last did something`);
  const factors = people(({ twoFactorEnabled }) => twoFactorEnabled === undefined);
  tell(
    ["withoutTwoFactor"],
    factors,
    `whether ${counted(factors, "member")} ${factors === 1 ? "has" : "have"} a second factor`,
  );
  const sent = pending.filter(({ sentAt }) => sentAt === undefined).length;
  tell(["oldInvitation"], sent, `when ${counted(sent, "invitation")} ${sent === 1 ? "was" : "were"} sent`);
  if (limits !== undefined) {
    const vague = usesOf(facts).filter(({ known }) => known === undefined);
    tell(["nearLimit"], vague.length, `how much is used of the limits of ${all(vague.map(({ what }) => `${what}s`))}`);
  }
  if (security !== undefined) {
    const { requireTwoFactor, apiKeyRotation, ipAllowlist } = security;
    tell(
      ["twoFactorNotRequired", "withoutTwoFactor"],
      Number(requireTwoFactor === undefined),
      "whether a second factor is required",
    );
    tell(["noKeyRotation"], Number(apiKeyRotation === undefined), "whether keys have to be renewed");
    tell(["noAllowlist"], Number(ipAllowlist === undefined), "whether there is an allowlist");
  }
  if (untold.length === 0) return [];
  const sentence = `Of ${organization}, ${api} does not tell ${untold.join(", ")}.`;
  return [{ organization, sentence, kinds: kindNames.filter((kind) => concerned.has(kind)), failed: false }];
}
