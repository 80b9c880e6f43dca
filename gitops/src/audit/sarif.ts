import type { Layout } from "#layout";
import { locateDeclaration } from "../access/layout";
import type { Audit } from "./audit";
import { writeSentence } from "./finding";
import { getKind } from "./kinds";
import { elsewhere, formatSarif } from "../sarif/sarif";

/** Formats the findings of an audit, each at the place of the person or the organization in the layout, if there is one. */
export function formatFindings({ findings, gaps }: Audit, layout: Layout | undefined): string {
  return formatSarif(
    findings.map((finding) => {
      const { kind, severity, organization, person } = finding;
      const { meaning, remedy } = getKind(kind);
      return {
        id: kind,
        title: meaning,
        level: severity === "high" ? "error" : severity === "medium" ? "warning" : "note",
        message: `${writeSentence(finding)} ${remedy}`,
        place: (layout && locateDeclaration(layout, { organization, person })) ?? elsewhere,
      };
    }),
    [...new Set(gaps.map(({ sentence }) => sentence))],
  );
}
