import { CommandError } from "../../exit";
import { tryGit } from "../../terminal/git";
import type { Terminal } from "../../terminal/terminal";
import { joinAnd } from "../../wording";
import { main } from "../actions";
import { requireGitea } from "../gitea";
import { ForgeApi } from "../requests";
import type { Platform } from "./files";
import { createGiteaSettings } from "./gitea";
import { createGitHubSettings, findOwnerErrors, readFile } from "./github";
import { createGitLabSettings, readFile as readFileOfProject } from "./gitlab";
import type { Choices, Problem, Setting } from "./setting";

/** The parts in which platforms differ. */
export interface Service {
  readonly name: string;
  /** The environment variables with a token; the first one that is set counts. */
  readonly tokens: readonly string[];
  /** Tells a person how to get a token. */
  readonly howToGetToken: string;
  /** Tells a person what to know before the commands for the settings; undefined for nothing. */
  readonly settingsNote?: string;
  /** The environment variables with the address of the API and the repository, as jobs have them. */
  readonly variables: readonly [api: string, repository: string];
  /** The commands that start the pipeline of the main branch. */
  readonly start: readonly string[];
  /** The service itself; undefined if people always run their own server. */
  readonly server?: string;
  /** Returns the address of the API of a server. */
  readonly getApi: (server: string) => string;
  readonly getPath: (repository: string) => string;
  readonly getHeaders: (token: string) => Readonly<Record<string, string>>;
  /** Rejects a server that the pipeline does not support. */
  readonly requireSupport?: (server: ForgeApi) => Promise<void>;
  readonly readFile: (api: ForgeApi, path: string) => Promise<string | undefined>;
  /** The places of the file of code owners, of which the first one counts; empty if the platform does not require their approval. */
  readonly ownerFiles: readonly string[];
  /** Finds mistakes in the file of code owners, such as unknown owners. */
  readonly findOwnerErrors?: (api: ForgeApi) => Promise<readonly Problem[]>;
  readonly createSettings: (choices: Choices) => readonly Setting[];
}

const actions = {
  variables: ["GITHUB_API_URL", "GITHUB_REPOSITORY"],
  getPath: (repository: string) => `repos/${repository}`,
  getHeaders: (token: string) => ({ authorization: `Bearer ${token}` }),
  readFile,
} as const;

export const services: Readonly<Record<Platform, Service>> = {
  github: {
    ...actions,
    name: "GitHub",
    start: ["gh workflow run access.yml --ref main"],
    tokens: ["GITHUB_TOKEN", "GH_TOKEN"],
    howToGetToken: "Run `export GITHUB_TOKEN=$(gh auth token)` as an admin of the repository.",
    server: "https://github.com",
    getApi: (server) => (server === "https://github.com" ? "https://api.github.com" : `${server}/api/v3`),
    ownerFiles: [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    findOwnerErrors,
    createSettings: createGitHubSettings,
  },
  gitlab: {
    name: "GitLab",
    start: ["glab ci run --branch main"],
    tokens: ["GITLAB_TOKEN"],
    howToGetToken: "Set GITLAB_TOKEN to an access token of a maintainer, with the scope `read_api`.",
    settingsNote: "GitLab masks a secret only if it has at least 8 characters and no space.",
    variables: ["CI_API_V4_URL", "CI_PROJECT_PATH"],
    server: "https://gitlab.com",
    getApi: (server) => `${server}/api/v4`,
    getPath: (repository) => `projects/${encodeURIComponent(repository)}`,
    getHeaders: (token) => ({ "private-token": token }),
    readFile: readFileOfProject,
    ownerFiles: ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
    createSettings: createGitLabSettings,
  },
  gitea: {
    ...actions,
    name: "Gitea",
    start: ["# On the page of the repository, under Actions > access > Run workflow."],
    tokens: ["GITEA_TOKEN"],
    howToGetToken:
      "Set GITEA_TOKEN to an access token of an administrator of the repository. The scope `read:repository` is sufficient.",
    settingsNote:
      "Set GITEA_TOKEN to an access token of an administrator of the repository, with the scope `write:repository`.",
    getApi: (server) => `${server}/api/v1`,
    ownerFiles: [],
    requireSupport: requireGitea,
    createSettings: createGiteaSettings,
  },
};

/**
 * Returns the API of the repository that the environment names, or the remote `origin` at the service itself.
 * @throws CommandError if no token is set, if the remote is missing, or if only the remote names the server, which then gets no token.
 */
export async function openRepository(platform: Platform, terminal: Terminal) {
  const service = services[platform];
  const token = service.tokens.map((name) => terminal.environment[name]).find(Boolean);
  if (token === undefined) throw new CommandError(`The token of ${service.name} is missing. ${service.howToGetToken}`);
  const { server, repository } = findServer(service, terminal);
  const headers = service.getHeaders(token);
  const pageSize = platform === "gitea" ? "limit" : "per_page";
  await service.requireSupport?.(new ForgeApi(service.name, server, headers));
  return { repository, api: new ForgeApi(service.name, `${server}/${service.getPath(repository)}`, headers, pageSize) };
}

/** @throws CommandError if the repository follows another branch than the pipeline. */
export function requireMain({ default_branch: branch }: { readonly default_branch: string }): void {
  if (branch === main) return;
  throw new CommandError(`The default branch is ${branch}. Rename it to ${main}, which the pipeline follows.`);
}

function findServer(service: Service, terminal: Terminal) {
  const { name, variables } = service;
  const [server, repository] = variables.map((variable) => terminal.environment[variable] ?? "");
  if (server && repository) return { server, repository };
  if (server || repository) {
    const orNeither = service.server === undefined ? "" : `, or neither for a remote at ${name} itself`;
    throw new CommandError(`Only one of ${joinAnd(variables)} is set. Set both${orNeither}.`);
  }
  const place = findPlace(terminal);
  const api = service.getApi(place.server);
  if (place.server === service.server) return { server: api, repository: place.repository };
  throw new CommandError(
    `The remote \`origin\` is at ${place.server}, which gets no token unless you name it. Set ${variables[0]} to the address of its API, such as ${api}, and ${variables[1]} to ${place.repository}.`,
  );
}

/** A repository at a server. */
interface Place {
  /** The address of the server, such as `https://github.com`. */
  readonly server: string;
  readonly repository: string;
}

/** Reads `git@HOST:OWNER/NAME.git`, or the same as an address. The port of SSH is not that of the API. */
export function findPlace(terminal: Terminal): Place {
  const { output } = tryGit(["remote", "get-url", "origin"], terminal);
  const remote = output.toString().trim();
  const [, scheme, host, port = "", repository] =
    /^(?:(\w+):\/\/)?(?:[^@/]*@)?([\w.-]+)(?:(:\d+)\/|[:/])(.+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  if (host !== undefined && repository !== undefined)
    return {
      server: scheme === "http" || scheme === "https" ? `${scheme}://${host}${port}` : `https://${host}`,
      repository,
    };
  throw new CommandError(
    "The repository has no remote `origin` at a server. Run `git remote add origin` with the address of the repository.",
  );
}

/**
 * Returns the commands that name the server and the repository for `ci check`; none if the environment names them, or for a remote at the service
 * itself.
 */
export function nameServer({ variables, getApi, server }: Service, terminal: Terminal): readonly string[] {
  if (variables.every((name) => terminal.environment[name])) return [];
  const { output, hasFailed } = tryGit(["remote", "get-url", "origin"], terminal);
  if (hasFailed || output.length === 0) return server === undefined ? listExports("https://SERVER", "OWNER/NAME") : [];
  const place = findPlace(terminal);
  return place.server === server ? [] : listExports(place.server, place.repository);

  function listExports(address: string, repository: string): readonly string[] {
    return [`export ${variables[0]}=${getApi(address)}`, `export ${variables[1]}=${repository}`];
  }
}
