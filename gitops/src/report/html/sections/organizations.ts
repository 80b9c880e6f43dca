import type { OrganizationReview, Review } from "../../../review/review";
import { type Markup, markup } from "../markup";
import { icon, levelClass, riskList, type Section } from "../parts";

const words = {
  created: "is created.",
  adopted: "is taken over: it is there already, and stays as it is.",
  deleted: "is deleted, with everything in it.",
  replaced: "is replaced: it is deleted with everything in it, and created anew.",
  released: "is released: it stays as it is, and Pulumi forgets it.",
} as const satisfies Readonly<Record<Exclude<OrganizationReview["change"], "kept">, string>>;

/** Which organizations come and go, or are at risk in another way. */
export function changedOrganizations({ organizations }: Review): Section | undefined {
  const changed = organizations.flatMap((organization) => item(organization) ?? []);
  if (changed.length === 0) return undefined;
  const body = markup`<ul class="items organizations">${changed}</ul>`;
  return { id: "organizations", title: "Organizations that change", count: changed.length, body };
}

function item({ name, change, risks }: OrganizationReview): Markup | undefined {
  if (change === "kept" && risks.length === 0) return undefined;
  const what = change === "kept" ? "is kept." : words[change];
  return markup`<li class="item ${levelClass(risks)}">
${icon(change)}<p class="text"><b><bdi>${name}</bdi></b> ${what}</p>
${riskList(risks)}</li>
`;
}
