import type { Review, SettingReview } from "../../review/review";
import { formatCount } from "../../wording";
import { sortByRisk } from "../content";
import { type Markup, markup } from "./markup";
import { createIcon, createRiskList, getLevelClass, type Section } from "./parts";

/** The changes that the page writes out. Thousands of people and many projects can have tens of thousands of changes. */
const mostChanges = 500;

/** The number of characters of a change that is visible at once. The page folds a longer one, such as a list of thousands of people. */
const visibleLength = 1_000;

/** Settings that change, by organization, those with the highest risk first. */
export function createSettingsSection({ settings, organizations }: Review): Section | undefined {
  if (settings.length === 0) return undefined;
  const written = sortByRisk(settings).slice(0, mostChanges);
  const groups = organizations.flatMap(({ key, name }) => {
    const own = written.filter(({ organization }) => organization === key);
    return own.length === 0 ? [] : [{ name, own, risks: own.flatMap(({ risks }) => risks) }];
  });
  const omittedCount = settings.length - written.length;
  const body = [
    sortByRisk(groups).map(
      ({ name, own }) => markup`<h3><bdi>${name}</bdi></h3>
<ul class="items settings">${own.map(createSettingItem)}</ul>
`,
    ),
    omittedCount === 0
      ? undefined
      : markup`<p class="quiet">The file of <code>--json-file</code> contains ${formatCount(omittedCount, "more change", "more changes")} with the same risk or a lower one.</p>`,
  ];
  return { id: "settings", title: "Setting changes", count: settings.length, body };
}

function createSettingItem({ section, words, risks }: SettingReview): Markup {
  return markup`<li class="item ${getLevelClass(risks)}">
${createIcon(section)}<div class="text"><span class="quiet section">${section}</span> ${createWords(words)}</div>
${createRiskList(risks)}</li>
`;
}

/** Folds a long change. Its beginning ends after a comma, because long changes are lists. */
function createWords(words: string): Markup {
  if (words.length <= visibleLength) return markup`${words}`;
  const end = words.lastIndexOf(", ", visibleLength);
  const start = words.slice(0, end === -1 ? visibleLength : end + 1);
  return markup`<details><summary>${start} …</summary><p>${words}</p></details>`;
}
