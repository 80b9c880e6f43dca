import { DependencyResource, type dynamic, log } from "@pulumi/pulumi";
import type { Peridio } from "../api";
import { type Configuration, switchesIn } from "../core/configuration";
import { Lifecycle } from "../core/lifecycle";
import { connect } from "./connection";
import { secrets } from "./secrets";
import { settingsOf } from "./settings";

/** What all resources with the same settings share: what has been read, and what has been declared. */
export class Session {
  readonly lifecycle: Lifecycle;
  readonly #said = new Set<Promise<void>>();

  private constructor(api: Peridio, settings: Configuration) {
    this.lifecycle = new Lifecycle(api, {
      settings,
      ...switchesIn(process.env),
      warn: (urn, text) => {
        this.#said.add(log.warn(secrets.redact(text), new DependencyResource(urn)));
      },
      toImport: (_, __, id) => `give the resource the option \`import: ${JSON.stringify(id)}\``,
    });
  }

  static readonly #known = new Map<string, Session>();

  /** The session of a stack's configuration. Throws a `Refusal` for bad settings, and without an API key. */
  static of(config: dynamic.Config): Session {
    const settings = settingsOf(config);
    const key = JSON.stringify(settings);
    const session = this.#known.get(key) ?? new Session(connect(settings), settings);
    this.#known.set(key, session);
    return session;
  }

  /** Resolves when every warning has arrived: it must come before the answer that it belongs to. */
  async heard(): Promise<void> {
    await Promise.all(this.#said);
    this.#said.clear();
  }
}
