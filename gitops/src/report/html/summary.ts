import type { Review } from "../../review/review";
import { getLevel, type Risk, riskNames, risks } from "../../risks";
import { formatCount } from "../../wording";
import { type Content, markup } from "./markup";
import { createIcon, organizationChanges, createProse } from "./parts";
import { describeVerdict } from "../content";

/** The blocking rules that the summary names. */
const mostReasons = 3;

/** The verdict and its reasons, then the change in a sentence and in numbers. */
export function createSummary(review: Review): Content {
  const symbol = getSymbol(review);
  return markup`<section id="summary" class="verdict ${symbol}" aria-labelledby="verdict">
${createIcon(symbol)}<div><h2 id="verdict">${describeVerdict(review)}</h2>
${createReasons(review)}<p>${describeChanges(review)}</p></div>
${createRiskCounts(review)}
</section>`;
}

function getSymbol({ verdict, rules }: Review): string {
  if (verdict === "pass") return rules === null ? "note" : "pass";
  return verdict === "refused" ? "refused" : "approval";
}

/** The conflicts or rules behind the verdict, the most important lines of the page. */
function createReasons({ verdict, violations, conflicts = [], organizations }: Review): Content {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const severity = verdict === "refused" ? "refuse" : "approve";
  const all =
    conflicts.length > 0
      ? conflicts.map(({ organization, message }) => ({ name: names.get(organization) ?? organization, message }))
      : violations
          .filter((violation) => violation.severity === severity)
          .map(({ rule, message }) => ({ name: rule, message }));
  if (all.length === 0) return undefined;
  const section = conflicts.length > 0 ? "conflicts" : "rules";
  const items = all
    .slice(0, mostReasons)
    .map(({ name, message }) => markup`<li><a href="#${section}"><bdi>${name}</bdi></a> ${createProse(message)}</li>`);
  const more = all.length - mostReasons;
  return markup`<ul class="reasons">${items}${more > 0 ? markup`<li><a href="#${section}">${more} more</a></li>` : undefined}</ul>
`;
}

function describeChanges({ kind, people, settings, organizations, programChanges }: Review): string {
  const changed = people.filter((person) => person.changed);
  const personCount = new Set(changed.map(({ email }) => email.toLowerCase())).size;
  const organizationCount = new Set(changed.map(({ organization }) => organization)).size;
  const parts = [
    ...(personCount === 0
      ? []
      : [
          `access of ${formatCount(personCount, "person", "people")} in ${formatCount(organizationCount, "organization")}`,
        ]),
    ...(settings.length === 0 ? [] : [formatCount(settings.length, "setting")]),
    ...countOrganizations(organizations),
    ...(programChanges.length === 0 ? [] : [formatCount(programChanges.length, "program change")]),
  ];
  const heading = kind === "drift" ? "Changed outside Pulumi" : "Changes";
  const types = new Set(programChanges.filter(({ section }) => section === "others").map(({ subject }) => subject));
  return [
    parts.length === 0 ? "No changes of access or settings." : `${heading}: ${parts.join(", ")}.`,
    ...(types.size === 0 ? [] : [`Resources of other providers change: ${[...types].join(", ")}.`]),
  ].join(" ");
}

/** The numbers of organizations that are created, deleted and so on. */
function countOrganizations(organizations: Review["organizations"]): readonly string[] {
  const changes = (["created", "adopted", "deleted", "replaced", "released"] as const).flatMap((change) => {
    const number = organizations.filter((organization) => organization.change === change).length;
    return number === 0 ? [] : [`${formatCount(number, "organization")} ${organizationChanges[change]}`];
  });
  const atRisk = organizations.filter(({ change, risks }) => change === "kept" && risks.length > 0).length;
  return atRisk === 0 ? changes : [...changes, `${formatCount(atRisk, "organization")} at risk`];
}

/** The number of changes with each risk, worst first. */
function createRiskCounts({ people, settings, organizations, programChanges }: Review): Content {
  const counts = new Map<Risk, number>();
  for (const { risks } of [...organizations, ...people, ...settings, ...programChanges]) {
    for (const risk of risks) counts.set(risk, (counts.get(risk) ?? 0) + 1);
  }
  const items = (["high", "medium", "low"] as const).flatMap((level) =>
    riskNames
      .filter((risk) => counts.has(risk) && getLevel([risk]) === level)
      .map(
        (risk) =>
          markup`<li class="risk ${level}">${createIcon(level)}<span class="hidden">${level} risk: </span>${risks[risk].words} <b>×${counts.get(risk)}</b></li>`,
      ),
  );
  return items.length === 0 ? undefined : markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}
