import { day, getEndTime } from "#provider";
import type { EditedLayout } from "../edit/editableLayout";
import { createRemoval, createRoleEdit, explainOwnerStays, explainStay, type PersonEdit } from "../edit/personEdits";
import { getPersonAccess } from "../edit/proof";
import { CommandError } from "../exit";
import { chooseOrganizations } from "../organizations";
import { createRecord } from "../objects/rows";
import { identifyPerson } from "../review/review";
import { formatCount, joinOr } from "../wording";
import { type Column, describeDeclaration } from "./campaign";
import { parseCsv } from "./csv";

/** The answers of reviewers. */
export interface Answers {
  /** The people who leave, or whose access gets an end. */
  readonly edits: readonly PersonEdit[];
  /** The number of answers with which people keep their access. */
  readonly kept: number;
  /** The number of answers that the layout has already. */
  readonly done: number;
  /** The people without a valid answer, and the organizations with missing rows (without a person), with the reasons. */
  readonly open: readonly { readonly organization: string; readonly email?: string; readonly reason: string }[];
}

/** The declared facts that a reviewer sees. An answer counts only if the layout still declares them. */
const seen = ["declared", "path", "ends", "groups and grants"] as const;

/** The columns that the command reads. Reviewers can delete the others. */
const needed = ["organization", "person", "answer", "people", ...seen] as const satisfies readonly Column[];

type Answer = Readonly<Record<(typeof needed)[number], string>>;

/** Reads the rows of a campaign. @throws CommandError if the file has no rows, or if a column is missing. */
export function readAnswers(file: string, text: string): readonly Answer[] {
  const [head = [], ...rows] = parseCsv(text);
  const titles = head.map((title) => title.trim());
  const twice = needed.find((name) => titles.indexOf(name) !== titles.lastIndexOf(name));
  if (twice !== undefined) throw new CommandError(`${file} has two columns ${twice}. Keep one of them.`);
  const missing = needed.filter((name) => !titles.includes(name));
  if (missing.length > 0)
    throw new CommandError(`${file} has no column ${missing.join(" and ")}. Pass a file that \`certify\` printed.`);
  if (rows.length === 0)
    throw new CommandError(`${file} has no rows. Pass a file that \`certify\` printed, with all of its rows.`);
  return rows.map((row) =>
    createRecord(needed.map((name) => [name, (row[titles.indexOf(name)] ?? "").trim()] as const)),
  );
}

/**
 * Turns answers into edits. An answer counts only if the layout still declares the access that the reviewer saw.
 * @param patterns the patterns of the organizations whose answers count; empty for all
 * @throws CommandError if a person has two rows, or if a pattern matches no organization.
 */
export function judgeAnswers(
  given: readonly Answer[],
  { layout, files }: EditedLayout,
  patterns: readonly string[],
): Answers {
  const { organizations } = layout;
  const names = new Set(
    [...organizations, ...given.map(({ organization: name }) => ({ name }))].map(({ name }) => name),
  );
  const known = [...names].map((name) => ({ name }));
  const source = "that the layout or the answers contain";
  const chosen = new Set(chooseOrganizations(patterns, known, source).map(({ name }) => name));
  const answers = given.filter(({ organization }) => chosen.has(organization));
  const keys = new Set<string>();
  const edits: PersonEdit[] = [];
  const open: Answers["open"][number][] = [];
  let done = 0;
  for (const row of answers) {
    const { organization, person: email, answer } = row;
    const key = identifyPerson({ organization, email });
    if (keys.has(key)) throw new CommandError(`The answers contain ${email} in ${organization} twice. Remove one row.`);
    keys.add(key);
    const present = organizations.find(({ name }) => name === organization);
    const access = present && getPersonAccess(present, email);
    const end = /^until (\S+)$/i.exec(answer)?.[1];
    const [keeps, leaves] = [/^keep$/i.test(answer), /^remove$/i.test(answer)];
    const explain = (): string | undefined => {
      if (present === undefined) return `The layout does not declare ${organization}.`;
      if (answer === "") return "There is no answer.";
      if (!keeps && !leaves && !day.safeParse(end).success)
        return `${answer} is no answer. Write keep, remove, or until and a day, such as until 2027-05-31.`;
      const facts = describeDeclaration(present, files, email);
      const changed = seen.find((name) => facts[name].trim() !== row[name]);
      if (changed !== undefined)
        return `The layout has ${facts[changed] || "nothing"} in \`${changed}\`, and the reviewer saw ${row[changed] || "nothing"}. Ask again.`;
      if (access?.role === undefined)
        return "The layout gives the person no role. `pulumi up --refresh` removes the person. To keep the person, use `peridio-gitops sync --adopt`.";
      if (end !== undefined && access.lastDay !== undefined && getEndTime(end) > getEndTime(access.lastDay))
        return `The declared access ends earlier: ${facts.ends}. An answer cannot extend access. Use \`peridio-gitops grant\`.`;
      return undefined;
    };
    const explainLeaver =
      row.declared === "owner" ? explainOwnerStays(email, organization) : present && explainStay(present, email);
    const stay = leaves ? explainLeaver : undefined;
    // A former run of the command has made the edit.
    if (stay === undefined && present !== undefined && isInLayout(row, access, end)) {
      done += 1;
      continue;
    }
    const reason = stay ?? explain();
    if (reason !== undefined) open.push({ organization, email, reason });
    else if (leaves) edits.push({ organization, email, adoption: createRemoval(email, [organization]) });
    else if (end !== undefined && access?.role !== undefined) {
      const { role, afterwards } = access;
      const adoption = createRoleEdit(email, organization, { role, lastDay: end, afterwards });
      edits.push({ organization, email, adoption });
    }
  }
  const unasked = organizations
    .filter(({ name }) => chosen.has(name))
    .flatMap(({ name, members }) =>
      Object.keys(members)
        .filter((email) => !keys.has(identifyPerson({ organization: name, email })))
        .map((email) => ({ organization: name, email, reason: "The answers do not contain the person." })),
    );
  const incomplete = [...chosen].flatMap((name) => explainCount(name, answers));
  return {
    edits,
    kept: answers.length - edits.length - open.length - done,
    done,
    open: [...open, ...unasked, ...incomplete],
  };
}

/** Compares the number of an organization's rows with the number in the campaign, because no layout contains undeclared people. */
function explainCount(organization: string, answers: readonly Answer[]): readonly Answers["open"][number][] {
  const rows = answers.filter((one) => one.organization === organization);
  const counts = [...new Set(rows.map(({ people }) => people))];
  if (counts.every((count) => count === String(rows.length))) return [];
  const words = `The answers have ${formatCount(rows.length, "row")}, but the column \`people\` says ${joinOr(counts.map((count) => count || "nothing"))}. Pass all rows of one campaign.`;
  return [{ organization, reason: words }];
}

/** Reports if the layout has the answer already: the person is gone, or has the end. */
function isInLayout(
  { answer, declared }: Answer,
  access: ReturnType<typeof getPersonAccess>,
  end: string | undefined,
): boolean {
  if (/^remove$/i.test(answer)) return access?.role === undefined && declared !== "none";
  return end !== undefined && access?.lastDay === end && access.role === declared;
}
