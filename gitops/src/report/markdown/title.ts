import { Failure } from "../../failure";

/** Whatever a heading and a hidden comment can hold as it is. */
const allowed = /^[\p{L}\p{N}][\p{L}\p{N} ._,:/()+-]*$/u;
const longest = 40;

/**
 * The hidden line by which a pipeline finds its own comment again: `<!-- peridio-gitops review: TITLE -->`.
 * Fails for a title of more than 40 characters, or with other than letters, digits, spaces and `._,:/()+-`.
 */
export function marker(title: string): string {
  if (!allowed.test(title) || title.includes("--") || title.length > longest) {
    throw new Failure(
      `the title ${JSON.stringify(title)} does not fit into a hidden comment: take up to ${longest} letters, digits, spaces and ._,:/()+- without "--", beginning with a letter or a digit`,
    );
  }
  return `<!-- peridio-gitops review: ${title} -->`;
}
