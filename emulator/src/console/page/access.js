/** Renders each list of objects that only Avocado Connect has.
 * @type {Readonly<Record<string, (organization: Organization, view: View) => readonly Content[]>>}
 */
const objectLists = {
  groups: renderGroups,
  projects: renderProjects,
  cohorts: renderCohorts,
  api_tokens: ({ prn, api_tokens }) =>
    renderObjects(prn, "API tokens", api_tokens, ({ owner, last_used_at, expires_at, is_expired }) => [
      owner,
      last_used_at === null ? "never used" : `used ${formatTime(last_used_at)}`,
      describeExpiry(expires_at, is_expired),
    ]),
  webhooks: ({ prn, webhooks }) =>
    renderObjects(prn, "Webhooks", webhooks, ({ url, events, enabled }) => [
      url,
      enabled ? null : "disabled",
      events.join(", ") || "all events",
    ]),
  claim_tokens: ({ prn, claim_tokens }) =>
    renderObjects(prn, "Claim tokens", claim_tokens, ({ uses, max_uses, expires_at, status, cohort, tags }) => [
      cohort === null ? null : `for ${cohort}`,
      max_uses === null ? formatCount(uses, "use", "uses") : `${uses} of ${formatCount(max_uses, "use", "uses")}`,
      status === "used up" ? "used up" : describeExpiry(expires_at, status === "expired"),
      tags.length === 0 ? null : `tags: ${tags.join(", ")}`,
    ]),
  others: ({ prn, others }) =>
    others.flatMap(({ list, objects }) => renderObjects(prn, toTitle(list), objects, () => [])),
};

/** Returns a title such as `Claim tokens` for the name of a list. @param {string} list */
function toTitle(list) {
  return `${list.slice(0, 1).toUpperCase()}${list.slice(1).replaceAll("_", " ")}`;
}

/** Renders a folded list of objects, and what follows the list.
 * @template Item
 * @param {string} prn @param {string} title @param {readonly Item[]} objects @param {(object: Item) => Content} renderObject
 * @param {readonly Content[]} more
 */
function renderList(prn, title, objects, renderObject, more = []) {
  const key = `${prn} ${title}`;
  return createFold(
    { key, className: "settings" },
    [createElement("h3", {}, title), " ", createQuietText(String(objects.length))],
    () => [...renderRows(`${key} rows`, "objects", objects, renderObject), ...more],
  );
}

/** Renders objects that cannot change here, unless there are none, each with the lines that describe it.
 * @template {{ readonly name: string | null }} One
 * @param {string} prn @param {string} title @param {readonly One[]} objects @param {(object: One) => readonly (string | null)[]} describe
 */
function renderObjects(prn, title, objects, describe) {
  /** @param {One} object */
  const renderObject = (object) => {
    const lines = describe(object).filter((line) => line !== null);
    return createElement(
      "li",
      {},
      createElement("b", {}, object.name ?? "no name"),
      ...lines.map((line) => createElement("p", { className: "quiet" }, line)),
    );
  };
  return objects.length === 0 ? [] : [renderList(prn, title, objects, renderObject)];
}

/** @param {string | null} moment @param {boolean} isExpired */
function describeExpiry(moment, isExpired) {
  if (moment === null) return null;
  return `${isExpired ? "expired" : "expires"} ${formatTime(moment)}`;
}
