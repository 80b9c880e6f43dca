import { log } from "@pulumi/pulumi";
import { accepted } from "../core/check";
import type { Configuration } from "../core/configuration";
import { Refusal } from "../core/errors";
import type { Values } from "../core/values";
import { functions } from "../functions";
import { connect } from "./connection";
import { receive } from "./properties";
import type { Host } from "./remote";
import { keepSecrets, secrets } from "./secrets";
import { settingsOf } from "./settings";

/** A function's result, asked for anew each time: what this process has read before may be out of date by now. */
export const ask: Host["ask"] = async (token, config, args) => {
  keepSecrets(args);
  try {
    return await answer(token, settingsOf(config), receive(args).values);
  } catch (error) {
    throw new Refusal(secrets.redact(error instanceof Error ? error.message : String(error)));
  }
};

async function answer(token: string, settings: Configuration, args: Values): Promise<Values> {
  const callable = functions.find((one) => one.token === token);
  if (callable === undefined) throw new Refusal(`this version of pulumi-resource-peridio has no function ${token}`);
  const asked = accepted(callable.inputs, args, `${token}'s arguments`);
  const warn = (text: string) => void log.warn(secrets.redact(text));
  return callable.call({ api: connect(settings), settings, warn }, asked);
}
