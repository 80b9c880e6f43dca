import { inProcess } from "./inProcess";
import type { Launch, Plugin } from "./launch";
import type { Course, Kept, Program, Step, Target, Wire } from "./program";
import { ProviderClient } from "./providerClient";
import { Session } from "./session";

/** The providers that run for one operation. */
interface ProviderProcesses {
  readonly session: Session;
  /** The provider of parents. */
  readonly client: ProviderClient;
  readonly clients: readonly ProviderClient[];
  readonly kill: () => void;
}

/**
 * A small version of Pulumi's engine. It calls a provider in the same order as the real engine, starts a new provider for every operation,
 * and keeps the state. The end-to-end tests use the real engine, which is slower.
 */
export class Engine {
  /** The state by resource name. */
  readonly state = new Map<string, Kept>();
  /** Entries that have been replaced and are still to be deleted, by resource name. */
  readonly doomed: [string, Kept][] = [];
  /** The outputs of each resource that the last preview would update, by resource name. */
  readonly planned = new Map<string, Wire>();
  /** The warnings of providers in the last operation. */
  readonly warnings: string[] = [];
  /** The other messages of providers in the last operation. */
  readonly information: string[] = [];

  constructor(
    private readonly target: Target,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly settings: Wire = {},
    private readonly launch: Launch = inProcess,
  ) {}

  /** Returns the steps of a preview. */
  preview(program: Program): Promise<Step[]> {
    return this.#operate(({ session }) => session.run(program, true));
  }

  /** `pulumi up` without its preview. */
  up(program: Program, course: Course = {}): Promise<Step[]> {
    return this.#take(course, (session) => session.run(program, false, course));
  }

  /** `pulumi refresh`: the resources that differ, or are gone. */
  refresh(): Promise<Step[]> {
    return this.#operate(({ session }) => session.refresh());
  }

  /** `pulumi import`: the inputs that a program then has to declare. */
  import(name: string, type: string, id: string): Promise<Wire> {
    return this.#operate(({ session }) => session.import(name, type, id));
  }

  /** `pulumi destroy`. */
  destroy(course: Course = {}): Promise<Step[]> {
    return this.#take(course, (session) => session.destroy(course));
  }

  /** `pulumi do … list`: ids by page. */
  list(type: string, query: Wire, pageSize = 0, limit = 0): Promise<string[][]> {
    return this.#operate(({ client }) => client.list(type, query, pageSize, limit));
  }

  /** `pulumi do … list`: the names. */
  async listNames(type: string, query: Wire): Promise<string[]> {
    const pages = await this.#operate(({ client }) => client.list(type, query, 0, 0, (result) => result.getName()));
    return pages.flat();
  }

  /** Calls functions one after the other. Returns their results. */
  invoke(...calls: readonly (readonly [name: string, args: Wire])[]): Promise<Wire[]> {
    return this.#operate(async ({ client }) => {
      const results: Wire[] = [];
      for (const [name, args] of calls) results.push(await client.invoke(name, args));
      return results;
    });
  }

  /** Runs an operation that a test may cancel or kill. */
  #take(course: Course, operation: (session: Session) => Promise<Step[]>): Promise<Step[]> {
    return this.#operate(async ({ session, clients, kill }) => {
      // A provider that has ended has nothing to cancel.
      const cancel = async () => {
        await Promise.all(clients.map((client) => client.cancel().catch(() => undefined)));
      };
      const [steps] = await Promise.all([operation(session), course.started?.({ cancel, kill })]);
      return steps;
    }, course.hasTwoProviders);
  }

  /** Runs an operation with a new provider, or with one for parents and one for parts. */
  async #operate<Result>(
    operation: (processes: ProviderProcesses) => Promise<Result>,
    hasTwoProviders = false,
  ): Promise<Result> {
    this.warnings.length = 0;
    this.information.length = 0;
    const plugins: Plugin[] = [];
    const kill = () => {
      for (const plugin of plugins) plugin.end();
    };
    const start = async () => {
      const plugin = await this.launch(this.target, this.environment, (text, isInformation) =>
        (isInformation ? this.information : this.warnings).push(text),
      );
      plugins.push(plugin);
      const client = new ProviderClient(this.target.provider.package.name, plugin.calls);
      await client.configure(this.settings);
      return client;
    };
    try {
      const first = await start();
      const second = hasTwoProviders ? await start() : first;
      const clientOf = (type: string) => (type === this.target.parent?.type ? first : second);
      const session = new Session(this.target, clientOf, this.state, this.doomed, this.planned);
      return await operation({ session, client: first, clients: [...new Set([first, second])], kill });
    } finally {
      kill();
    }
  }
}
