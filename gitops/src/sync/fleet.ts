import { UserError } from "#framework";
import { ApiError, type Peridio } from "#provider";
import type { Layout } from "#layout";
import { describeUnreadable } from "../access/unreadable";
import type { EditedLayout } from "../edit/editableLayout";
import { CommandError } from "../exit";
import { listOrganizations, type LiveOrganization } from "../model/live";
import { chooseOrganizations } from "../organizations";
import { compareTexts } from "../wording";
import { compareOrganization, describeUndeclared } from "./compare";
import { type Difference, getKey } from "./difference";

/** The selected organizations of a layout, and those that the API keys can see. */
export interface Fleet {
  /** The declared organizations; those that no API key can see have no `live` one. */
  readonly declared: readonly {
    readonly name: string;
    readonly live: LiveOrganization | undefined;
    readonly api: Peridio;
  }[];
  /** The visible organizations that the layout does not declare. */
  readonly undeclared: readonly string[];
}

/** The result of a comparison. */
export interface Comparison {
  /** Sorted by organization. */
  readonly differences: readonly Difference[];
  /** The reasons why organizations are not compared, in whole sentences. */
  readonly failures: readonly string[];
}

/**
 * Finds the organizations that match a pattern; without patterns, all of them.
 * @throws CommandError if a pattern matches none. ApiError if a list of organizations cannot be read.
 */
export async function findFleet(
  { organizations }: Layout,
  connections: readonly (readonly [connection: string | undefined, api: Peridio])[],
  patterns: readonly string[],
): Promise<Fleet> {
  const read = async ([connection, api]: (typeof connections)[number]) => {
    const visible = await listOrganizations(api);
    const own = organizations.filter((one) => one.connection === connection);
    return {
      visible,
      declared: own.map(({ name }) => ({ name, api, live: visible.find((live) => live.name === name) })),
    };
  };
  const readAll = await Promise.all(connections.map(read));
  const names = new Set(organizations.map(({ name }) => name));
  const visible = readAll.flatMap((one) => one.visible.map(({ name }) => name));
  const known = [...new Set([...names, ...visible])].map((name) => ({ name }));
  const source = "that the layout declares or an API key can see";
  const chosen = new Set(chooseOrganizations(patterns, known, source).map(({ name }) => name));
  return {
    declared: readAll.flatMap(({ declared }) => declared).filter(({ name }) => chosen.has(name)),
    undeclared: [...chosen].filter((name) => !names.has(name)),
  };
}

/** Compares the organizations with a layout that declares all of them. */
export async function compareFleet({ declared, undeclared }: Fleet, edited: EditedLayout): Promise<Comparison> {
  const compared = await Promise.all(declared.map(async (one) => compareOne(one, edited)));
  const differences = [
    ...compared.flatMap((one) => (typeof one === "string" ? [] : one)),
    ...undeclared.map((name) => describeUndeclared(name, `organization ${name}`)),
  ];
  return {
    differences: differences.toSorted((a, b) => compareTexts(a.organization, b.organization)),
    failures: compared.filter((one) => typeof one === "string"),
  };
}

/** Returns the differences of an organization, or the reason why it cannot be compared. */
async function compareOne(
  { name, live, api }: Fleet["declared"][number],
  { layout, files }: EditedLayout,
): Promise<readonly Difference[] | string> {
  const organization = layout.organizations.find((one) => one.name === name);
  if (organization === undefined) throw new TypeError(`the layout does not declare ${name}`);
  if (live === undefined)
    return `The layout declares ${name}, but the API key cannot see it. If the organization exists, use the API key of a member. Otherwise, run \`pulumi up\` to create it.`;
  try {
    return await compareOrganization({ live, api, declared: organization, layout, files });
  } catch (error) {
    if (error instanceof ApiError) return describeUnreadable([{ id: live.id, name, error }]).join(" ");
    if (error instanceof UserError) return `The command cannot compare ${name}: ${error.message}`;
    throw error;
  }
}

/**
 * Checks that the edit removes only the adopted differences between the layout and the live organizations.
 * @throws CommandError with a difference that appears or disappears.
 */
export function proveAdoption(before: Comparison, after: Comparison, adopted: readonly Difference[]): void {
  const expected = before.differences.filter((one) => !adopted.includes(one));
  const subtract = (from: readonly Difference[], others: readonly Difference[]) => {
    const keys = new Set(others.map(getKey));
    return from.filter((one) => !keys.has(getKey(one)));
  };
  const [first] = [...subtract(after.differences, expected), ...subtract(expected, after.differences)];
  if (first === undefined && after.failures.length === 0) return;
  const reason =
    first === undefined
      ? after.failures.join(" ")
      : `It would also change how the layout differs in ${first.organization}: ${first.subject}.`;
  throw new CommandError(`The layout is not edited. ${reason} Adopt fewer differences, or edit the layout by hand.`);
}
