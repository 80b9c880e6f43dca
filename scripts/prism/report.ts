import type { Rejection } from "./recorder";

/** The result of a run through Prism. */
export interface PrismRun {
  /** The file that describes the API. */
  readonly document: string;
  /** The operations that the provider uses, by id. */
  readonly operations: readonly string[];
  /** The operations that the emulator carried out, once for each request. */
  readonly used: readonly string[];
  readonly requests: number;
  readonly rejections: readonly Rejection[];
  /** The error that ended the run. */
  readonly failure: string | undefined;
}

/** Renders the numbers, and each problem. */
export function renderReport(run: PrismRun): { readonly text: string; readonly isClean: boolean } {
  const { document, operations, requests, rejections, failure } = run;
  const used = new Set(run.used);
  const unused = operations.filter((id) => !used.has(id));
  const lines = [
    `Document: ${document}`,
    `Requests: ${requests}, of which Prism rejected ${rejections.length}`,
    `Operations: ${operations.length - unused.length} used, ${unused.length} not used`,
    ...unused.map((id) => `  not used: ${id}`),
    ...rejections.flatMap(({ request, reasons }) => [
      `Rejected: ${request}`,
      ...reasons.map((reason) => `  ${reason}`),
    ]),
    ...(failure === undefined ? [] : [`The run failed: ${failure}`]),
  ];
  return { text: lines.join("\n"), isClean: unused.length === 0 && rejections.length === 0 && failure === undefined };
}
