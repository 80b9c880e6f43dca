import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { AnyProvider } from "../provider";

/** The provider of an engine. */
export interface Target {
  readonly provider: AnyProvider;
  /** The type whose objects contain all others, and the input of the others that names its id. */
  readonly parent?: { readonly type: string; readonly input: string };
}

/** Properties in messages: plain JSON, with Pulumi's marks for unknown values and secrets. */
export type Wire = Readonly<Record<string, JavaScriptValue>>;

/** The mark of an unknown value. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret value. */
export const secret = (value: JavaScriptValue): JavaScriptValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A resource of a program. Inputs may depend on what exists by then; `id("dev")` is unknown while there is no `dev`. */
export interface Declared {
  /** The last part of the token, such as `User`. */
  readonly type: string;
  readonly inputs: (id: (name: string) => string) => Wire;
  readonly ignoreChanges?: readonly string[];
  /** Seconds, as `customTimeouts` give them. */
  readonly timeout?: number;
}

/** A program: resources by name, those that others depend on first. */
export type Program = Readonly<Record<string, Declared>>;

/** An operation of the engine, as its output shows it. */
export interface Step {
  readonly op: "create" | "update" | "replace" | "same" | "delete" | "refresh" | "gone";
  readonly name: string;
  /** Kinds by property. */
  readonly diff?: Readonly<Record<string, string>>;
}

/** An entry of the state. */
export interface Kept {
  readonly type: string;
  readonly id: string;
  readonly inputs: Wire;
  readonly outputs: Wire;
  readonly look: boolean;
  /** Its last operation failed in part. The next `up` updates it, with or without differences. */
  readonly failed?: true;
}

/** The means to disturb a running provider. */
export interface Running {
  /** Presses Ctrl-C. Resolves when the provider has received it. */
  readonly cancel: () => Promise<void>;
  readonly kill: () => void;
}

/** The course of an `up` or a destroy. */
export interface Course {
  /** Resources to replace, with or without differences. */
  readonly replace?: readonly string[];
  /** Runs independent resources in parallel. */
  readonly parallel?: boolean;
  /** `--continue-on-error`: resources that do not depend on a failed one continue. */
  readonly goOn?: boolean;
  /** `--target` for all resources of the program: nothing else is registered or deleted. */
  readonly targeted?: boolean;
  /** `--refresh`, before a destroy. */
  readonly refresh?: boolean;
  /** Receives the means to disturb the provider at its start. The run ends after the returned promise. */
  readonly started?: (running: Running) => void | Promise<void>;
  /** Called when a resource of the program has been checked, with success or without. */
  readonly checked?: (name: string) => void;
  /** Called when a resource is about to be created, updated or deleted, with its entry if it has one; returns what to call after that. */
  readonly calling?: (verb: "create" | "update" | "delete", name: string, type: string, entry?: Kept) => () => void;
}
