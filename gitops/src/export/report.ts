import { named } from "../../../provider/src/core/explain";
import type { LeftOut } from "./entry";
import type { Inventory } from "./inventory";
import type { Verdict } from "./verification";

/** What an export did. */
export interface Exported {
  readonly found: readonly Inventory[];
  readonly leftOut: readonly LeftOut[];
  /** The folder, as it was given. */
  readonly folder: string;
  /** Paths as seen from the folder. */
  readonly files: readonly string[];
  /** Undefined where it was not asked for. */
  readonly verdict: Verdict | undefined;
}

/** The answer as JSON; docs/export.md describes its shape. */
export function asJson({ found, leftOut, folder, files, verdict }: Exported): string {
  const organizations = found.map(({ organization: { name, id }, people, expired }) => ({
    name,
    id,
    members: people.filter(({ kind }) => kind === "member").length,
    pendingInvitations: people.filter(({ kind }) => kind === "invitation").length,
    expiredInvitations: expired.map(({ email, role, expiresAt }) => ({ email, role, expiresAt })),
    leftOut: leftOut
      .filter(({ organization }) => organization === name)
      .map(({ part, reasons, value }) => ({ part, reasons, value })),
  }));
  return `${JSON.stringify({ organizations, folder, files, verification: verdict ?? null }, undefined, 2)}\n`;
}

/** The answer for people. */
export function asText({ found, leftOut, folder, files, verdict }: Exported): string {
  const people = found.flatMap((one) => one.people);
  const invited = people.filter(({ kind }) => kind === "invitation").length;
  const lines = [
    `${counted(found.length, "organization")}, ${counted(people.length - invited, "member")}, ${counted(invited, "pending invitation")}`,
    `in ${folder}: ${named(files)}`,
    ...found.flatMap(({ organization: { name }, expired }) => {
      if (expired.length === 0) return [];
      const who = named(expired.map(({ email, role }) => `${email} (${role})`));
      return [`${name}: invitations that have expired are not exported: ${who}`];
    }),
    ...leftOut.map(
      ({ organization, part, reasons }) =>
        `${organization}: ${part === "organization" ? "" : `${part} `}not exported, since a layout may not say it: ${reasons.join("; ")}`,
    ),
    ...(leftOut.length > 0
      ? ["What is not exported is in left-out.json. Correct it in Peridio, and export again."]
      : []),
    ...(verdict?.passed === true
      ? ["Verified: Pulumi has imported all of it, and the preview after that is empty."]
      : []),
    ...(verdict?.passed === false ? [`Not verified. ${verdict.differences}`] : []),
    ...(verdict === undefined ? [next] : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const next = `To take it over, run there:
  pulumi stack init
  pulumi import --file import.json --generate-code=false
  pulumi preview --expect-no-changes`;

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
