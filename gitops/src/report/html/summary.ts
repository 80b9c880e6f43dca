import { levelOf, type Risk, riskNames, risks, type Review } from "../../review/review";
import { counted } from "../../wording";
import { type Content, markup } from "./markup";
import { icon, organizationChanges } from "./parts";
import { noRules } from "../content";

const verdicts = {
  pass: { sign: "pass", words: "Passes" },
  "needs approval": { sign: "approval", words: "Needs approval" },
  refused: { sign: "refused", words: "Refused" },
} as const satisfies Readonly<Record<Review["verdict"], unknown>>;

/** Without rules there is nothing to pass. */
const unruled = { sign: "note", words: noRules } as const;

/** The verdict, and what happens in a sentence and in numbers. */
export function summary(review: Review): Content {
  const isUnruled = review.rules === null && review.verdict === "pass";
  const { sign, words } = isUnruled ? unruled : verdicts[review.verdict];
  return markup`<section id="summary" class="verdict ${sign}" aria-labelledby="verdict">
${icon(sign)}<div><h2 id="verdict">${words}</h2>
${reason(review)}
<p>${whatChanges(review)}</p></div>
${tally(review)}
</section>`;
}

function reason({ rules, conflicts = [], ...review }: Review): Content {
  return [
    conflicts.length === 0
      ? undefined
      : markup`<p>${counted(conflicts.length, "conflict between stacks refuses", "conflicts between stacks refuse")} the change.</p>`,
    rules === null ? undefined : markup`<p>${held(review, rules)}</p>`,
  ];
}

function held({ violations }: Pick<Review, "violations">, rules: number): string {
  const broken = (severity: string) => violations.filter((one) => one.severity === severity).length;
  const checked = counted(rules, "access rule was checked", "access rules were checked");
  if (broken("refuse") > 0)
    return `${checked}: ${counted(broken("refuse"), "violation refuses", "violations refuse")} the change.`;
  if (broken("approve") > 0) {
    return `${checked}: ${counted(broken("approve"), "violation asks", "violations ask")} for approval.`;
  }
  return `${checked}, and none stops the change.`;
}

function whatChanges({ kind, people, settings, organizations, others }: Review): string {
  const changed = people.filter((person) => person.changed);
  const persons = new Set(changed.map(({ email }) => email.toLowerCase())).size;
  const places = new Set(changed.map(({ organization }) => organization)).size;
  const parts = [
    persons === 0
      ? undefined
      : `The access of ${counted(persons, "person", "people")} changes in ${counted(places, "organization", "organizations")}.`,
    settings.length === 0 ? undefined : `${counted(settings.length, "setting changes", "settings change")}.`,
    ...organizationsIn(organizations),
  ].filter((part) => part !== undefined);
  const said = parts.length === 0 ? ["Nobody's access and no setting changes."] : parts;
  const source = kind === "drift" ? ["Somebody has done so past Pulumi."] : [];
  const rest =
    others === 0 ? [] : [`${counted(others, "change is", "changes are")} of other resources than Peridio's.`];
  return [...said, ...(parts.length === 0 ? [] : source), ...rest].join(" ");
}

/** How many organizations come and go. */
function organizationsIn(organizations: Review["organizations"]): readonly string[] {
  return (["created", "adopted", "deleted", "replaced", "released"] as const).flatMap((change) => {
    const number = organizations.filter((one) => one.change === change).length;
    const words = organizationChanges[change];
    return number === 0 ? [] : `${counted(number, "organization is", "organizations are")} ${words}.`;
  });
}

/** How often there is each risk, worst first. */
function tally({ people, settings, organizations }: Review): Content {
  const counts = new Map<Risk, number>();
  for (const { risks } of [...organizations, ...people, ...settings]) {
    for (const risk of risks) counts.set(risk, (counts.get(risk) ?? 0) + 1);
  }
  const items = (["high", "medium", "low"] as const).flatMap((level) =>
    riskNames
      .filter((risk) => counts.has(risk) && levelOf([risk]) === level)
      .map(
        (risk) =>
          markup`<li class="risk ${level}">${icon(level)}<span class="hidden">${level} risk: </span>${risks[risk].words} <b>×${counts.get(risk)}</b></li>`,
      ),
  );
  return items.length === 0 ? undefined : markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}
