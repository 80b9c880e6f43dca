import { log } from "@pulumi/pulumi";
import type { Configuration } from "../core/configuration";
import { Refusal } from "../core/errors";
import { answered } from "../core/function";
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
  const warn = (text: string) => void log.warn(secrets.redact(text));
  return answered(callable, { api: connect(settings), settings, warn }, args);
}
