import type { Remedied } from "#testing";

type Environment = Readonly<Record<string, string>>;

/** A mistaken environment of `peridio-gitops audit`. `KEY` and `URL` stand for the API key and the address of a local Peridio. */
export interface MistakenEnvironment extends Omit<Remedied, "slip" | "edit"> {
  readonly environment: Environment;
  /** The variables that the remedy changes. An empty text unsets a variable. */
  readonly edit: Environment;
}

/** The mistakes in environments. */
export const environmentMistakes: readonly MistakenEnvironment[] = [
  {
    mistake: "no API key",
    environment: { PERIDIO_BASE_URL: "URL" },
    says: ["The API key", "is missing", "Set the environment variable PERIDIO_API_KEY"],
    edit: { PERIDIO_API_KEY: "KEY" },
  },
  {
    mistake: "a misspelled variable",
    environment: { PERIDIO_APIKEY: "KEY", PERIDIO_BASE_URL: "URL" },
    says: ["The API key", "is missing", "Set the environment variable PERIDIO_API_KEY"],
    edit: { PERIDIO_API_KEY: "KEY" },
  },
  {
    mistake: "an API key with a line break",
    environment: { PERIDIO_API_KEY: "KEY\n", PERIDIO_BASE_URL: "URL" },
    says: ["The API key", "contains an invalid character, such as a line break", "Correct PERIDIO_API_KEY"],
    edit: { PERIDIO_API_KEY: "KEY" },
  },
  {
    mistake: "a revoked API key",
    environment: { PERIDIO_API_KEY: "key-of-nobody", PERIDIO_BASE_URL: "URL" },
    says: ["Peridio does not accept", "the API key", "Set PERIDIO_API_KEY to a complete and valid API key"],
    edit: { PERIDIO_API_KEY: "KEY" },
  },
  {
    mistake: "a token of the other API",
    environment: { PERIDIO_API_KEY: "avo_token-of-ada", PERIDIO_BASE_URL: "URL" },
    says: ["The API key", "is a token of Avocado Connect", "set PERIDIO_BACKEND=connect"],
    edit: { PERIDIO_BACKEND: "connect" },
  },
  {
    mistake: "an API in another case",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "URL", PERIDIO_BACKEND: "Admin-v2" },
    says: ['PERIDIO_BACKEND is "Admin-v2"', "must be one of admin-v2, connect", "Correct or remove"],
    edit: { PERIDIO_BACKEND: "admin-v2" },
  },
  {
    mistake: "an address without a scheme",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "127.0.0.1" },
    says: ["The endpoint 127.0.0.1", "must be an HTTP or HTTPS URL", "Correct --endpoint or PERIDIO_BASE_URL"],
    edit: { PERIDIO_BASE_URL: "URL" },
  },
  {
    mistake: "a scheme with TLS for a server without TLS",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "httpsURL" },
    says: ["Peridio cannot be reached", "does not use TLS on this port", "Correct the port or the scheme"],
    edit: { PERIDIO_BASE_URL: "URL" },
  },
  {
    mistake: "the path of the API in the address",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "URL/v2" },
    says: ["Peridio", "rejected the request", "correct --endpoint or PERIDIO_BASE_URL"],
    edit: { PERIDIO_BASE_URL: "URL" },
  },
  {
    mistake: "an address of the other API",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "https://api.peridio.com", PERIDIO_BACKEND: "connect" },
    says: [
      "The backend is connect",
      "serves admin-v2, so nothing was sent",
      "or the endpoint (--endpoint or PERIDIO_BASE_URL)",
    ],
    edit: { PERIDIO_BASE_URL: "URL" },
  },
  {
    mistake: "a missing file of certificates",
    environment: { PERIDIO_API_KEY: "KEY", PERIDIO_BASE_URL: "URL", PERIDIO_CA_PATH: "authority.pem" },
    says: ["The certificates in authority.pem", "no such file", "Set PERIDIO_CA_PATH to a readable PEM file"],
    edit: { PERIDIO_CA_PATH: "CERTIFICATE" },
  },
];
