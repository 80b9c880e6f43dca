import type { RequestInfo } from "./request";

/** A feature that an API does not have, in words for people. */
export interface UnsupportedFeature {
  /** States what is missing and what to do instead: a sentence without its period. */
  readonly reason: string;
}

/** Explains an unsupported feature in whole sentences. */
export function formatUnsupported({ reason }: UnsupportedFeature): string {
  return `${reason}.`;
}

/** Options of the requests of a client. An absent option keeps its value. */
export interface ClientOptions {
  /** Ends the requests when it aborts, in addition to the signals of the client. */
  readonly signal?: AbortSignal;
  /** The only signal that ends the requests, for reads after an operation was cancelled. */
  readonly onlySignal?: AbortSignal;
  /** Allows reads that no write follows to use slightly older lists. */
  readonly cachedReads?: true;
  /** Receives the request of each write that the API accepts. */
  readonly report?: (accepted: RequestInfo) => void;
}

/**
 * An API client, as the framework uses it. Resources also use members of the client that the framework does not know.
 *
 * `Self` is the client's own type.
 */
export interface Client<Self> {
  /** The API's name for people. */
  readonly name: string;
  /** Returns undefined if the API has the feature. Sends nothing. Without this function, the API has every feature. */
  explainUnsupported?(feature: string): UnsupportedFeature | undefined;
  /** Returns a client with these options and the same cache. Without this function, the client ignores all options. */
  with?(options: ClientOptions): Self;
}

/** The client of any API. */
export type AnyClient = Client<AnyClient>;

/** The names of the features that some APIs of a client lack. */
export type FeatureOf<C extends AnyClient> = C extends {
  explainUnsupported(feature: infer Feature extends string): unknown;
}
  ? Feature
  : string;

/** The longest time for reads after a cancelled operation, in milliseconds. */
const recoveryTimeout = 5_000;

/** Returns a client that can read for a few seconds after an operation was cancelled. */
export function getRecoveryClient<C extends Client<C>>(api: C): C {
  return api.with?.({ onlySignal: AbortSignal.timeout(recoveryTimeout) }) ?? api;
}
