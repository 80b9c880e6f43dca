import { Failure } from "../../failure";

/**
 * The address of another report, so that no character of it can end the link.
 * @throws Failure if it is no address of the web.
 */
export function linkTarget(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new Failure(
      `the link ${JSON.stringify(address)} is no address of the web: give one that begins with https://`,
    );
  }
  return url.href.replace(/[^\w:/?#@!$,;=.~%+-]/g, percent);
}

function percent(character: string): string {
  return character === "&" ? "&amp;" : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
