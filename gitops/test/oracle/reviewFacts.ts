import { z } from "zod";
import { objectsOf, reasonList } from "./accessOracle";
import { listRisks } from "./facts";
import { sideOf, withoutTwins, type World } from "./model";
import { insidersFact, isOutsider } from "./outsidersOracle";
import { organizationsOf, personFact, type Standing } from "./peopleOracle";
import { prnOf } from "./printer";

/** Reads the facts of `review --json`. */

const risks = z.array(z.string());
const access = z
  .object({
    role: z.enum(["admin", "manager", "developer", "member", "viewer", "unknown", "secret"]),
    status: z.enum(["active", "pending", "expired", "planned"]),
    owner: z.boolean(),
    lastDay: z.string().optional(),
  })
  .nullable();

const reviewSchema = z.object({
  verdict: z.enum(["pass", "needs approval", "refused"]),
  organizations: z.array(z.object({ key: z.string(), name: z.string(), change: z.string(), risks })),
  people: z.array(
    z.object({
      organization: z.string(),
      email: z.string(),
      before: access,
      after: access,
      changed: z.boolean(),
      risks,
    }),
  ),
  settings: z.array(
    z.object({
      organization: z.string(),
      section: z.string(),
      setting: z.string(),
      words: z.string(),
      outsiders: z.boolean().default(false),
      risks,
    }),
  ),
  violations: z.array(z.object({ rule: z.string() })),
  unknowns: z.array(z.string()),
  insiders: z.array(z.string()).optional(),
  conflicts: z
    .array(
      z.object({
        organization: z.string(),
        people: z.array(z.string()),
        stacks: z.array(z.string()),
        message: z.string(),
      }),
    )
    .default([]),
  programChanges: z.array(
    z.object({ stack: z.string().nullable(), section: z.string(), subject: z.string(), words: z.string(), risks }),
  ),
});
type Review = z.infer<typeof reviewSchema>;

interface ReviewFacts {
  readonly verdict: Review["verdict"];
  readonly facts: ReadonlySet<string>;
}

export function readReview(text: string, world: World): ReviewFacts {
  const review = reviewSchema.parse(JSON.parse(text));
  const names = new Map(organizationsOf(world).map((name) => [prnOf(name), name]));
  for (const { key, name } of review.organizations) names.set(key, name);
  const nameOf = (key: string) => names.get(key) ?? key;
  const facts = new Set<string>();
  const sentences = new Map<string, Sentences>();
  const sentencesOf = (name: string) => {
    const one = sentences.get(name) ?? new Sentences(world, name);
    sentences.set(name, one);
    return one;
  };
  for (const { name, change, risks: found } of review.organizations) {
    facts.add(`organization ${nameOf(name)}: ${change} ${listRisks(found)}`);
  }
  for (const { organization, email, before, after, changed, risks: found } of review.people) {
    facts.add(personFact(nameOf(organization), email, standing(before), standing(after), changed, found));
  }
  for (const { organization, section, setting, words, outsiders, risks: found } of review.settings) {
    const name = nameOf(organization);
    if (words.startsWith("After the rename, the rule ")) facts.add(`rule ${name} ${setting} ${listRisks(found)}`);
    else if (section !== "projects") facts.add(`setting ${name} ${section} ${setting} ${listRisks(found)}`);
    else {
      const emails = sentencesOf(name).read(words, found);
      const isMarked = / the outsiders? /.test(words);
      if (new Set(emails).size < emails.length) facts.add(`row with a person twice: ${words}`);
      const isWrong = emails.some((email) => isOutsider(review.insiders, email) !== outsiders);
      if (isWrong || isMarked !== outsiders) facts.add(`row with people of another kind: ${words}`);
    }
  }
  for (const { rule } of review.violations) if (/^(project|cohort) /.test(rule)) facts.add(`test ${rule} fails`);
  for (const text of review.unknowns) {
    const stack = /^The preview of (\S+) was made without --refresh, /.exec(text)?.[1];
    if (stack !== undefined) facts.add(`unknown ${stack} without --refresh`);
  }
  for (const { organization, people, stacks, message } of review.conflicts) {
    const prefix = `conflict ${nameOf(organization)}`;
    const names = [...stacks].sort().join(" and ");
    const deletion =
      /is deleted by (\S+), but (\S+) (?:declares|imports) it\. To move the object, first apply (\S+)\. /.exec(message);
    if (deletion !== null && deletion[2] === deletion[3]) {
      facts.add(`${prefix}: ${deletion[1] ?? ""} deletes what ${deletion[2] ?? ""} declares`);
    } else if (people.length === 0) facts.add(`${prefix}: ${names}`);
    for (const email of people) facts.add(`${prefix} ${email.toLowerCase()}: ${names}`);
  }
  facts.add(insidersFact(review.insiders));
  for (const [name, one] of sentences) for (const fact of one.facts()) facts.add(`projects ${name} ${fact}`);
  for (const { stack, section, subject, words: text, risks: found } of review.programChanges) {
    const words =
      section === "providers" ? providerSubject(subject) : section === "references" ? sourceList(subject) : subject;
    if (section === "references") {
      for (const id of referencesIn(text)) facts.add(`program ${stack ?? "none"} reference to ${words}: ${id}`);
    }
    facts.add(`program ${stack ?? "none"} ${section} ${words} ${listRisks(found)}`);
  }
  return { verdict: review.verdict, facts };
}

function standing(found: Review["people"][number]["before"]): Standing | undefined {
  if (found === null) return undefined;
  const { lastDay, ...rest } = found;
  return { ...rest, ...(lastDay !== undefined && { lastDay }) };
}

function providerSubject(subject: string): string {
  const moved = /^peridio provider (\S+) → peridio provider (\S+)$/.exec(subject);
  if (moved !== null) return `${moved[1] ?? ""} → ${moved[2] ?? ""}`;
  return subject.replace(/^\S+ of (?=special$)/, "");
}

/** The resources that can provide an id, in one order. */
function sourceList(subject: string): string {
  return subject
    .split(/, | and /)
    .sort()
    .join(" and ");
}

/** The properties whose ids a row calls hidden. */
function referencesIn(words: string): string[] {
  return [...words.matchAll(/`(\w+)` of (\w+ \w+)/g)].map((found) => `${found[1] ?? ""} of ${found[2] ?? ""}`);
}

/** Reads the sentences about the groups, projects and cohorts of one organization. */
class Sentences {
  /** The ids of objects and groups by their names in the review. */
  readonly #ids = new Map<string, string>();
  readonly #facts = new Set<string>();
  /** The people of the row that was read last. */
  #people: readonly string[] = [];
  /** The groups of gains and losses that rows of groups name. */
  readonly #through = new Map<string, { groups: readonly string[]; risks: string }>();

  constructor(world: World, organization: string) {
    for (const slot of world.slots) {
      if (slot.organization !== organization || slot.twinOf !== undefined) continue;
      for (const side of [slot.before, slot.after]) {
        const group = sideOf(side, "Group")?.state;
        if (group !== undefined) this.#ids.set(`group ${group.name}`, slot.key);
      }
    }
    for (const object of objectsOf(withoutTwins(world), organization)) {
      for (const state of [object.before, object.after]) {
        if (state?.type === "Project") this.#ids.set(`project ${state.name}`, object.id);
        if (state?.type !== "Cohort") continue;
        const project = world.slots.find((slot) => slot.organization === organization && slot.key === state.project);
        for (const side of [project?.before, project?.after]) {
          const name = sideOf(side, "Project")?.state.name;
          if (name !== undefined) this.#ids.set(`cohort ${name}/${state.name}`, object.id);
        }
      }
    }
  }

  /** Reads a row, and returns its people. A sentence that the oracle cannot read is a fact that nothing expects. */
  read(words: string, found: readonly string[]): readonly string[] {
    const all = listRisks(found);
    this.#people = [];
    const joined = this.#joined(words, all);
    for (const fact of joined ?? this.#parse(words)) {
      this.#facts.add(fact.startsWith("unread ") ? fact : `${fact} ${all}`);
    }
    return this.#people;
  }

  facts(): string[] {
    const through = [...this.#through].map(([fact, { groups, risks: all }]) => `${fact}: ${reasonList(groups)} ${all}`);
    return [...this.#facts, ...through];
  }

  /**
   * Reads a row of a group that names projects. Several groups can give a person access to one project, so that
   * the reasons are in several rows.
   */
  #joined(words: string, all: string): string[] | undefined {
    const found =
      /^(Join|Leave|No longer join) (.+?)( by accepting an invitation)?: (.+?), (?:with|and lose) access to (.+)\.$/.exec(
        words,
      );
    if (found === null) return undefined;
    const [, start, groups, invitation, people, objects] = found;
    const isGain = start === "Join";
    const ids = this.#objects(groups);
    const emails = this.#peopleOf(people);
    for (const object of this.#objects(objects)) {
      for (const email of emails) {
        const key = `${isGain ? "gains" : "loses"} ${object} ${email}`;
        const reasons = [...(this.#through.get(key)?.groups ?? []), ...ids.map((id) => `group ${id}`)];
        this.#through.set(key, { groups: reasons, risks: all });
      }
    }
    const end = invitation === undefined ? "" : " by invitation";
    return ids.flatMap((id) => emails.map((email) => `${isGain ? "joins" : "leaves"} ${id} ${email}${end}`));
  }

  #parse(words: string): string[] {
    const dormant =
      /^A grant for (.+) has no effect for (.+?): (.+), but (?:no access to project \S+|not in the organization)\.$/.exec(
        words,
      );
    if (dormant) return this.#each("dormant", dormant, `: ${this.#reasons(dormant[3])}`);
    const idle =
      /^A grant for (.+) has no effect for (.+?): granted directly, but admins reach every project and cohort\.$/.exec(
        words,
      );
    if (idle) return this.#each("idle", idle);
    const may = /^Groups? (.+?) may give (.+) access to (.+), whose grants no stack declares\.$/.exec(words);
    if (may) {
      const emails = this.#peopleOf(may[2]);
      return this.#objects(may[3]).flatMap((id) =>
        this.#groups(may[1]).flatMap((name) => emails.map((email) => `may give ${id} ${name} ${email}`)),
      );
    }
    const unfelt = /^Groups? (.+) (gets?|loses?) a grant for (.+)\. No access changes\.$/.exec(words);
    if (unfelt) {
      const verb = unfelt[2]?.startsWith("get") === true ? "unfelt grant" : "unfelt end";
      return this.#objects(unfelt[3]).flatMap((id) => this.#groups(unfelt[1]).map((name) => `${verb} ${id} ${name}`));
    }
    const ended = /^A grant for (.+) that had no effect ends for (.+?) \(before: (.+)\)\.$/.exec(words);
    if (ended) return this.#each("ended", ended, `: ${this.#reasons(ended[3])}`);
    const drops =
      /^Access to (.+) is no longer declared\. Peridio keeps the grants, and later reviews do not show them\.$/.exec(
        words,
      ) ??
      /^Members of (.+) are no longer declared\. Peridio keeps them, and later reviews do not show them\.$/.exec(words);
    if (drops) return this.#objects(drops[1]).map((id) => `drops ${id}`);
    const created = /^Created(?: without declared members or grants)?: (.+)\.$/.exec(words);
    if (created) return this.#objects(created[1]).map((id) => `created ${id}`);
    const described = /^(?:New description|Description) (?:of|for) (.+?): .*$/.exec(words);
    if (described) return this.#objects(described[1]).map((id) => `described ${id}`);
    const keeps = /^Access to (.+) remains for (.+?): (.+) \(before: (.+)\)\.$/.exec(words);
    if (keeps) return this.#each("keeps", keeps, `: ${this.#reasons(keeps[4])} → ${this.#reasons(keeps[3])}`);
    const gains = /^Access to (.+) for (.+?): (.+)\.$/.exec(words);
    if (gains) return this.#each("gains", gains, `: ${this.#reasons(gains[3])}`);
    const loses = /^No more access to (.+) for (.+) \(before: (.+)\)\.$/.exec(words);
    if (loses) return this.#each("loses", loses, `: ${this.#reasons(loses[3])}`);
    const lapses =
      /^The known access to (.+) ends for (.+) \(before: (.+)\)\. Grants or group members that no stack declares may give access\.$/.exec(
        words,
      );
    if (lapses) return this.#each("lapses", lapses, `: ${this.#reasons(lapses[3])}`);
    const accepts = this.#accepted(words);
    if (accepts) return accepts;
    const opens = /^Everyone (?:in the organization|with access to the project) gets access to (.+)\.$/.exec(words);
    if (opens) return this.#objects(opens[1]).map((id) => `opens ${id}`);
    const closes = /^Open to everyone before, but not after: (.+)\.$/.exec(words);
    if (closes) return this.#objects(closes[1]).map((id) => `closes ${id}`);
    const ends =
      /^The program starts to declare `access` of (.+), so the update revokes the grants that no stack declares\.$/.exec(
        words,
      );
    if (ends) return this.#objects(ends[1]).map((id) => `ends ${id}`);
    const group = /^Groups? (.+) (gets?|loses?) access to (.+)\. No stack declares the members of this group\.$/.exec(
      words,
    );
    if (group) {
      const verb = group[2]?.startsWith("get") === true ? "gains" : "loses";
      return this.#objects(group[3]).flatMap((id) =>
        this.#groups(group[1]).map((name) => `group ${verb} ${id} ${name}`),
      );
    }
    const deleted = /^Deleted, with all access: (.+)\.$/.exec(words);
    if (deleted) return this.#objects(deleted[1]).map((id) => `deleted ${id}`);
    const renamed = /^Renamed: (.+) to (\S+)\.$/.exec(words);
    if (renamed) return this.#objects(renamed[1]).map((id) => `renamed ${id}`);
    const invitation = /^The preview hides the group of the invitation for (.+)\.?$/.exec(words.replace(/\.$/, ""));
    if (invitation) return this.#peopleOf(invitation[1]).map((email) => `hides the group of ${email}`);
    const hidesName = /^The preview hides the name of (.+)\.$/.exec(words);
    if (hidesName) return this.#objects(hidesName[1]).map((id) => `hides name of ${id}`);
    const hides = /^The preview hides who (?:has access to|joins or leaves|is in) (.+)\.$/.exec(words);
    if (hides) return this.#objects(hides[1]).map((id) => `hides ${id}`);
    const former =
      /^The preview hides what the program declared for (.+) at the last update, so a change outside Pulumi may remain\.$/.exec(
        words,
      );
    if (former) return this.#objects(former[1]).map((id) => `hides ${id}`);
    const leavesAll = /^Leave (.+): all members that no stack declared\.$/.exec(words);
    if (leavesAll) return this.#objects(leavesAll[1]).map((id) => `leaves ${id} *`);
    const invited = /^Join (.+) by accepting an invitation: (.+)\.$/.exec(words);
    if (invited) return this.#each("joins", invited, " by invitation");
    const declines = /^No longer join (.+) by accepting an invitation: (.+)\.$/.exec(words);
    if (declines) return this.#each("leaves", declines, " by invitation");
    const declared = /^Declared to join (.+) by an invitation, which has no effect for members: (.+)\.$/.exec(words);
    if (declared) return this.#each("joins", declared, " without effect");
    const undeclared =
      /^No longer declared to join (.+) by an invitation, which had no effect for members: (.+)\.$/.exec(words);
    if (undeclared) return this.#each("leaves", undeclared, " without effect");
    const joins = /^Join (.+): (.+)\.$/.exec(words);
    if (joins) return this.#each("joins", joins);
    const leaves = /^Leave (.+): (.+)\.$/.exec(words);
    if (leaves) return this.#each("leaves", leaves);
    return [`unread ${words}`];
  }

  /** Reads a row about drift that the program accepts. */
  #accepted(words: string): string[] | undefined {
    const start = /^The program accepts (?:that )?/;
    if (!start.test(words)) return undefined;
    const rest = words.replace(start, "");
    const members = /^(.+) (joined|left) (.+) outside Pulumi(?:, with access to .+)?\.$/.exec(rest);
    if (members) {
      const [, people, verb = "", groups] = members;
      return this.#objects(groups).flatMap((id) =>
        this.#peopleOf(people).map((email) => `accepts ${verb} ${id} ${email}`),
      );
    }
    const state = /^(.+) (?:was|were) (opened|closed)(?: to everyone)? outside Pulumi\.$/.exec(rest);
    if (state) return this.#objects(state[1]).map((id) => `accepts ${state[2] ?? ""} ${id}`);
    const grants = /^(?:a grant|grants) for (.+) made outside Pulumi: (.+)\.$/.exec(rest);
    if (grants) return this.#each("accepts grant", grants);
    const group = /^a grant for (.+) to group (.+), made outside Pulumi\.$/.exec(rest);
    if (group) return this.#objects(group[1]).map((id) => `accepts group ${id} ${this.#groupOf(group[2])}`);
    const name = /^the name of (.+) changed outside Pulumi: .*$/s.exec(rest);
    if (name) return this.#objects(name[1]).map((id) => `accepts name ${id}`);
    const description = /^the description of (.+) changed outside Pulumi: .*$/s.exec(rest);
    if (description) return this.#objects(description[1]).map((id) => `accepts description ${id}`);
    const ended = /^grants for (.+) ended outside Pulumi: (.+)\.$/.exec(rest);
    if (ended) return this.#each("accepts end", ended);
    const groupEnded = /^a grant for (.+) to group (.+) ended outside Pulumi\.$/.exec(rest);
    if (groupEnded)
      return this.#objects(groupEnded[1]).map((id) => `accepts end ${id} ${this.#groupOf(groupEnded[2])}`);
    return undefined;
  }

  /** One fact for each object and each person. */
  #each(verb: string, [, objects, people]: RegExpExecArray, end = ""): string[] {
    return this.#objects(objects).flatMap((id) =>
      this.#peopleOf(people).map((email) => `${verb} ${id} ${email}${end}`),
    );
  }

  #peopleOf(text = ""): string[] {
    const people = text.replace(/^the outsiders? /, "").split(/, | and /);
    this.#people = people;
    return people;
  }

  #groupOf(name = ""): string {
    return this.#ids.get(`group ${name}`) ?? name;
  }

  #objects(text = ""): string[] {
    return text.split(/, | and /).map((name) => this.#ids.get(name) ?? `?${name}`);
  }

  #groups(text = ""): string[] {
    return text.split(", ").map((name) => this.#ids.get(`group ${name}`) ?? name);
  }

  #reasons(text = ""): string {
    const parts = text.replace(/, by accepting an invitation/g, "").split(", ");
    return reasonList(
      parts.map((part) => {
        if (part === "granted directly") return "direct";
        if (part === "open to everyone") return "open";
        if (part === "as an admin" || part === "as an owner") return "admin";
        const through = /^through group (.+)$/.exec(part);
        return through === null
          ? `?${part}`
          : `group ${this.#ids.get(`group ${through[1] ?? ""}`) ?? through[1] ?? ""}`;
      }),
    );
  }
}
