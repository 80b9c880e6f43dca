import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { getErrorMessage } from "#framework/messages";
import { version } from "#provider";
import { readArchive } from "../evidence/archive";
import { listChanges } from "../evidence/changes";
import { type ApplyRecord, formatRecord, getReviewName, type StackRecord } from "../evidence/record";
import { verifyArchive } from "../evidence/verify";
import { CommandError } from "../exit";
import { readReviewFile } from "../review/reviewFile";
import { computeDigest } from "../digest";
import { readText, readWithDigest, writeText } from "../terminal/files";
import { parseJson } from "../terminal/text";
import { getReviewFile } from "./prepared";
import { getPlanFile, type PipelineTerminal } from "./previews";
import { type BegunApply, type Job, type RecordApply, saveResult } from "./review";

/** A record without its result. */
export type BegunRecord = Omit<ApplyRecord, "ended">;

export const recordApply: RecordApply = async (job, apply, applyStacks) => {
  const begun = await beginRecord(job, apply);
  const stacks = await applyStacks(begun.stacks);
  const isKept = await endRecord(job, begun, stacks, apply.review);
  return isKept && stacks.every(({ result }) => result.startsWith("applied"));
};

/**
 * Begins the record of an apply, with every stack as `not started`. Reads everything that can fail before Pulumi changes anything.
 * @throws CommandError if the record before this one, or a file that this record names, cannot be read.
 */
export async function beginRecord(job: Job, apply: BegunApply): Promise<BegunRecord> {
  const { forge, terminal } = job;
  // An earlier job on the same machine can have left a record there.
  rmSync(forge.evidence, { recursive: true, force: true });
  const { review, digest } = readReviewFile(terminal, apply.review);
  return {
    version: 1,
    kind: "apply",
    previous: await findPrevious(job),
    forge: forge.name,
    run: forge.run ?? null,
    commit: apply.commit,
    now: terminal.now.toISOString(),
    started: new Date().toISOString(),
    versions: {
      gitops: version,
      pulumi: await readPulumiVersion(terminal),
      provider: await readPluginVersions(terminal, forge.work),
    },
    rules: review.evidence.rules,
    authors: apply.authors === undefined ? null : [...apply.authors],
    approvals: [...apply.approvals],
    reviewed: readWithDigest(terminal, getReviewFile(forge.kept)).digest,
    review: { digest, verdict: review.verdict, evidence: review.evidence, changes: listChanges(review) },
    stacks: apply.previews.map(({ stack }) => ({
      stack,
      plan: readWithDigest(terminal, getPlanFile(forge.kept, stack)).digest,
      result: "not started",
      exitCode: null,
    })),
  };
}

/**
 * Returns the digest of the last record in the folder of the option or, without the option, of the last record that the forge keeps.
 * @throws CommandError if the folder does not exist, or has records that `evidence verify` rejects.
 */
async function findPrevious({ forge, terminal, options: { evidence } }: Job): Promise<string | null> {
  if (evidence === undefined) {
    const text = await forge.findRecord();
    return text === undefined ? null : computeDigest(text);
  }
  const archive = readArchive(terminal, [evidence]);
  const { last, problems } = verifyArchive(archive);
  const [problem] = problems;
  if (problem !== undefined || (archive.records.length > 0 && last === null))
    throw new CommandError(
      `The records in ${evidence} are incomplete or were changed. ${problem === undefined ? "" : `${problem.file}: ${problem.message} `}Run \`peridio-gitops evidence verify ${evidence}\`, and restore the folder.`,
    );
  return last;
}

const plugins = z.array(z.object({ name: z.string(), kind: z.string(), version: z.string().nullish() }));

/** Returns the versions of the installed plugin for Peridio. */
async function readPluginVersions(terminal: PipelineTerminal, work: string): Promise<string[]> {
  const file = join(work, "plugins.json");
  await terminal.runPulumi(["plugin", "ls", "--json"], { output: file }, terminal);
  const { data = [] } = plugins.safeParse(parseJson(readText(terminal, file)));
  const own = data.filter(({ name, kind }) => name === "peridio" && kind === "resource");
  return own.flatMap(({ version: installed }) => installed ?? []).sort();
}

/** Returns the version of the Pulumi CLI; null if Pulumi does not print one. */
async function readPulumiVersion(terminal: PipelineTerminal): Promise<string | null> {
  const { messages } = await terminal.runPulumi(["version"], {}, { ...terminal, say: () => undefined });
  return /^v\d+\.\d+\.\d+\S*$/m.exec(messages)?.[0] ?? null;
}

/**
 * Writes the record of an apply, and the review beside it: for the forge and, with the option, to the folder.
 * Returns false, and says so, if a file cannot be written.
 */
export async function endRecord(
  job: Job,
  begun: BegunRecord,
  stacks: readonly StackRecord[],
  review: string,
): Promise<boolean> {
  const { forge, terminal, options } = job;
  try {
    const { name, text, digest } = formatRecord({ ...begun, stacks: [...stacks], ended: new Date().toISOString() });
    for (const folder of [
      forge.evidence,
      ...(options.evidence === undefined ? [] : [resolve(terminal.folder, options.evidence)]),
    ]) {
      const file = join(folder, name);
      if (existsSync(file)) throw new CommandError(`${file} exists already`);
      writeText(terminal, file, text);
      copyFileSync(review, join(folder, getReviewName(name)));
    }
    saveResult(job, () => text);
    await forge.keep?.("evidence");
    forge.announce("notice", `The record of this apply has the SHA-256 digest ${digest}.`);
    return true;
  } catch (error) {
    forge.announce(
      "error",
      `The record of this apply cannot be kept: ${getErrorMessage(error)} The results above are those of the stacks. Keep the log of this run.`,
    );
    return false;
  }
}
