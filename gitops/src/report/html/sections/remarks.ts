import type { Review } from "../../../review/review";
import { markup } from "../markup";
import { icon, lines, prose, type Section } from "../parts";

/** What the review cannot tell. */
export function unknowns({ unknowns: sentences }: Review): Section | undefined {
  if (sentences.length === 0) return undefined;
  const items = sentences.map(
    (sentence) => markup`<li class="item medium">${icon("changed")}<p class="text">${prose(sentence)}</p></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "unknowns", title: "What cannot be told", count: sentences.length, body };
}

/** What Pulumi said on the side. */
export function remarks({ remarks: all }: Review): Section | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    ({ severity, about, text }) => markup`<li class="item ${severity === "warning" ? "medium" : "none"}">
${icon(severity === "warning" ? "approval" : "note")}<div class="text"><p><b>${severity === "warning" ? "Warning" : "Note"}</b>${
      about === "" ? undefined : markup` of <code>${about}</code>`
    }</p><p>${lines(text)}</p></div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "remarks", title: "What Pulumi says", count: all.length, body };
}
