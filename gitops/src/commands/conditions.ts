import { basename } from "node:path";
import type { Judge, ReviewOptions } from "../review/assemble";
import type { Logins } from "../review/beneficiaries";
import { createJudge } from "../rules/checkRules";
import { digestRulesFiles, readRulesFiles } from "../rules/readRules";
import type { FileLocation, Subject } from "../sarif/sarif";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { findOrigin, type ReportOptions } from "./reportOptions";

/** The options of a review, and the places of its rules and tests. */
interface Conditions {
  readonly options: ReviewOptions;
  /** Returns the place of a broken rule or a failed test. */
  readonly locate: (subject: Subject) => FileLocation | undefined;
}

/**
 * Reads the files that decide about a review. `now` is the moment for ends and exemptions. `leftOut` are the names of existing organizations that
 * the review leaves out on request.
 */
export function readConditions(
  options: Pick<ReportOptions, "rules"> & Partial<ReportOptions>,
  terminal: Terminal,
  { now = terminal.now, leftOut = [] }: { readonly now?: Date; readonly leftOut?: readonly string[] } = {},
): Conditions {
  const { rules, proposedRules = [], changedControls, authors, claim = [], endsWithin } = options;
  const read = (
    files: readonly string[],
  ): Pick<Conditions, "locate"> & { readonly judge: Judge | undefined; readonly logins: Logins } => {
    // Claims are rules without a file.
    if (files.length + claim.length === 0) return { judge: undefined, locate: () => undefined, logins: new Map() };
    const { rules, tests, logins } = readRulesFiles(files, terminal.folder);
    const places = new Map([
      ...rules.map(({ name, location }) => [name, location] as const),
      ...tests.map(({ name, place }) => [name, place.location] as const),
    ]);
    return {
      judge: createJudge([...rules, ...claim], { now, authors, tests, leftOut }),
      locate: ({ rule = "" }) => places.get(rule),
      logins,
    };
  };
  const { judge, locate, logins } = read(rules);
  // The rules of the change are judged only if it edits them.
  const isProposed =
    proposedRules.length > 0 && digestRulesFiles(proposedRules, terminal) !== digestRulesFiles(rules, terminal);
  const proposedJudge = isProposed ? read(proposedRules).judge : undefined;
  const controls = changedControls === undefined ? "" : readText(terminal, changedControls);
  return {
    options: {
      judge,
      logins,
      proposedJudge,
      ...(endsWithin !== undefined && { forecast: { now, days: endsWithin } }),
      rulesFiles: [...rules, ...proposedRules].map((file) => basename(file)),
      changedControls: controls.split(/\r?\n/).filter((line) => line.trim() !== ""),
      sources: {
        commit: findOrigin(options, terminal).reviewed?.commit ?? null,
        ...(authors !== undefined && { authors: [...authors] }),
        rules: rules.length === 0 ? null : digestRulesFiles(rules, terminal),
      },
    },
    locate,
  };
}
