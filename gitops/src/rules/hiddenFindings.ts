import type { SecuritySettings } from "../model/organization";
import { describeHidden, isHidden, type Hidden } from "../hidden";
import { formatNumber } from "../wording";
import { type BreachDetails, createFinding, type Finding } from "./finding";
import type { ScopedOrganization } from "./scope";

// Findings about values that a rule cannot check, because a rule does not guess.

/** The remedy for a hidden value, as the end of a sentence. */
export const asPlainValue = "as a plain value, not as a secret or an unknown output";

/** The remedy for several hidden values, as the end of a sentence. */
const asPlainValues = "as plain values, not as secrets or unknown outputs";

/** The words about something hidden. */
interface HiddenWords {
  /** The beginning of the sentence, such as `The owner of acme`. */
  readonly subject: string;
  /** The property that the rule cannot check. The default is a pronoun. */
  readonly checked?: string;
  /** The property to declare, such as `the owner`. */
  readonly declare: string;
}

/** Reports a hidden value. */
export function reportHidden(
  scoped: ScopedOrganization,
  value: Hidden,
  { subject, checked = "it", declare }: HiddenWords,
  details: BreachDetails = {},
): readonly Finding[] {
  const words = `${subject} is ${describeHidden(value)}, so the rule cannot check ${checked}. Declare ${declare} ${asPlainValue}.`;
  return [createFinding(scoped, words, { distinguishedBy: value, ...details })];
}

/** Reports a list with hidden entries. */
export function reportHiddenEntries(
  scoped: ScopedOrganization,
  about: string,
  { subject, checked = "them", declare }: HiddenWords,
): readonly Finding[] {
  const words = `${subject} are hidden, so the rule cannot check ${checked}. Declare ${declare} ${asPlainValues}.`;
  return [createFinding(scoped, words, { about, hasHidden: true })];
}

/** Finds people that a rule cannot check, because their addresses are hidden. */
export function reportHiddenPeople(scoped: ScopedOrganization): readonly Finding[] {
  const { hiddenPeople } = scoped.organization;
  if (hiddenPeople === 0) return reportHiddenRoster(scoped);
  const [people, reason] =
    hiddenPeople === 1
      ? ["1 person", `the address is hidden. Declare the address ${asPlainValue}.`]
      : [`${formatNumber(hiddenPeople)} people`, `the addresses are hidden. Declare the addresses ${asPlainValues}.`];
  const words = `${people} ${describeProblem(scoped)} ${reason}`;
  const finding = createFinding(scoped, words, { about: "hidden", extent: hiddenPeople, hasHidden: true });
  return [finding, ...reportHiddenRoster(scoped)];
}

/** Reports a roster that a rule cannot check, because it is hidden as a whole. */
export function reportHiddenRoster(scoped: ScopedOrganization): readonly Finding[] {
  if (!scoped.organization.hasHiddenRoster) return [];
  const words = `The people ${describeProblem(scoped)} their roster is hidden. Declare the roster ${asPlainValue}.`;
  return [createFinding(scoped, words, { about: "hidden roster", hasHidden: true })];
}

function describeProblem({ name }: ScopedOrganization): string {
  return `in ${name} cannot be checked against the rule, because`;
}

/** Reports if a setting is known. */
export function isKnown<Value>(value: Value | Hidden | undefined): value is Value {
  return value !== undefined && !isHidden(value);
}

/** Reports an unknown security setting. */
export function reportUnknownSetting(
  scoped: ScopedOrganization,
  setting: keyof SecuritySettings,
  value: Hidden | undefined,
  requirement: string,
): readonly Finding[] {
  const { name, organization } = scoped;
  const subject = `${setting} of ${name}`;
  if (value !== undefined)
    return reportHidden(scoped, value, { subject, checked: "this setting", declare: "the setting" });
  // Avocado Connect has no such settings, so no program can declare them.
  const isUndeclared = !organization.isConnect;
  const remedy = isUndeclared
    ? "Declare the setting in a SecurityPolicy, or under `security` in the layout."
    : `Avocado Connect does not support this setting, so exclude ${name} from the rule's \`organizations\`.`;
  const words = `${subject} is unknown, but the rule requires ${requirement}. ${remedy}`;
  return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared })];
}
