import type { Program, Target, Wire } from "../program";
import type { Exchange } from "./proxy";

/** A provider with a running service and programs, for the checks that every provider has to pass. */
export interface Subject extends Target {
  /** The address of a running service: a fake server, or a real one. */
  readonly url: string;
  /** Ends the service. By default, it keeps running. */
  readonly end?: () => Promise<void>;
  /** Returns the configuration that sends the requests of the provider to an address. The checks put a proxy before the service. */
  readonly configure: (url: string) => Wire;
  /** The environment variables of the provider, such as its API key. By default, none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Declares a resource of each type. Values in `secret(…)` must not appear in any message. */
  readonly program: Program;
  /** The same resources with other values, which an update or a replacement applies. */
  readonly changed: Program;
  /** Returns true for requests that change the service. By default, all except GET, HEAD and OPTIONS. */
  readonly isWrite?: (exchange: Exchange) => boolean;
  /** The longest time that a cancelled update may take, in seconds, such as for reads that find out what took effect. By default, 30. */
  readonly endsWithin?: number;
  /** Returns the id for `pulumi import`, if it is not the id of the object. */
  readonly importId?: (name: string, id: string) => string;
  /** The resources of the program that a check leaves out, with the reason, such as a token that the API returns only once for the import. */
  readonly exceptions?: Readonly<Partial<Record<ResourceCheck, Readonly<Record<string, string>>>>>;
}

/** The checks that look at single resources. */
export type ResourceCheck =
  | "repeats no write whose answer was lost"
  | "shows no change after an import"
  | "deletes an object that is gone"
  | "keeps an object whose deletion had no effect";
