import { basename, join, dirname } from "node:path";
import { findClosest } from "#framework/documents";
import { canonicalizeEmail } from "#provider";
import { adoptAll } from "../edit/adopt";
import { listRestorations, type Restoration } from "../edit/undo";
import { applyRecord, getReviewName } from "../evidence/record";
import { chooseExitCode, CommandError } from "../exit";
import { chooseOrganizations } from "../organizations";
import { readReviewFile } from "../review/reviewFile";
import { formatReviewJson, type Review } from "../review/review";
import { computeDigest } from "../digest";
import { readText } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand } from "./command";
import { addEditOptions, editCodes, type EditOptions, openEdited, writeEdit } from "./editLayout";

interface Options extends EditOptions {
  readonly person: readonly string[];
  readonly organization: readonly string[];
}

export const createUndoCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("undo", {
    summary: "restore in a layout what an applied change took from people",
    description:
      "Reads the review of an applied change, and gives people back in the layout what the change took from them: roles, ends, places in groups, and direct grants. Takes nothing from anyone. Proves that the edit changes nothing else, and prints the changed lines and the plan. All other bytes of the files stay.",
    examples: [
      "peridio-gitops undo review.json",
      "peridio-gitops undo evidence/20270131T080000Z-5f0c….json --person bob@acme.example",
    ],
    codes: { ...editCodes, attention: "the layout is edited; something is not restored, or a rule requires approval" },
  })
    .argument(
      "<review>",
      "the file of `review --json-file` or `plan --json-file`, or the record of an apply with its review beside it",
    )
    .addListOption("--person <email>", "only this person; repeatable", { none: "all" })
    .addOrganizationOption();
  return addEditOptions(command).action(async (file: string, options: Options) => {
    const review = readAppliedReview(terminal, file);
    const editable = await openEdited(options, terminal);
    const all = listRestorations(review, editable.layout, terminal.now);
    const chosen = select(all, options, review);
    const names = [...options.person.map(canonicalizeEmail), ...options.organization].join(", ");
    const scope = names === "" ? "" : ` of ${names}`;
    const nothing = `Nothing to restore: the layout declares all access${scope} that ${file} takes.`;
    if (chosen.length === 0) throw new CommandError(nothing);
    const edited = adoptAll(editable, chosen);
    const left = Array.from(
      edited.refused,
      ([one, reason]) => `- ${one.email} in ${one.organization}, ${one.subject}: ${reason}\n`,
    );
    if (edited.files.listChanged().length === 0) {
      if (left.length > 0)
        throw new CommandError(`Nothing is restored, and the layout is not edited:\n${left.join("")}`);
      throw new CommandError(nothing);
    }
    const { refused, needsAttention } = await writeEdit(editable, edited, {
      ...{ ...options, terminal, id: computeDigest(formatReviewJson(review)) },
      title: `Restore the access${scope} that a change took`,
    });
    if (left.length > 0) terminal.say(`peridio-gitops: Not restored:\n${left.join("")}`);
    end(chooseExitCode({ refused, needsAttention: needsAttention || left.length > 0 }));
  });
};

/** Reads a review. Instead of a review, the file can be the record of an apply, beside which its review is kept. */
function readAppliedReview(terminal: Terminal, file: string): Review {
  const record = applyRecord.safeParse(parseJson(readText(terminal, file))).data;
  if (record === undefined) return readReviewFile(terminal, file).review;
  const kept = join(dirname(file), getReviewName(basename(file)));
  const { review, digest } = readReviewFile(terminal, kept);
  if (digest === record.review.digest) return review;
  throw new CommandError(`${kept} is not the review that the record names. Run \`peridio-gitops evidence verify\`.`);
}

/** Selects people and organizations, and rejects one that the review does not contain. */
function select(
  all: readonly Restoration[],
  { person, organization }: Options,
  review: Review,
): readonly Restoration[] {
  const people = [...new Set(review.people.map(({ email }) => email))];
  const known = new Set(people.map(canonicalizeEmail));
  const unknown = person.find((email) => !known.has(canonicalizeEmail(email)));
  if (unknown !== undefined) {
    const closest = findClosest(unknown, people);
    const remedy = closest === undefined ? "Correct --person." : `Did you mean ${closest}?`;
    throw new CommandError(`The review does not contain ${unknown}. ${remedy}`);
  }
  const addresses = new Set(person.map(canonicalizeEmail));
  const chosen = chooseOrganizations(organization, review.organizations, "of the review").map(({ name }) => name);
  return all.filter(
    (one) => chosen.includes(one.organization) && (addresses.size === 0 || addresses.has(canonicalizeEmail(one.email))),
  );
}
