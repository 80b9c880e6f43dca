import type { Failure } from "./exchange";
import { seconds } from "./log";

type Meaning = Omit<Failure, "kind" | "cause">;

const checkNetwork = "Check the endpoint, the network and the proxy settings.";
const checkCertificate =
  "Check the endpoint; if a private authority signs its certificate, let the CA path name that authority's file.";

/** No byte of the request can have left. */
const unsent = (reason: string): Meaning => ({ summary: `${reason}. ${checkNetwork}`, sent: false, lasting: false });
const untrusted = (reason: string): Meaning => ({
  summary: `${reason}. ${checkCertificate}`,
  sent: false,
  lasting: true,
});
const lost = (reason: string): Meaning => ({ summary: `${reason}. ${checkNetwork}`, sent: true, lasting: false });

/** What the codes of Node.js and undici mean. */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unsent("the connection was refused"),
  ENOTFOUND: unsent("the host name cannot be resolved"),
  EAI_AGAIN: unsent("the host name cannot be resolved at the moment"),
  UND_ERR_CONNECT_TIMEOUT: unsent("the connection took too long"),
  // Only a proxy's refusal to tunnel has this code: our own aborts have their own reasons.
  UND_ERR_ABORTED: unsent("the proxy refused the connection"),
  ERR_SSL_WRONG_VERSION_NUMBER: untrusted("the server does not speak TLS there"),
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted("the certificate is for another host"),
  UND_ERR_SOCKET: lost("the connection was closed before the whole answer was there"),
  ECONNRESET: lost("the connection was closed before the whole answer was there"),
};

const certificate = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

/** Says why there was no answer from `origin`. */
export function failure(error: unknown, origin: string): Failure {
  const { code = "", syscall } = details(error);
  const meaning =
    meanings[code] ??
    (certificate.test(code)
      ? untrusted(`the certificate is not trusted (${code})`)
      : syscall === "connect"
        ? unsent(`no connection could be made (${code})`)
        : lost(`the connection failed${code && ` (${code})`}`));
  return unreachable(origin, meaning, error);
}

/** There was no answer within the given number of milliseconds. */
export function timeout(origin: string, limit: number): Failure {
  const summary = `there was no whole answer within ${seconds(limit)}. Try again later, or allow more time for a request.`;
  return unreachable(origin, { summary, sent: true, lasting: false });
}

/** There is no way to send anything. The cause is left out, because a proxy's URL may hold a password. */
export function unusableProxy(origin: string): Failure {
  const summary = "the proxy settings cannot be used. Correct HTTPS_PROXY or HTTP_PROXY.";
  return unreachable(origin, { summary, sent: false, lasting: true });
}

function unreachable(origin: string, meaning: Meaning, cause?: unknown): Failure {
  return { kind: "failure", ...meaning, summary: `Peridio cannot be reached at ${origin}: ${meaning.summary}`, cause };
}

function details(error: unknown): { readonly code?: string; readonly syscall?: string } {
  if (typeof error !== "object" || error === null) return {};
  return {
    ...("code" in error && typeof error.code === "string" && { code: error.code }),
    ...("syscall" in error && typeof error.syscall === "string" && { syscall: error.syscall }),
  };
}
