import { type Clock, systemClock } from "./request";

/** The headers of a request that contain a credential. */
export type Authorization = Readonly<Record<string, string>>;

/** A token that expires. */
export interface ExpiringToken {
  readonly token: string;
  /** The time until it expires, in seconds: more than 0. */
  readonly lifetime: number;
}

/**
 * Returns a function that returns a token, such as one for the credentials of a client (OAuth 2). It requests a token before the first use,
 * and a new one when a tenth of the lifetime is left. Calls at the same time share one request. After a failure, the next call tries again.
 */
export function renewToken(
  request: () => Promise<ExpiringToken>,
  clock: Pick<Clock, "now"> = systemClock,
): () => Promise<string> {
  let current: Promise<ExpiringToken> | undefined;
  let renewal = Infinity;
  return async () => {
    if (current === undefined || clock.now() >= renewal) {
      const start = clock.now();
      renewal = Infinity;
      current = request().then(requireLifetime);
      const requested = current;
      requested.then(
        ({ lifetime }) => {
          renewal = start + lifetime * 900;
        },
        () => {
          if (current === requested) current = undefined;
        },
      );
    }
    return (await current).token;
  };
}

/** @throws Error for a lifetime after which a token would never be renewed */
function requireLifetime(token: ExpiringToken): ExpiringToken {
  if (token.lifetime > 0 && token.lifetime < Infinity) return token;
  throw new Error(`The lifetime of the token is ${token.lifetime} seconds, but it must be more than 0.`);
}
