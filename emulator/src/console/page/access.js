/** Renders each list of objects that only Avocado Connect has.
 * @type {Readonly<Record<string, (organization: Organization) => Content[]>>}
 */
const objectLists = {
  groups: ({ groups }) =>
    renderObjects("Groups", groups, ({ description, members }) => [description, listOr(members, "no members")]),
  projects: ({ projects }) =>
    renderObjects("Projects", projects, ({ runtimes, ...project }) => [
      ...describeGrants(project),
      runtimes === 0 ? null : formatCount(runtimes, "runtime", "runtimes"),
    ]),
  cohorts: ({ cohorts }) =>
    renderObjects(
      "Cohorts",
      cohorts.map(({ name, project, ...cohort }) => ({ name: `${project}/${name}`, ...cohort })),
      ({ devices, ...cohort }) => [
        ...describeGrants(cohort),
        devices === 0 ? null : formatCount(devices, "device", "devices"),
      ],
    ),
  api_tokens: ({ api_tokens }) =>
    renderObjects("API tokens", api_tokens, ({ owner, last_used_at, expires_at, is_expired }) => [
      owner,
      last_used_at === null ? "never used" : `used ${formatTime(last_used_at)}`,
      describeExpiry(expires_at, is_expired),
    ]),
  webhooks: ({ webhooks }) =>
    renderObjects("Webhooks", webhooks, ({ url, events, enabled }) => [
      url,
      enabled ? null : "disabled",
      listOr(events, "all events"),
    ]),
  claim_tokens: ({ claim_tokens }) =>
    renderObjects("Claim tokens", claim_tokens, ({ uses, max_uses, expires_at, status, cohort, tags }) => [
      cohort === null ? null : `for ${cohort}`,
      max_uses === null ? formatCount(uses, "use", "uses") : `${uses} of ${formatCount(max_uses, "use", "uses")}`,
      status === "used up" ? "used up" : describeExpiry(expires_at, status === "expired"),
      tags.length === 0 ? null : `tags: ${tags.join(", ")}`,
    ]),
  others: ({ others }) => others.flatMap(({ list, objects }) => renderObjects(toTitle(list), objects, () => [])),
};

/** Returns a title such as `Claim tokens` for the name of a list. @param {string} list */
function toTitle(list) {
  return `${list.slice(0, 1).toUpperCase()}${list.slice(1).replaceAll("_", " ")}`;
}

/** Renders a folded list of objects, unless it is empty, each with the lines that describe it.
 * @template {{ readonly name: string | null }} One
 * @param {string} title @param {readonly One[]} objects @param {(object: One) => readonly (string | null)[]} describe
 */
function renderObjects(title, objects, describe) {
  if (objects.length === 0) return [];
  const shown = objects.slice(0, maxRows);
  const count = shown.length < objects.length ? `${shown.length} of ${objects.length}` : String(objects.length);
  const settings = shown.flatMap((object) => {
    const lines = describe(object).filter((line) => line !== null);
    return renderSetting(object.name ?? "no name", ...lines.map((line) => createElement("p", {}, line)));
  });
  return [renderSettings(title, [count], settings)];
}

/** @param {Pick<Organization["projects"][number], "description" | "everyone_enabled" | "users" | "groups">} object */
function describeGrants({ description, everyone_enabled, users, groups }) {
  return [
    description,
    everyone_enabled ? "open to all members" : "open to admins and to people and groups with a grant",
    users.length === 0 ? null : `people: ${users.join(", ")}`,
    groups.length === 0 ? null : `groups: ${groups.join(", ")}`,
  ];
}

/** @param {string | null} moment @param {boolean} isExpired */
function describeExpiry(moment, isExpired) {
  if (moment === null) return null;
  return `${isExpired ? "expired" : "expires"} ${formatTime(moment)}`;
}

/** @param {readonly string[]} texts @param {string} none */
const listOr = (texts, none) => texts.join(", ") || none;
