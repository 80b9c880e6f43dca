import { canonicalizeEmail } from "#provider";
import type { Model, Program } from "../model/model";
import type { Organization } from "../model/organization";
import { getOrganizationKey } from "../model/declaration";
import { sortRisks } from "../risks";
import { isLayout, isPeridioType } from "../urn";
import type { Review, SettingReview } from "./review";
import type { SettingRow } from "./shown";

type Remark = Review["remarks"][number];

/** The setting that can keep members from signing in. The provider's warning about it contains the name. */
const cuttingSetting = "requireTwoFactor";

/** The provider's warning about people who get access when they accept an invitation. A shortened list of people does not match. */
const waiting = /^(?:\S+, )*\S+ (?:is not a member|are not members) of the organization yet\. The first update after /;

/**
 * Lists the messages of Pulumi. Those that warn about people have these people, and their own risk unless a row of a setting shows them.
 * A warning about people whose invitations the review shows is a plain message.
 */
export function reviewRemarks(
  { programs, declarations, after }: Pick<Model, "programs" | "declarations" | "after">,
  settings: readonly SettingReview[],
): readonly Remark[] {
  const byUrn = new Map(declarations.map((declaration) => [declaration.urn, declaration]));
  const remarks = programs.flatMap((program) =>
    program.remarks.map(({ urn, ...remark }): Remark => {
      const people = listWarnedPeople({ urn, ...remark });
      if (people.length === 0) return remark;
      const declaration = byUrn.get(urn);
      const organization = declaration && getOrganizationKey(declaration);
      const warning = { ...remark, ...(organization !== undefined && { organization }), people };
      const invited = after.organizations.get(organization ?? "")?.people;
      if (waiting.test(warning.text) && people.every((email) => isInvited(email, invited))) return remark;
      return settings.some((row) => isAbout(row, warning)) ? warning : { ...warning, risks: ["warnsOfPeople"] };
    }),
  );
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}

/** Names in the row of a setting the people that it keeps from signing in, as the provider warns. */
export function addCutOffPeople(
  settings: readonly SettingRow[],
  model: Pick<Model, "programs" | "declarations" | "after">,
): readonly SettingRow[] {
  const warnings = reviewRemarks(model, []);
  return settings.map((row) => {
    const own = warnings.filter((warning) => isAbout(row, warning));
    if (own.length === 0) return row;
    return {
      ...row,
      words: [row.words, ...own.map(({ text }) => text)].join(" "),
      people: [...new Set(own.flatMap(({ people = [] }) => people))],
      risks: sortRisks([...row.risks, "cutsOff"]),
    };
  });
}

/** Reports if a stack declares a person who has an invitation after the change. */
function isInvited(email: string, people: Organization["people"] | undefined): boolean {
  const person = people?.get(canonicalizeEmail(email));
  if (person === undefined || person.declaredBy.length === 0) return false;
  return person.status === "planned" || person.status === "pending";
}

/** Reports if a warning says who cannot sign in because of a setting. */
function isAbout({ setting, organization }: SettingReview, warning: Remark): boolean {
  return (
    setting === cuttingSetting &&
    warning.people !== undefined &&
    organization === warning.organization &&
    warning.text.includes(`\`${setting}\``)
  );
}

/** An e-mail address in a sentence. */
const addresses = /[^\s"'`()<>[\]{},:;|][^\s"`()<>[\]{},:;|@]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** Returns the people that a warning about a resource of Peridio names. */
function listWarnedPeople({ severity, urn, text }: Program["remarks"][number]): string[] {
  if (severity !== "warning" || !isPeridioType(urn) || isLayout(urn)) return [];
  return [...new Set(text.match(addresses))];
}
