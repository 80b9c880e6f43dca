import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Emulator, readOverview } from "#emulator";
import { version } from "../../../package.json";
import { newStack, type Stack, type StackOptions } from "./cli";

export const bin = join(__dirname, "../../../bin");

/**
 * Links the plugin of this repository into the folder of a program, and returns how the project names it. Because of the version, Pulumi keeps
 * the schema beside the plugin's folder. Otherwise, it would start the plugin a second time in each command.
 */
export async function linkPlugin(folder: string) {
  const path = join(folder, "linked-plugin");
  if (!existsSync(path)) {
    await mkdir(path);
    await symlink(join(bin, "pulumi-resource-peridio"), join(path, "pulumi-resource-peridio"));
  }
  return { name: "peridio", path, version };
}

/** Replaces the path of an example to the plugin, in a copy of the example, by a link to the plugin with its version. */
export async function relinkPlugin(folder: string): Promise<void> {
  const file = join(folder, "Pulumi.yaml");
  const [text, { path, version }] = [await readFile(file, "utf8"), await linkPlugin(folder)];
  await writeFile(file, text.replace(/^( +)path: (?:\.\.\/)+bin$/m, `$1path: ${path}\n$1version: ${version}`));
}

/** A resource of a Pulumi YAML program. */
export interface Declaration {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The resources of a Pulumi YAML program, by name. */
export type Declarations = Readonly<Record<string, Declaration>>;

type Options = Declaration["options"];

export function organization(name: string, options: Options = {}): Declaration {
  return { type: "peridio:Organization", properties: { name }, options };
}

/** A person in the organization that the program calls `dev`. */
export function member(email: string, role: string, options: Options = {}): Declaration {
  return { type: "peridio:Membership", properties: { organizationId: "${dev.id}", email, role }, options };
}

/** The roster of the organization with the logical name `dev`. */
export function roster(
  members: Readonly<Record<string, string>>,
  settings: Declaration["properties"] = {},
): Declaration {
  return {
    type: "peridio:OrganizationMembers",
    properties: { organizationId: "${dev.id}", members, ...settings },
    options: {},
  };
}

/** Settings of the organization that the program calls `dev`. */
export function policy(settings: Declaration["properties"], options: Options = {}): Declaration {
  return { type: "peridio:SecurityPolicy", properties: { organizationId: "${dev.id}", ...settings }, options };
}

export const dev: Declarations = { dev: organization("acme-dev") };

/** Writes the program of a folder. `plugin` is the folder of another plugin. */
async function write(folder: string, resources: Declarations, plugin?: string): Promise<void> {
  const provider = plugin === undefined ? await linkPlugin(folder) : { name: "peridio", path: plugin };
  // JSON is YAML.
  const project = { name: "people", runtime: "yaml", plugins: { providers: [provider] }, resources };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
}

const values = z.record(z.string(), z.unknown()).optional();
const exported = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ urn: z.string(), id: z.string().optional(), inputs: values, outputs: values }))
      .default([]),
  }),
});

/** A program with its stack and a separate emulator. */
export class Site {
  constructor(
    readonly emulator: Emulator,
    readonly stack: Stack,
  ) {}

  /** Begins with a YAML program. */
  static async begin(resources: Declarations, options: Partial<StackOptions> = {}): Promise<Site> {
    const emulator = options.emulator ?? new Emulator();
    const prepare = (folder: string) => write(folder, resources);
    return new Site(emulator, await newStack({ emulator, prepare, ...options }));
  }

  /** Changes the program, and perhaps the folder of the plugin that it uses. */
  declare(resources: Declarations, plugin?: string): Promise<void> {
    return write(this.stack.folder, resources, plugin);
  }

  /** Runs `pulumi up` without its preview, and returns all that it says. Rejects if it fails. */
  async up(...args: string[]): Promise<string> {
    return this.stack.succeed("up", "--yes", "--skip-preview", ...args);
  }

  /** Runs a command that has to fail, and returns all that it says. */
  async fail(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.stack.pulumi(...args);
    if (code === 0) throw new Error(`pulumi ${args.join(" ")} succeeded:\n${stdout}`);
    return `${stdout}\n${stderr}`;
  }

  /** Runs `pulumi up` without its preview, which has to fail. */
  failUp(...args: string[]): Promise<string> {
    return this.fail("up", "--yes", "--skip-preview", ...args);
  }

  /** The requests since the last call: `PATCH update-a-member {"role":"viewer"}`. */
  requests(): string[] {
    const lines = this.emulator
      .requests()
      .map(({ method, operation, path, body }) =>
        [method, operation ?? path, ...(body === null ? [] : [JSON.stringify(body)])].join(" "),
      );
    this.emulator.traffic.log.clear();
    return lines;
  }

  /** The requests since the last call that were to change something. */
  writes(): string[] {
    return this.requests().filter((line) => !line.startsWith("GET "));
  }

  /** Returns the state of each resource by URN, without the data of the engine. */
  async state(): Promise<unknown> {
    const { deployment } = exported.parse(JSON.parse(await this.stack.succeed("stack", "export")));
    return deployment.resources.toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  }

  /** Returns the roster of an organization: `bob@acme.example viewer`, `carl@acme.example admin invited`. */
  people(name = "acme-dev"): string[] {
    const organization = readOverview(this.emulator).organizations.find((candidate) => candidate.name === name);
    const pending = organization?.invitations.filter(({ status }) => status === "pending") ?? [];
    return [
      ...(organization?.members ?? []).map(({ email, role }) => `${email} ${role}`),
      ...pending.map(({ email, role }) => `${email} ${role} invited`),
    ].sort();
  }

  end(): Promise<void> {
    return this.stack.end();
  }
}
