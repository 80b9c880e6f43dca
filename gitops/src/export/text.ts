import { named } from "../../../provider/src/core/explain";
import { counted } from "../wording/counted";
import { roleName } from "../wording/role";
import type { ExportReport } from "./report";
import { untoldWords } from "./untold";

/** What an export did, for people. */
export function asText({ organizations, api, untold, folder, files, removed, verification }: ExportReport): string {
  const members = organizations.reduce((sum, one) => sum + one.members, 0);
  const invitations = organizations.reduce((sum, one) => sum + one.pendingInvitations, 0);
  const lines = [
    [
      counted(organizations.length, "organization"),
      counted(members, "member"),
      counted(invitations, "pending invitation"),
    ].join(", "),
    `in ${folder}: ${named(files)}`,
    ...(removed.length === 0 ? [] : [`removed, since this export does not write it: ${named(removed)}`]),
    ...(untold.length === 0 ? [] : [`${api} does not tell ${untoldWords(untold)}: they are not exported`]),
    ...organizations.flatMap(unexported),
    ...(organizations.some(({ leftOut }) => leftOut.length > 0)
      ? ["What is not exported is in left-out.json. Correct it in Peridio, and export again."]
      : []),
    outcome(verification),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function unexported({ name, expiredInvitations, leftOut }: ExportReport["organizations"][number]): readonly string[] {
  const who = named(expiredInvitations.map(({ email, role }) => `${email} (${roleName(role)})`));
  return [
    ...(who === "" ? [] : [`${name}: invitations that have expired are not exported: ${who}`]),
    ...leftOut.map(({ part, reasons }) => {
      const what = part === "organization" ? "" : `${part} `;
      return `${name}: ${what}not exported, since a layout may not say it: ${reasons.join("; ")}`;
    }),
  ];
}

function outcome(verification: ExportReport["verification"]): string {
  if (verification === null) {
    return `To take it over, run there:
  pulumi stack init
  pulumi import --file import.json --generate-code=false
  pulumi preview --expect-no-changes`;
  }
  return verification.passed
    ? "Verified: Pulumi has imported all of it, and the preview after that is empty."
    : `Not verified. ${verification.differences}`;
}
