import { andMore, mostPrinted } from "../excerpt";
import { byPlace, type Place, shown } from "../place";
import { inOneLine } from "../printable";
import type { DocumentKind } from "./kind";

/** Something that a document must not say. */
export interface Mistake {
  /** What it is about, such as `people["ada@acme.example"]["acme-dev"]`; empty for the whole. */
  readonly path: string;
  /** What is wrong and what to do, as the rest of a sentence that begins with the path. */
  readonly reason: string;
  /** Where it stands; absent in the arguments of a program. */
  readonly place?: Place | undefined;
}

/** All that is wrong with a document, or with several that belong together. */
export class InvalidDocumentError extends Error {
  override readonly name: string = "InvalidDocument";
  constructor(
    readonly kind: DocumentKind,
    /** By place. */
    readonly mistakes: readonly Mistake[],
  ) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length.toLocaleString("en")} mistakes`;
    const { one } = kind;
    const lines = [
      ...mistakes.slice(0, mostPrinted).map((mistake) => formatMistake(mistake, kind)),
      ...andMore(mistakes),
    ];
    super(`${one} has ${count}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
}

/** Where the other of two is, if it is known, as a part of a sentence. */
export function formatElsewhere(place: Place | undefined): string {
  return place === undefined ? "" : `, at ${shown(place)}`;
}

/** The mistake in one line. */
export function formatMistake({ path, reason, place }: Mistake, { one }: DocumentKind): string {
  const sentence = path === "" ? `${one} ${reason}` : `${path} ${reason}`;
  return inOneLine(place === undefined ? sentence : `${shown(place)}: ${sentence}`);
}

/** As somebody reads the files, from top to bottom; first those of no file. */
export function sortMistakes(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => byPlace(a.place, b.place));
}
