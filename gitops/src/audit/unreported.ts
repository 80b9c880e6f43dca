import { formatCount, joinAnd } from "../wording";
import { type Facts, isKnown, listKnown } from "./facts";
import { type FindingKind, kindNames } from "./kinds";
import type { Gap } from "./gaps";
import { listUses } from "./organizationChecks";

/** A fact that this API does not report. */
interface UnreportedFact {
  /** The kinds of findings that require the fact. */
  readonly kinds: readonly FindingKind[];
  /** The number of cases without the fact. */
  readonly count: number;
  /** The fact in words. */
  readonly fact: string;
}

/** Returns the facts that this API does not report, and that the chosen kinds of findings require. */
export function findUnknowns(facts: Facts, chosen: ReadonlySet<FindingKind>, api: string): readonly Gap[] {
  const { name: organization } = facts;
  const isChosen = (kind: FindingKind) => chosen.has(kind);
  const unreported = listUnreported(facts).filter(({ count, kinds }) => count > 0 && kinds.some(isChosen));
  if (unreported.length === 0) return [];
  const concerned = new Set(unreported.flatMap(({ kinds }) => kinds.filter(isChosen)));
  const sentence = `For ${organization}, ${api} does not report ${unreported.map(({ fact }) => fact).join(", ")}.`;
  return [{ organization, sentence, kinds: kindNames.filter((kind) => concerned.has(kind)), hasFailed: false }];
}

function listUnreported(facts: Facts): readonly UnreportedFact[] {
  const { limits, security } = facts;
  const [members, pending] = [listKnown(facts.members), listKnown(facts.pending)];
  const idle = members.filter(({ lastActiveAt }) => lastActiveAt === undefined).length;
  const factors = members.filter(({ twoFactorEnabled }) => twoFactorEnabled === undefined).length;
  const sent = pending.filter(({ sentAt }) => sentAt === undefined).length;
  const unmetered = isKnown(limits) ? listUses(facts).filter(({ amount }) => amount === undefined) : [];
  const nouns = joinAnd(unmetered.map(({ noun }) => `${noun}s`));
  const unsupportedSettings = Number(security === "unsupported");
  return [
    { kinds: ["inactive", "neverActive"], count: idle, fact: `the last activity of ${formatCount(idle, "member")}` },
    { kinds: ["withoutTwoFactor"], count: factors, fact: `the second factor of ${formatCount(factors, "member")}` },
    { kinds: ["oldInvitation"], count: sent, fact: `the date of ${formatCount(sent, "invitation")}` },
    { kinds: ["nearLimit"], count: unmetered.length, fact: `the number of ${nouns} in use` },
    {
      kinds: ["twoFactorNotRequired", "withoutTwoFactor"],
      count: unsupportedSettings,
      fact: "the requirement of a second factor",
    },
    { kinds: ["noKeyRotation"], count: unsupportedSettings, fact: "the rotation of API keys" },
    { kinds: ["noAllowlist"], count: unsupportedSettings, fact: "the allowlist" },
  ];
}
