import { backends } from "#provider";
import { type Contract, readContract, type Schema } from "./contract";

/**
 * Words of APIs that neither contract contains. A name or a value of a response appears in a report only if it consists of known words,
 * because a key can be an address, and a status a name.
 */
const otherWords =
  "access account action activated active activity actor address agent allow allowed api approval approved archived architecture " +
  "audit auditor auto automatic avatar base billing blocked boot build built by cancel canceled cancelled can capability category " +
  "certificate changed channel checksum city cluster code color comment company completed config configuration " +
  "confirmed connected connection contact content context count country created creator currency current custom data date day " +
  "days default delay deleted denied deployed deployment deprecated details developer digest disabled disconnected display " +
  "domain done draft duration email enabled end ended enforced environment error event exempt expired expires expiry external " +
  "failed failure feature features file fingerprint firmware first flag flags forbidden format free from full generated global " +
  "group groups guest hash hidden host hours id ids image inactive index info integration internal interval invalid invited " +
  "inviter is issue issued item items joined key keys kind label labels last legacy level limit limits link links list local " +
  "location locked login manager mandatory manual max maximum maintainer member members message metadata method min minimum " +
  "mode model modified month name namespace network never new next none not note notes notification number observer offline on " +
  "online open operator option options order org organization origin owned owner package page paid parent password paused " +
  "payment pending permission permissions phase phone pinned plan platform policy position previous price primary priority " +
  "private product products profile progress project projects protected provider public published quota rate read reader " +
  "readonly ready reason recent recovery region registered registry rejected release released remaining removed request " +
  "requested requests required reset resolved resource restricted result retired revision revoked role roles rollout root rule " +
  "rules running runtime scheduled schema scope scopes seat seats secret section security seen sent serial service session " +
  "setting settings shared sign signed signature size slug sort source stage staging start started state stats status step " +
  "stopped storage subscription success super support suspended suspension system tag tags target team teams tenant test tier " +
  "time timeout timestamp timezone title to token tokens total trial trusted two type unauthorized unknown unlimited unpaid until " +
  "update updated upgrade uploaded url usage used user username users uses uuid valid value values verified version view " +
  "viewer visibility visible waiting warning webhook webhooks weight window work write writer year zone";

const words: ReadonlySet<string> = new Set([...otherWords.split(" "), ...backends.flatMap(listWords)]);

/** Lists the words in the names and the values of a contract. */
function listWords(backend: (typeof backends)[number]): readonly string[] {
  const { operations, notFound, schemas }: Contract = readContract(backend);
  const list = (schema: Schema): readonly string[] => [
    ...Object.keys(schema.properties ?? {}),
    ...(schema.enum ?? []).filter((value) => typeof value === "string"),
    ...[...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])].flatMap(list),
    ...[...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(list),
  ];
  return [...operations.map(({ response }) => response), notFound, ...Object.values(schemas)]
    .flatMap(list)
    .flatMap((name) => name.split(/[^a-z]+/))
    .filter((word) => word !== "");
}

/** Returns true for a text that consists of a few known words, such as `expires_at`. It then contains no data of an organization. */
export function isKnownText(text: string): boolean {
  return (
    text.length <= 60 &&
    /^[a-z]+(?:[_.-][a-z]+){0,4}$/.test(text) &&
    text.split(/[_.-]/).every((word) => words.has(word))
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The forms of texts, the first that fits. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/, "time in UTC"],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d$/, "time with another time zone"],
  [/^\d{4}-\d\d-\d\d/, "date in another form"],
  [/^prn:/, "resource name"],
  [/^[a-z][a-z\d+.-]*:\/\//i, "URL"],
  [/^[^\s@]+@[^\s@]+$/, "e-mail address"],
  [/^\d+$/, "digits"],
  [/^[0-9A-HJKMNP-TV-Z]{26}$/, "ULID"],
  [/^[0-9a-f]{16,}$/i, "hexadecimal digits"],
];

/** Describes a value without its content. */
export function describeForm(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value !== "string") return typeof value;
  const [, version] = uuid.exec(value) ?? [];
  if (version !== undefined) return /[1-8]/.test(version) ? `UUID of version ${version}` : "UUID of an unknown version";
  const form = forms.find(([pattern]) => pattern.test(value));
  return form?.[1] ?? `text of ${describeLength(value.length)}`;
}

function describeLength(length: number): string {
  if (length === 0) return "no characters";
  const bounds = [10, 30, 100, 1000];
  const most = bounds.find((bound) => length <= bound);
  return most === undefined ? "more than 1000 characters" : `at most ${most} characters`;
}

/** Describes a status, a role or another word: the word itself, if it is known. */
export function describeWord(value: unknown): string {
  return typeof value === "string" && isKnownText(value) ? `\`${value}\`` : describeForm(value);
}

/** Describes a number, which is a count. */
export function describeCount(value: unknown): string {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 1_000_000
    ? String(value)
    : describeForm(value);
}
