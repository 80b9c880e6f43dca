/** The host of a URL. A URL itself can contain secrets, so no report shows more of it. */
export interface Host {
  /** The name in lower case, without a port. */
  readonly name: string;
  /** The name with the port, for reports. */
  readonly words: string;
}

/** Returns the host of an http or https URL; undefined if programs can disagree about it. */
export function readHost(url: string): Host | undefined {
  // Programs treat a backslash, a space or a line break in different ways, so they can find different hosts.
  if (/[\s\\]/.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, hostname, host } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  return { name: hostname, words: protocol === "http:" ? `${host} without encryption` : host };
}
