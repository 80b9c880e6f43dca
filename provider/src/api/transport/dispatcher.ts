import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type { Dispatcher } from "undici";

/**
 * Connects through HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and keeps connections alive. undici is loaded on first use,
 * because loading it takes a third of the time in which the plugin should start.
 */
export async function dispatcher(secureContext: SecureContext | undefined): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import("undici");
  if (!secureContext) return new EnvHttpProxyAgent();
  const trust = { secureContext };
  return new EnvHttpProxyAgent({ connect: trust, requestTls: trust, proxyTls: trust });
}

/**
 * Trusts the certificates in the PEM file besides the usual authorities.
 *
 * @throws Error if the file cannot be read or holds no certificate.
 */
export function trust(caPath: string): SecureContext {
  try {
    const pem = readFileSync(caPath, "utf8");
    // createSecureContext takes any text without complaint.
    new X509Certificate(pem);
    return createSecureContext({ ca: [...rootCertificates, pem] });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The CA path ${caPath} must name a readable file of PEM certificates: ${reason}`, { cause });
  }
}
