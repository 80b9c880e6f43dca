import { isRecord } from "#framework";
import { role as roles } from "../types/role";
import type { Statement } from "./statements";

/** Why a key in somebody's entry is no organization, if it is a word that belongs into one, or nowhere. */
export function strayKey({ path, part }: Statement, organizations: ReadonlySet<string>): string | undefined {
  const [, who, word] = path.map(String);
  const people = isRecord(part.value) ? part.value.people : undefined;
  const entry = isRecord(people) && who !== undefined ? people[who] : undefined;
  if (!isRecord(entry)) return undefined;
  if (word === "roles") {
    return `is one level too many: name the organizations right in the entry, such as \`${example(entry, organizations)}\``;
  }
  if (word !== "role" && word !== "until") return undefined;
  return `belongs to one organization: write it there, such as \`${example(entry, organizations)}\``;
}

/** What an entry may have been meant to say of one organization. */
function example(entry: Readonly<Record<string, unknown>>, organizations: ReadonlySet<string>): string {
  const places = isRecord(entry.roles) ? entry.roles : entry;
  const [first] = organizations;
  const organization = Object.keys(places).find((name) => organizations.has(name)) ?? first;
  const place = organization === undefined ? undefined : places[organization];
  const terms = isRecord(place) ? place : { role: place };
  const [role = "viewer"] = [terms.role, entry.role].flatMap((one) => roles.safeParse(one).data ?? []);
  const until = [terms.until, entry.until].find((one) => typeof one === "string");
  const said = until === undefined ? role : `{ role: ${role}, until: ${until} }`;
  return `${organization ?? "acme-production"}: ${said}`;
}
