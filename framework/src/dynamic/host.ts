import { type dynamic, log, runtime } from "@pulumi/pulumi";
import { getErrorMessage, UserError } from "../errors";
import { callFunction } from "../function";
import { findSecrets } from "../property";
import { type AnyProvider, findResource } from "../provider";
import { isSameValue, type Values } from "../values";
import type { HostExports } from "./program/host";
import { failureLine, keepSecrets, markSecrets, receive, secrets, send } from "./properties";
import { createResourceProvider } from "./provider";
import { getEngineAddress, processOutput, Sessions, readSettings } from "./session";

/** Serves the resources and functions of a provider to Pulumi's dynamic host. */
export function dynamicHost(provider: AnyProvider): HostExports {
  const sessions = new Sessions(provider);
  return {
    serve: (token, config) => {
      prepareProcess();
      const resource = findResource(provider, token);
      if (resource === undefined) throw explainMissing(provider, `resource ${token}`);
      return createResourceProvider(resource, () => sessions.get(config));
    },
    /** Connects for each call, so that the result does not come from earlier reads. */
    ask: async (token, config, args) => {
      keepSecrets(args);
      try {
        return await answerCall(provider, token, config, receive(args).values);
      } catch (error) {
        throw new UserError(secrets.redact(getErrorMessage(error)));
      }
    },
  };
}

async function answerCall(provider: AnyProvider, token: string, config: dynamic.Config, args: Values): Promise<Values> {
  const callable = provider.functions.find((one) => one.token === token);
  if (callable === undefined) throw explainMissing(provider, `function ${token}`);
  const { client } = provider.connect(readSettings(provider, config), process.env, processOutput);
  const context = { api: client, warn: (text: string) => void log.warn(secrets.redact(text)) };
  const result = await callFunction(callable, context, args);
  const values = send(result);
  const always = findSecrets(callable.outputs);
  // `send` opens the parts that the function marks as secret.
  const secret = Object.keys(result).filter(
    (name) => (always.includes(name) && result[name] !== undefined) || !isSameValue(result[name], values[name]),
  );
  return { ...values, ...markSecrets(secret) };
}

function explainMissing({ package: { name } }: AnyProvider, what: string): UserError {
  return new UserError(
    `The installed version of pulumi-resource-${name} has no ${what}. Update the package in the program's folder.`,
  );
}

let isPrepared = false;

/** Prepares the process of Pulumi's dynamic host, which also serves other providers. */
function prepareProcess(): void {
  if (isPrepared) return;
  isPrepared = true;
  // The SDK's log needs the address of the engine.
  runtime.resetOptions("", "", 1, getEngineAddress(), "", false, "");
  // The host prints failures, and also responds with them. Without this, the CLI would show each failure twice.
  const print = console.error;
  console.error = (...texts: unknown[]) => {
    if (texts[0] !== failureLine) print(...texts);
  };
}
