import { endpoints } from "#provider";
import { groupBy } from "../../grouping";
import type { Program } from "../../model/model";
import { describeHidden, isHidden } from "../../hidden";
import { describeResource, mayDiffer } from "../../model/resource";
import { describeUrn, getName, getType, isDefaultProviderName } from "../../urn";
import { quoteName } from "../../wording";
import type { ProgramChange } from "../review";
import { showProperties, type ProgramRow } from "../shown";

/** Reports if an access rule judges an endpoint. A broken rule then decides about the change. */
export type IsJudgedEndpoint = (endpoint: string) => boolean;

/**
 * Lists changes of the providers through which resources reach Peridio. An endpoint gets the API key of the update. A preview does
 * not show the former configuration of a default provider, so its endpoint has a row unless it is Peridio's or an access rule judges it.
 */
export function reviewProviders(programs: readonly Program[], isJudged: IsJudgedEndpoint): readonly ProgramRow[] {
  return programs.flatMap((program) => [
    ...program.providers.flatMap((provider) => reviewExplicit(program.stack, provider)),
    ...reviewDefault(program, isJudged),
    ...reviewMoves(program),
    ...reviewCode(program),
  ]);
}

function createProgramChange(stack: string, subject: string, words: string): ProgramChange {
  return { stack, section: "providers", subject, words, risks: ["changesProvider"] };
}

const consequence = "The provider sends the API key of the update to its endpoint.";

function reviewExplicit(stack: string, provider: Program["providers"][number]): readonly ProgramChange[] {
  const { name, before, after, isChanged } = provider;
  if (after === undefined) return [createProgramChange(stack, name, `The provider ${quoteName(name)} is deleted.`)];
  const sides = [before, after].map((state) => ({ ...state?.options, ...state?.inputs }));
  const [former = {}, present = {}] = sides;
  const changed = [...new Set([...Object.keys(former), ...Object.keys(present)])].filter(
    (setting) =>
      JSON.stringify(former[setting]) !== JSON.stringify(present[setting]) ||
      (isHidden(present[setting]) && mayDiffer(provider, setting)),
  );
  if (before === undefined) {
    const settings = changed.map((setting) => `\`${setting}\`: ${show(present[setting])}`);
    const list = settings.length === 0 ? "without settings" : `with ${settings.join(", ")}`;
    return [createProgramChange(stack, name, `The provider ${quoteName(name)} is new, ${list}. ${consequence}`)];
  }
  if (changed.length === 0 && isChanged) {
    return [
      createProgramChange(
        stack,
        name,
        `The provider ${quoteName(name)} changes in a way that the preview does not show. ${consequence}`,
      ),
    ];
  }
  return changed.map((setting) =>
    createProgramChange(
      stack,
      `${setting} of ${name}`,
      `Provider ${quoteName(name)}: \`${setting}\` ${show(former[setting])} → ${show(present[setting])}. ${consequence}`,
    ),
  );
}

function show(value: unknown): string {
  if (value === undefined) return "not set";
  if (isHidden(value)) return describeHidden(value);
  return typeof value === "string" ? quoteName(value) : JSON.stringify(value);
}

/** Names the endpoint of the default provider, unless it is Peridio's own or an access rule judges it. */
function reviewDefault({ stack, settings }: Program, isJudged: IsJudgedEndpoint): readonly ProgramChange[] {
  const { endpoint } = settings;
  if (endpoint === undefined) return [];
  if (typeof endpoint === "string" && (isOwn(endpoint) || isJudged(endpoint))) return [];
  return [
    createProgramChange(
      stack,
      "endpoint of the default provider",
      `The configuration of the stack sets the endpoint ${show(endpoint)}, and previews do not show if it changed. ${consequence} If the endpoint is right, add it to the access rule \`endpoint\`.`,
    ),
  ];
}

/** Reports if an endpoint is the one of Peridio itself. */
function isOwn(endpoint: string): boolean {
  return Object.values(endpoints).includes(endpoint.replace(/\/+$/, "").toLowerCase());
}

/** Lists resources that move to another provider, or that are the first ones of a provider that the preview does not contain. */
function reviewMoves({ stack, uses, providers }: Program): readonly ProgramRow[] {
  const known = new Set([...providers.map(({ urn }) => urn), ...uses.map(({ before }) => before)]);
  const moved = uses.flatMap(({ urn, before: former, after: present }) => {
    const isMoved = former !== "" && former !== present;
    if (present === "" || (!isMoved && (known.has(present) || isOwnDefault(present)))) return [];
    return { urn, isMoved, words: [...(isMoved ? [former] : []), present].map(describeProvider).join(" → ") };
  });
  return [...groupBy(moved, ({ words }) => words)].map(([words, own]) => {
    const urns = own.map(({ urn }) => urn);
    const what = own.some(({ isMoved }) => isMoved) ? "another provider" : "a provider that the review does not know";
    const row = createProgramChange(
      stack,
      words,
      `${urns.map(describeUrn).sort().join(", ")}: ${what}, ${words}. ${consequence}`,
    );
    return { ...row, shows: urns.map((urn) => ({ urn, part: "property", name: "provider" })) };
  });
}

/** The place of the plugin's releases, as the names of default providers contain it. */
export const releasePlace = "github_/api.github.com/pulumi-peridio/pulumi-peridio";

/** Reports if a provider is the default one of Peridio's plugin or of dynamic providers, from the place of the releases. */
function isOwnDefault(urn: string): boolean {
  const isKnownType = ["pulumi:providers:peridio", "pulumi:providers:pulumi-nodejs"].includes(getType(urn));
  const [name, suffix] = [getName(urn), `_${releasePlace}`];
  // If a program sets a download URL, the name of the default provider ends with it.
  return isKnownType && isDefaultProviderName(name.endsWith(suffix) ? name.slice(0, -suffix.length) : name);
}

function describeProvider(urn: string): string {
  const type = getType(urn).replace("pulumi:providers:", "");
  return `${type} provider ${quoteName(getName(urn))}`;
}

/** Names resources with code of a dynamic provider that no resource had before. The program contains this code. */
function reviewCode({ stack, declarations }: Program): readonly ProgramRow[] {
  const known = new Set(declarations.map(({ before }) => JSON.stringify(before?.code)));
  const changed = declarations.filter((resource) => {
    const code = resource.after?.code;
    if (code === undefined) return false;
    return !known.has(JSON.stringify(code)) || (isHidden(code) && mayDiffer(resource, "__provider"));
  });
  if (changed.length === 0) return [];
  const words = `The change runs new code of the dynamic provider for ${changed.map(describeResource).sort().join(", ")}. Check that the lockfile of the program has the version of \`pulumi-peridio\` that you expect.`;
  const row = createProgramChange(stack, "code of the dynamic provider", words);
  return [{ ...row, shows: showProperties(changed, ["__provider"]) }];
}
