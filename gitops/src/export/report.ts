import * as z from "zod";
import { listBriefly } from "#framework/messages";
import { createRecord, liveTypes, type ObjectType, objectTypes } from "../objects/rows";
import { getRoleName } from "../roles";
import { compareTexts, formatCount, joinAnd } from "../wording";
import { formatCommand } from "../terminal/text";
import type { AccessInventory } from "./accessInventory";
import type { StackImport } from "./documents";
import { type Inventory, optionalFacts, findUnreported, describeUnreported } from "./inventory";
import { describePart, layoutParts, type LeftOutPart } from "./leftOutPart";
import { array, boolean, choice, count, definition, nullable, root, string, texts } from "../schema";

// The schema of `export --json`. `gitops/export.schema.json` is generated from it.

const expired = definition("ExpiredInvitation", "The last invitation of a person without access.", {
  email: string("The invited e-mail address."),
  role: string("The role of the invitation."),
  expiresAt: string("The expiry of the invitation: ISO 8601, UTC. Absent if Peridio does not report it.").optional(),
});

const leftOutPart = definition("LeftOut", "A part that a layout cannot declare.", {
  part: choice(layoutParts, "The part of the organization; `organization` stands for the whole organization."),
  name: string(
    "The name of the group or project; of a cohort, the names of its project and the cohort, such as `firmware/canary`. Absent for other parts.",
  ).optional(),
  reasons: texts("The reasons why a layout cannot declare the part."),
  value: z.unknown().meta({ description: "The value, in the format of a layout." }),
});

/** Values of objects, such as their numbers, by the plural of their type. */
type Counts<Value> = Readonly<Record<`${ObjectType}s`, Value>>;

function createCounts<Value>(create: (type: ObjectType) => Value): Counts<Value> {
  return createRecord(objectTypes.map((type) => [`${type}s`, create(type)] as const));
}

const access = definition(
  "ExportedAccess",
  "The groups and projects of an organization, and the objects whose secrets Peridio returns only at their creation.",
  createCounts((type) => {
    const { noun, isInLayout } = liveTypes[type];
    return count(`The number of ${noun}s${isInLayout ? "" : ", which are not exported"}.`);
  }),
);

const organization = definition("ExportedOrganization", "One organization of the export.", {
  name: string("The organization's name."),
  id: string("The organization's PRN."),
  members: count("The number of members."),
  pendingInvitations: count("The number of pending invitations."),
  access: nullable(access, "The groups, projects and tokens; null if the API has none."),
  expiredInvitations: array(expired, "The expired invitations, which are not exported."),
  leftOut: array(leftOutPart, "The parts that are not exported."),
});

const verification = definition("Verification", "The result of the verification.", {
  passed: boolean("True if the preview after the import was empty."),
  differences: string("Pulumi's output if a step failed or the preview was not empty; empty otherwise."),
});

export type Verification = z.output<typeof verification>;

const team = definition("ExportedTeam", "People with equal roles and groups.", {
  name: string("The proposed name."),
  people: texts("The e-mail addresses, sorted."),
});

const stackImport = definition("StackImport", "The import of one stack.", {
  stack: string("The name of the stack, without its project."),
  file: string("The input of `pulumi import --file`, as a path relative to `folder`."),
  organizations: texts("The names of its organizations."),
});

export const exportReport = root("An export of organizations", "The files of an export and its omissions.", {
  organizations: array(organization, "The organizations, by name."),
  api: string("The name of the API."),
  unreported: array(
    z.enum(optionalFacts),
    "The facts that this API does not report. The export does not contain these facts. Empty if the API reports all facts.",
  ),
  folder: string("The folder of the files, as given with --out."),
  teams: nullable(z.array(team), "The teams of the layout, by name; null without --teams."),
  stacks: nullable(z.array(stackImport), "The stacks with an organization to import; null without --stacks."),
  unselected: texts("The exported organizations that no stack of --stacks declares. No file imports them."),
  files: texts("The written files, as paths relative to `folder`."),
  removed: texts("The layouts of an earlier export that --force has removed, as paths relative to `folder`."),
  verification: nullable(verification, "The verification; null without --verify."),
});

type ExportReport = z.output<typeof exportReport>;

/** Creates the report of an export. */
export function createReport(
  inventories: readonly Inventory[],
  leftOut: readonly LeftOutPart[],
  stacks: readonly StackImport[] | undefined,
  { api, teams, ...others }: Pick<ExportReport, "api" | "teams" | "folder" | "files" | "removed" | "verification">,
): ExportReport {
  const organizations = inventories.map(({ organization: { name, id }, people, expired, access }) => ({
    name,
    id,
    members: people.filter(({ kind }) => kind === "member").length,
    pendingInvitations: people.filter(({ kind }) => kind === "invitation").length,
    access: access === undefined ? null : countAccess(access),
    expiredInvitations: expired.map(({ email, role, expiresAt }) => ({ email, role, expiresAt })),
    leftOut: leftOut
      .filter(({ organization }) => organization === name)
      .map(({ part, name, reasons, value }) => ({ part, name, reasons: [...reasons], value })),
  }));
  const unreported = [...findUnreported(inventories)];
  const imports = stacks?.map(({ stack, file, layouts }) => ({
    stack,
    file,
    organizations: [...layouts.values()].flat().sort(compareTexts),
  }));
  const isExported = ({ leftOut }: (typeof organizations)[number]) =>
    leftOut.every(({ part }) => part !== "organization");
  const unselected = organizations
    .filter((one) => isExported(one) && imports?.every((stack) => !stack.organizations.includes(one.name)) === true)
    .map(({ name }) => name);
  return { organizations, api, unreported, teams, stacks: imports ?? null, unselected, ...others };
}

function countAccess({ groups, projects, others }: AccessInventory): Counts<number> {
  const cohorts = projects.reduce((sum, { cohorts }) => sum + cohorts.length, 0);
  return { groups: groups.length, projects: projects.length, cohorts, ...others };
}

/** Describes an export for people. */
export function formatText(report: ExportReport): string {
  const { organizations, unreported, teams, stacks, unselected, folder, files, removed } = report;
  type Organization = ExportReport["organizations"][number];
  const sum = (getNumber: (organization: Organization) => number) =>
    organizations.reduce((total, organization) => total + getNumber(organization), 0);
  const [members, pending] = [sum((one) => one.members), sum((one) => one.pendingInvitations)];
  const inLayouts = objectTypes.filter((type) => liveTypes[type].isInLayout);
  const objects = inLayouts.flatMap((type) => {
    const total = sum(({ access }) => access?.[`${type}s`] ?? 0);
    return total === 0 ? [] : [formatCount(total, liveTypes[type].noun)];
  });
  const lines = [
    [
      formatCount(organizations.length, "organization"),
      formatCount(members, "member"),
      formatCount(pending, "pending invitation"),
      ...objects,
    ].join(", "),
    ...(teams === null ? [] : [describeTeams(teams)]),
    `files in ${folder}: ${listBriefly(files)}`,
    ...(removed.length === 0 ? [] : [`removed layouts of an earlier export: ${listBriefly(removed)}`]),
    ...(unreported.length === 0
      ? []
      : [`With ${report.api}, the export does not contain ${describeUnreported(unreported)}.`]),
    ...organizations.flatMap(describeLeftOut),
    ...(organizations.some(({ leftOut }) => leftOut.length > 0)
      ? ["left-out.json contains the parts that are not exported. Correct these parts in Peridio, and export again."]
      : []),
    ...(unselected.length === 0
      ? []
      : [
          `No stack declares ${joinAnd(unselected)}, so no file imports ${unselected.length === 1 ? "it" : "them"}. Correct \`only\` in Pulumi.yaml, add the stack to the list, or select other organizations with --organization.`,
        ]),
    ...(stacks === null
      ? [describeVerification(report.verification)]
      : stacks.length === 0
        ? []
        : [describeImports(stacks, folder)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function describeTeams(teams: NonNullable<ExportReport["teams"]>): string {
  const people = teams.reduce((sum, { people: { length } }) => sum + length, 0);
  if (people === 0) return "no teams: a team needs three people with the same roles and groups";
  return `${formatCount(teams.length, "team")} with ${formatCount(people, "person", "people")}`;
}

function describeLeftOut({
  name,
  access,
  expiredInvitations,
  leftOut,
}: ExportReport["organizations"][number]): readonly string[] {
  const expired = listBriefly(expiredInvitations.map(({ email, role }) => `${email} (${getRoleName(role)})`));
  return [
    ...(expired === "" ? [] : [`${name}: expired invitations are not exported: ${expired}`]),
    ...describeOthers(name, access),
    ...leftOut.map(({ reasons, ...part }) => {
      const subject = part.part === "organization" ? "the organization" : describePart(part);
      return `${name}: ${subject} is not exported, because a layout cannot declare it: ${reasons.join("; ")}`;
    }),
  ];
}

/** Names the objects that no layout declares, those with secrets first, because no import can read these. */
function describeOthers(name: string, counts: Counts<number> | null): readonly string[] {
  const others = objectTypes.filter((type) => !liveTypes[type].isInLayout && (counts?.[`${type}s`] ?? 0) > 0);
  return [true, false].flatMap((isSecret) => {
    const types = others.filter((type) => liveTypes[type].showsSecretOnce === isSecret);
    if (types.length === 0) return [];
    const amounts = types.map((type) => counts?.[`${type}s`] ?? 0);
    const list = joinAnd(types.map((type, index) => formatCount(amounts[index] ?? 0, liveTypes[type].noun)));
    const isOne = amounts.reduce((total, amount) => total + amount, 0) === 1;
    const reason = isSecret
      ? `Peridio returned ${isOne ? "its secret" : "their secrets"} only at the creation`
      : `a layout cannot declare ${isOne ? "it" : "them"}`;
    return [`${name}: ${list} ${isOne ? "is" : "are"} not exported, because ${reason}`];
  });
}

function describeImports(stacks: NonNullable<ExportReport["stacks"]>, folder: string): string {
  const commands = stacks.flatMap(({ stack, file }) => [
    `  ${formatCommand(["pulumi", "import", "--stack", stack, "--file", `${folder}/${file}`, "--generate-code=false"])}`,
    `  ${formatCommand(["pulumi", "preview", "--stack", stack, "--expect-no-changes"])}`,
  ]);
  return [
    "To adopt the exported organizations, put the layout at its path in Pulumi.yaml or, if a layout is already there, into a folder with it. Create the stacks, and run these commands in the folder of Pulumi.yaml:",
    ...commands,
  ].join("\n");
}

function describeVerification(verification: ExportReport["verification"]): string {
  if (verification === null) {
    return `To adopt the exported organizations, run these commands in the folder of the files:\n  pulumi stack init\n  pulumi import --file import.json --generate-code=false\n  pulumi preview --expect-no-changes`;
  }
  return verification.passed
    ? "Verified: Pulumi imported everything, and the preview after the import is empty."
    : `Not verified. ${verification.differences}`;
}
