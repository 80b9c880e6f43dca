import type { Review } from "../../../review/review";
import { markup } from "../markup";
import { icon, prose, type Section } from "../parts";

/** The things that several stacks declare differently. */
export function conflictsBetween({ conflicts = [], organizations }: Review): Section | undefined {
  if (conflicts.length === 0) return undefined;
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const items = conflicts.map(
    ({ organization, message }) => markup`<li class="item high">
${icon("refused")}<p class="text">${prose(message)} <span class="where"><span class="quiet">In</span> <bdi>${names.get(organization) ?? organization}</bdi></span></p></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "conflicts", title: "Stacks that contradict each other", count: conflicts.length, body };
}
