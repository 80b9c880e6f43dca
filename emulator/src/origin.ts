import { isIP } from "node:net";

/**
 * Returns the reason to refuse a request that a page of another origin may have sent; else undefined. The control plane asks
 * for no key, so a browser on this machine must not act for such a page:
 *
 * - With DNS rebinding, a page gives its own name the emulator's address. So `Host` must be an IP address, localhost or one of
 *   the `names`.
 * - A page on another port has another origin. Browsers send it in `Origin` or, for a read, in `Sec-Fetch-Site`.
 */
export function foreignOrigin(headers: Headers, names: readonly string[]): string | undefined {
  const host = urlOf(`http://${headers.get("host") ?? ""}`);
  if (host === undefined) return "The request was refused: it needs a valid Host header.";
  if (!isLocal(host) && !names.some((name) => name.toLowerCase() === host.hostname)) {
    return (
      `The request was refused: the emulator does not answer to the name ${host.hostname}. ` +
      `If the name is yours, start the emulator with --allow-host ${host.hostname}.`
    );
  }
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site") ?? "none";
  const isOwn = origin === null || urlOf(origin)?.host === host.host;
  // The address bar and links send `navigate`. With it, no other page can read the answer.
  const isRead = ["none", "same-origin"].includes(site) || headers.get("sec-fetch-mode") === "navigate";
  if (isOwn && isRead) return undefined;
  return `The request was refused: a page of another origin sent it (${origin ?? site}). Use the emulator's own console or curl.`;
}

function isLocal({ hostname }: URL): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) > 0 || /^(.+\.)?localhost$/.test(hostname);
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
