import { runtime, log, type dynamic } from "@pulumi/pulumi";
import { UserError } from "../errors";
import { answered } from "../function";
import type { AnyProvider } from "../provider";
import type { Values } from "../values";
import { printed } from "./failure";
import type { Host } from "./program/host";
import { receive } from "./properties";
import { resourceProvider } from "./provider";
import { keepSecrets, secrets } from "./secrets";
import { Sessions, settingsOf } from "./sessions";

/** Serves the resources and functions of a provider to Pulumi's dynamic host. */
export function dynamicHost(provider: AnyProvider): Host {
  const sessions = new Sessions(provider);
  return {
    serve: (token, config) => {
      prepareProcess();
      const resource = provider.resources.find((one) => one.token === token);
      if (resource === undefined) throw missing(provider, `resource ${token}`);
      return resourceProvider(resource, () => sessions.get(config));
    },
    /** Reads anew for each call: what this process has read before may be out of date. */
    ask: async (token, config, args) => {
      keepSecrets(args);
      try {
        return await answer(provider, token, config, receive(args).values);
      } catch (error) {
        throw new UserError(secrets.redact(error instanceof Error ? error.message : String(error)));
      }
    },
  };
}

async function answer(provider: AnyProvider, token: string, config: dynamic.Config, args: Values): Promise<Values> {
  const callable = provider.functions.find((one) => one.token === token);
  if (callable === undefined) throw missing(provider, `function ${token}`);
  const { client } = provider.connect(settingsOf(provider, config), process.env, {
    log: (level, text) => void log[level](secrets.redact(text)),
    redact: (text) => secrets.redact(text),
    keep: (secret) => {
      secrets.keep(secret);
    },
  });
  return answered(callable, { api: client, warn: (text) => void log.warn(secrets.redact(text)) }, args);
}

function missing({ package: { name } }: AnyProvider, what: string): UserError {
  return new UserError(`this version of pulumi-resource-${name} has no ${what}`);
}

let isPrepared = false;

/** Prepares Pulumi's dynamic host, which serves other providers too. */
function prepareProcess(): void {
  if (isPrepared) return;
  isPrepared = true;
  // Pulumi starts the host with the engine's address as the argument, and the SDK's log needs that address.
  runtime.resetOptions("", "", 1, process.argv[2] ?? "", "", false, "");
  // The host prints failures and answers with them. Without this, the CLI would show each failure twice.
  const print = console.error;
  console.error = (...texts: unknown[]) => {
    if (texts[0] !== printed) print(...texts);
  };
}
