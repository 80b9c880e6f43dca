import type {
  ApiTokens,
  ClaimTokens,
  Cohorts,
  Groups,
  Projects,
  SecretObjects,
  TunnelPolicies,
  Webhooks,
} from "../client";
import { rejectUnsupported, type Unsupported } from "./unsupported";

const rejectGroups = async (): Promise<never> => rejectUnsupported("groups");
const rejectProjects = async (): Promise<never> => rejectUnsupported("projects");
const rejectApiTokens = async (): Promise<never> => rejectUnsupported("apiTokens");

/** This API has no groups. */
export const groups: Groups = {
  async *list() {
    yield await rejectGroups();
  },
  get: rejectGroups,
  reread: rejectGroups,
  create: rejectGroups,
  update: rejectGroups,
  addMember: rejectGroups,
  removeMember: rejectGroups,
  delete: rejectGroups,
};

/** This API has no projects. */
export const projects: Projects = {
  async *list() {
    yield await rejectProjects();
  },
  get: rejectProjects,
  reread: rejectProjects,
  create: rejectProjects,
  update: rejectProjects,
  addUser: rejectProjects,
  removeUser: rejectProjects,
  addGroup: rejectProjects,
  removeGroup: rejectProjects,
  listContents: rejectProjects,
  delete: rejectProjects,
};

/** The provider does not use the API keys of this API. */
export const apiTokens: ApiTokens = {
  async *list() {
    yield await rejectApiTokens();
  },
  create: rejectApiTokens,
  revoke: rejectApiTokens,
};

function rejectSecretObjects(feature: Unsupported): SecretObjects<never, unknown> {
  const reject = async (): Promise<never> => rejectUnsupported(feature);
  return {
    async *list() {
      yield await reject();
    },
    get: reject,
    create: reject,
    update: reject,
    delete: reject,
  };
}

/** The provider does not use the webhooks of this API. */
export const webhooks: Webhooks = rejectSecretObjects("webhooks");

/** This API has no cohorts. */
export const cohorts: Cohorts = {
  ...projects,
  async *listAll() {
    yield await rejectProjects();
  },
};

/** This API has no claim tokens. */
export const claimTokens: ClaimTokens = {
  ...rejectSecretObjects("claimTokens"),
  async *listOfProject() {
    yield await rejectUnsupported("claimTokens");
  },
};

/** This API has no tunnel policies. */
export const tunnelPolicies: TunnelPolicies = {
  get: async () => rejectUnsupported("tunnelPolicies"),
  getOfCohort: async () => rejectUnsupported("tunnelPolicies"),
};
