import type { RequestInfo } from "./request";

/** A feature that an API does not have, in words for people. */
export interface UnsupportedFeature {
  /** States what is missing and what to do instead: a sentence without its period. */
  readonly reason: string;
  /** Lists every feature that this API does not support, in a whole sentence; null if there are few others. */
  readonly overview: string | null;
}

/** Explains an unsupported feature in whole sentences, with the overview of the API. */
export function formatUnsupported({ reason, overview }: UnsupportedFeature): string {
  return `${reason}.${overview === null ? "" : ` ${overview}`}`;
}

/** Receives the request of a write that the API accepted. */
export type Report = (accepted: RequestInfo) => void;

/**
 * An API client, as the framework drives it. Resources use its other members, which the framework does not know.
 *
 * `Self` is the client's own type. Clients that its functions return share its cache. A client without one of them
 * serves every purpose itself.
 */
export interface Client<Self> {
  /** The API's name for people. */
  readonly name: string;
  /** Returns undefined if the API has the feature. Sends nothing. Without it, the API has every feature. */
  explainUnsupported?(feature: string): UnsupportedFeature | undefined;
  /** Returns a client whose requests end when the signal aborts. */
  withSignal?(signal: AbortSignal): Self;
  /** Returns a client for reads that no write follows. It may answer from slightly older lists. */
  withCachedReads?(): Self;
  /** Returns a client whose requests end only with this signal, for reads after an operation was cancelled. */
  forRecovery?(signal: AbortSignal): Self;
  /** Returns a client that reports each write that the API accepts. */
  withReport?(report: Report): Self;
}

/** The client of any API. */
export interface AnyClient extends Client<AnyClient> {
  readonly name: string;
}

/** The names of the features that not every API of a client has. */
export type FeatureOf<C extends AnyClient> = C extends {
  explainUnsupported(feature: infer Feature extends string): unknown;
}
  ? Feature
  : string;
