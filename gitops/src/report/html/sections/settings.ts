import type { Review, SettingReview } from "../../../review/review";
import { type Markup, markup } from "../markup";
import { icon, levelClass, riskList, type Section } from "../parts";

/** Settings that change, by organization. */
export function changedSettings({ settings, organizations }: Review): Section | undefined {
  if (settings.length === 0) return undefined;
  const groups = organizations.flatMap(({ key, name }) => {
    const own = settings.filter(({ organization }) => organization === key);
    return own.length === 0
      ? []
      : markup`<h3><bdi>${name}</bdi></h3>
<ul class="items settings">${own.map(item)}</ul>
`;
  });
  return { id: "settings", title: "Settings that change", count: settings.length, body: groups };
}

function item({ section, words, risks }: SettingReview): Markup {
  return markup`<li class="item ${levelClass(risks)}">
${icon(section)}<p class="text"><span class="quiet section">${section}</span> ${words}</p>
${riskList(risks)}</li>
`;
}
