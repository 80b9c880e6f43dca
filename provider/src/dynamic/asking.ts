import { log } from "@pulumi/pulumi";
import { accepted } from "../core/check";
import { peridio } from "../core/configuration";
import { Refusal } from "../core/errors";
import { functions } from "../functions";
import type { Host } from "./remote";
import { settingsOf } from "./settings";

/** A function's result, asked for anew each time: what this process has read before may be out of date by now. */
export const ask: Host["ask"] = async (token, config, args) => {
  const callable = functions.find((one) => one.token === token);
  if (callable === undefined) throw new Refusal(`this version of pulumi-resource-peridio has no function ${token}`);
  const asked = accepted(callable.inputs, args, `${token}'s arguments`);
  const settings = settingsOf(config);
  const warn = (text: string) => void log.warn(text);
  const api = peridio(settings, process.env, (level, text) => void log[level](text));
  return callable.call({ api, settings, warn }, asked);
};
