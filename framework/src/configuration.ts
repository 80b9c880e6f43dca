import * as z from "zod";
import { validate } from "./validation";
import { type PropertyFailure, UserError } from "./errors";
import type { Shape } from "./resource";
import type { Values } from "./values";

/** The environment variables of a process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The output of a process. */
export interface Output {
  /** Writes to the user (`info`) or to the log (`debug`). */
  readonly log: (level: "debug" | "info", text: string) => void;
  /** Redacts a text. */
  readonly redact: (text: string) => string;
  /** Keeps a text out of all later output. */
  readonly keep: (secret: string) => void;
}

/**
 * Decodes the settings that Pulumi sends: a value that is not a text arrives as JSON in a text. Unknown settings pass unchanged, so that
 * `checkSettings` finds them.
 */
export function decodeSettings(configuration: Shape, sent: Values): Values {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => {
      const schema = Object.entries(configuration.shape).find(([known]) => known === name)?.[1];
      const asSent = typeof value !== "string" || schema === undefined || z.safeParse(schema, value).success;
      return [name, asSent ? value : fromJson(value)];
    }),
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the mistakes in settings. */
export function checkSettings(configuration: Shape, sent: Values): readonly PropertyFailure[] {
  return validate(configuration, decodeSettings(configuration, sent), "the provider's configuration").failures;
}

/** The switches of a process, which only the environment sets. */
export interface Switches {
  /** Turns off the check before parts of an object are deleted. */
  readonly allowsPartialDestroy: boolean;
  /** This process only previews. A process with another client applies the changes. */
  readonly previewsOnly: boolean;
}

/** Returns the name of the environment variable of a switch, or of the moment of a run. */
export function getSwitchName(prefix: string, name: "ALLOW_PARTIAL_DESTROY" | "PREVIEW_ONLY" | "NOW"): string {
  return `${prefix}_${name}`;
}

/** @throws UserError if a switch is neither on nor off. */
export function readSwitches(prefix: string, environment: Environment): Switches {
  return {
    allowsPartialDestroy: isOn(getSwitchName(prefix, "ALLOW_PARTIAL_DESTROY"), environment),
    previewsOnly: isOn(getSwitchName(prefix, "PREVIEW_ONLY"), environment),
  };
}

function isOn(name: string, environment: Environment): boolean {
  const value = environment[name];
  if (value === undefined || value === "" || value === "0" || value === "false") return false;
  if (value === "1" || value === "true") return true;
  throw new UserError(
    `${name} is ${JSON.stringify(value)}, which is not valid. Set it to 1 or true (on), or to 0, false or an empty string (off).`,
  );
}
