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

/** Pulumi's mark for an unknown value. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret value. */
export const secret = (value: JavaScriptValue): JavaScriptValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A resource of a program. Inputs may depend on existing resources: `id("dev")` is unknown until `dev` exists. */
export interface Declared {
  /** The last part of the token, such as `User`. */
  readonly type: string;
  readonly inputs: (id: (name: string) => string) => Wire;
  readonly ignoreChanges?: readonly string[];
  /** Seconds, as `customTimeouts` give them. */
  readonly timeout?: number;
}

/** A program: resources by name. Each resource comes after the resources that it depends on. */
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
  /** The engine reads the object again before it compares it (`refreshBeforeUpdate`). */
  readonly look: boolean;
  /** Its last operation failed in part. The next `up` updates it, even without differences. */
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
  /** Resources to replace, even without differences. */
  readonly replace?: readonly string[];
  /** Runs independent resources in parallel. */
  readonly parallel?: boolean;
  /** `--continue-on-error`: resources that do not depend on a failed resource continue. */
  readonly goOn?: boolean;
  /** `--target` for all resources of the program: nothing else is registered or deleted. */
  readonly targeted?: boolean;
  /** `--target` for deletions: the run registers no resource, and deletes only these entries. */
  readonly only?: readonly string[];
  /** The parts have an explicit provider, which runs in a second process. */
  readonly hasTwoProviders?: boolean;
  /** `--refresh`, before a destroy. */
  readonly refresh?: boolean;
  /** Receives the means to disturb the provider at its start. The run ends after the returned promise. */
  readonly started?: (running: Running) => void | Promise<void>;
  /** Called after the check of a resource of the program, even if the check failed. */
  readonly checked?: (name: string) => void;
  /** Called before a resource is created, updated or deleted, with its entry in the state, if any. Returns a function to call afterwards. */
  readonly calling?: (verb: "create" | "update" | "delete", name: string, type: string, entry?: Kept) => () => void;
}
