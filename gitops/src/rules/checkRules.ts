import { type Access, nameOf } from "../access/access";
import { Failure } from "../failure";
import type { Violation } from "../review/review";
import { exemptsOrganization, exemptsPerson } from "./exemption";
import type { Finding } from "./finding";
import type { LastDays } from "./lastDays";
import type { Rule } from "./rule";
import { severities } from "./schema";
import { scopeOf } from "./scope";

export interface Circumstances {
  /** Access before the change; undefined if nothing is compared. */
  readonly before: Access | undefined;
  /** The day, UTC, such as `2027-01-31`. */
  readonly today: string;
  /** Until when people are there after the change, as layouts say it; undefined without layouts. Nothing says it of the time before. */
  readonly lastDays: LastDays | undefined;
}

/**
 * The rules that `access` breaks: worst first, then as the rules are in their file, then by organization and person.
 * @throws Failure if a rule asks for last days, and there is no layout that could tell them.
 */
export function checkRules(rules: readonly Rule[], access: Access, circumstances: Circumstances): Violation[] {
  const { before, today, lastDays } = circumstances;
  const timeBox = rules.find(({ requirements }) => requirements.some(([kind]) => kind === "until"));
  if (timeBox !== undefined && lastDays === undefined) {
    const reason = "asks when access ends, which is in layouts and not in a preview";
    throw new Failure(`the rule ${JSON.stringify(timeBox.name)} ${reason}: say with --layout where the layout is`);
  }
  const found = rules.flatMap((rule, order) => {
    const earlier = before === undefined ? [] : findings(rule, before, { today, lastDays: undefined });
    const extents = new Map(earlier.map(({ identity, extent }) => [identity, extent]));
    return findings(rule, access, { today, lastDays }).map((finding) => ({
      order,
      violation: violationOf(rule, finding, today, (extents.get(finding.identity) ?? -1) >= finding.extent),
    }));
  });
  return found.sort((a, b) => compare(key(a), key(b))).map(({ violation }) => violation);
}

/** A finding that can be recognized among those of the same rule. */
interface Recognizable extends Finding {
  readonly identity: string;
}

function findings(rule: Rule, access: Access, when: Parameters<typeof scopeOf>[2]): readonly Recognizable[] {
  const scope = scopeOf(rule, access, when);
  return rule.requirements.flatMap(([kind, requirement]) =>
    requirement(scope).map((finding) => ({ ...finding, identity: `${kind} ${finding.about}` })),
  );
}

function violationOf(rule: Rule, finding: Finding, today: string, before: boolean): Violation {
  const { name, severity, because } = rule;
  const { words, organizations, people } = finding;
  return {
    rule: name,
    severity,
    message: [words, ...doubts(finding), ...lapsed(rule, finding, today)].join(" "),
    ...(because !== undefined && { explanation: because }),
    organizations: organizations.map(nameOf),
    people: [...people],
    before,
  };
}

/** That the rule is perhaps not about an organization, since nothing tells its name. */
function doubts({ unsure }: Finding): readonly string[] {
  return unsure.map((organization) => {
    const remedy = "review the stack that declares it too, or name its PRN in the rule";
    return `No stack that was read tells the name of ${nameOf(organization)}, so the rule may not be meant for it: ${remedy}.`;
  });
}

/** The exemptions that would have allowed it until a day that has passed. */
function lapsed({ exempt }: Rule, { organizations, people }: Finding, today: string): readonly string[] {
  const over = exempt.filter(
    (one) =>
      one.until < today &&
      organizations.some(
        (organization) =>
          exemptsOrganization(one, organization) || people.some((email) => exemptsPerson(one, email, organization)),
      ),
  );
  const [last] = over
    .map(({ until }) => until)
    .sort()
    .reverse();
  return last === undefined ? [] : [`An exemption from it ended on ${last}.`];
}

type Key = readonly (string | number)[];

function key({ order, violation }: { readonly order: number; readonly violation: Violation }): Key {
  const { severity, organizations, people, message } = violation;
  return [severities.indexOf(severity), order, organizations.join(" "), people.join(" ").toLowerCase(), message];
}

function compare(a: Key, b: Key): number {
  const index = a.findIndex((one, at) => one !== b[at]);
  const [mine, theirs] = [a[index], b[index]];
  return mine === undefined || theirs === undefined || mine > theirs ? Number(mine !== theirs) : -1;
}
