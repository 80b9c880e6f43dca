import type { Model, Program } from "../model/model";
import { getOrganizationKey } from "../model/declaration";
import { sortRisks } from "../risks";
import { isLayout, isPeridioType } from "../urn";
import type { Review, SettingReview } from "./review";

type Remark = Review["remarks"][number];

/** The setting that can keep members from signing in. The provider's warning about it contains the name. */
const cuttingSetting = "requireTwoFactor";

/** Lists the messages of Pulumi. Those that warn about people have these people, and their own risk unless a row of a setting shows them. */
export function reviewRemarks(
  { programs, declarations }: Pick<Model, "programs" | "declarations">,
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
      return settings.some((row) => isAbout(row, warning)) ? warning : { ...warning, risks: ["warnsOfPeople"] };
    }),
  );
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}

/** Names in the row of a setting the people that it keeps from signing in, as the provider warns. */
export function addCutOffPeople(
  settings: readonly SettingReview[],
  model: Pick<Model, "programs" | "declarations">,
): readonly SettingReview[] {
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
