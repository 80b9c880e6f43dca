import { posix } from "node:path";
import * as z from "zod";
import { isRecord } from "#framework";
import { type DocumentKind, parseYaml } from "#framework/documents";
import { pattern } from "#provider";
import { getStackName } from "./previews";

/** A Pulumi project whose file is Pulumi.yaml at the root of a repository. */
export interface Project {
  /** True if the configuration of each stack is in `Pulumi.STACK.yaml` beside the file of the project. */
  readonly hasUsualConfigurations: boolean;
  /** Undefined if the text of the program does not show what the program reads. */
  readonly program: LayoutProgram | undefined;
}

/** A program that declares layouts only, so that its text shows which organizations a stack declares. */
export interface LayoutProgram {
  /** True if a layout selects the organizations of a connection, which can differ from stack to stack. */
  readonly hasConnections: boolean;
  /** Reports if a stack, such as `access/dev`, declares an organization of the layout. */
  declares(stack: string, organization: string): boolean;
  /** Returns the names of the layouts with which a stack declares an organization: one, unless the program has a mistake. */
  listLayouts(stack: string, organization: string): readonly string[];
}

/** The part of a text that Pulumi replaces by the name of the stack. */
const stackName = "${pulumi.stack}";

/** A name or a pattern in which Pulumi replaces nothing except the name of the stack. */
const entry = z.string().refine((text) => !text.replaceAll(stackName, "").includes("$"));

// Every other key could let the program read something else.
const program = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  author: z.string().optional(),
  license: z.string().optional(),
  website: z.string().optional(),
  runtime: z.literal("yaml"),
  plugins: z.unknown().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  outputs: z.unknown().optional(),
  resources: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(["peridio:Layout", "peridio:index:Layout"]),
      properties: z.strictObject({
        path: z.string(),
        only: z.array(entry).optional(),
        connection: z.string().optional(),
      }),
      options: z.unknown().optional(),
    }),
  ),
});

/** A project in another form can keep the configurations in a folder. A text as `config` is the former name of this setting. */
const usual = z.looseObject({ stackConfigDir: z.undefined().optional(), config: program.shape.config });

const kind: DocumentKind = { one: "the program", many: "programs", ifEmpty: "declare `resources`" };

/** Reads the file of a project, and its program if all its resources are layouts at a path; without `layout`, at any path. */
export function readProject(text: string, layout?: string): Project {
  const { value, mistakes } = parseYaml({ file: "Pulumi.yaml", text }, kind);
  // Pulumi may merge keys in another way.
  const isClear = mistakes.length === 0 && !text.includes("<<");
  return {
    hasUsualConfigurations: isClear && usual.safeParse(value).success,
    program: isClear && !callsFunction(value) ? readProgram(value, layout) : undefined,
  };
}

// Pulumi searches every YAML file of the project for packages, so another key could select another plugin for all stacks.
const configuration = z.strictObject({
  secretsprovider: z.unknown().optional(),
  encryptedkey: z.unknown().optional(),
  encryptionsalt: z.unknown().optional(),
  environment: z.unknown().optional(),
  config: z.unknown().optional(),
});

/** Reports if a `Pulumi.STACK.yaml` contains nothing but the configuration of its stack. */
export function isStackConfiguration(text: string): boolean {
  const { value, mistakes } = parseYaml({ file: "Pulumi.STACK.yaml", text }, kind);
  return mistakes.length === 0 && configuration.safeParse(value).success;
}

/** A `connection` does not limit the organizations of a stack, because its value can come from the configuration of the stack. */
function readProgram(value: unknown, layout: string | undefined): LayoutProgram | undefined {
  const { data } = program.safeParse(value);
  if (data === undefined) return undefined;
  const declared = Object.entries(data.resources).map(([name, { properties }]) => ({ name, ...properties }));
  const isAt = ({ path }: { readonly path: string }) =>
    layout === undefined || posix.normalize(`${path}/`) === posix.normalize(`${layout}/`);
  if (!declared.every(isAt)) return undefined;
  const listLayouts = (stack: string, organization: string) =>
    declared
      .filter(
        ({ only }) =>
          only?.some((one) => pattern(one.replaceAll(stackName, () => getStackName(stack))).test(organization)) ?? true,
      )
      .map(({ name }) => name);
  return {
    hasConnections: declared.some(({ connection }) => connection !== undefined),
    declares: (stack, organization) => listLayouts(stack, organization).length > 0,
    listLayouts,
  };
}

/** Reports if a part of a program is the result of a function, which could read a file. */
function callsFunction(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(callsFunction);
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([key, inner]) => /^fn::/i.test(key) || callsFunction(inner));
}
