import { Confidential } from "./confidential";

function keeping(...texts: readonly string[]): Confidential {
  const confidential = new Confidential();
  for (const text of texts) confidential.keep(text);
  return confidential;
}

test.each([
  ["a secret is blanked out in whatever case", ["ada@acme.example"], "ask Ada@ACME.example", "ask [secret]"],
  [
    "a secret that begins another one leaves nothing of it",
    ["acme", "acme-hush"],
    "acme-hush, acme",
    "[secret], [secret]",
  ],
  ["the order in which secrets came does not matter", ["acme-hush", "acme"], "acme-hush, acme", "[secret], [secret]"],
  ["what stands for a secret is not searched again", ["hush-hush", "secret"], "hush-hush", "[secret]"],
  ["the signs of a secret mean themselves", ["a.c*(x)"], "a.c*(x) abc*(x)", "[secret] abc*(x)"],
  ["an address of the web holds none", ["ada o'neil@acme"], "?name=%27ada+o%27neil%40acme%27", "?name=%27[secret]%27"],
  [
    "a text in quotation marks holds none",
    ['top "hush" \\ name'],
    'it is "top \\"hush\\" \\\\ name"',
    'it is "[secret]"',
  ],
  ["nor does a search in one", ["o'neil"], "?search=name%3A%27o%5C%27neil%27", "?search=name%3A%27[secret]%27"],
  ["a path holds none", ["ada o'neil"], "GET /v2/ada%20o'neil", "GET /v2/[secret]"],
  ["two secrets that overlap leave nothing of either", ["acme-hush", "hush-hush"], "acme-hush-hush!", "[secret]!"],
  ["a secret that overlaps itself leaves nothing of it", ["hush-hush"], "hush-hush-hush!", "[secret]!"],
  ["letters whose lower case is longer move nothing", ["hush-hush"], "\u0130\u0130 hush-hush", "\u0130\u0130 [secret]"],
  [
    "the case of letters beyond ASCII does not matter either",
    ["zo\u00EB-\u00C5lstr\u00F6m"],
    "ZO\u00CB-\u00E5LSTR\u00D6M",
    "[secret]",
  ],
  ["half a character is no obstacle", ["hush\uD83D"], "hush\uD83D, 'hush\\ud83d'", "[secret], '[secret]'"],
  [
    "commands to a terminal or a pipeline have no effect",
    ["hush"],
    "\u001B[31m\n::hush::",
    "\u{FFFD}[31m\n\\::[secret]::",
  ],
  ["a path with a colon holds none", ["prn:1 of ada"], "GET /v2/prn:1%20of%20ada", "GET /v2/[secret]"],
  [
    "letters with two lower cases are the same",
    ["\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2"],
    "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3",
    "[secret]",
  ],
  ["half of a secret in base64 is none", ["hush-hush"], "aHVzaC1odX", "aHVzaC1odX"],
  ["very short texts are no secrets", ["of", "two"], "one of two", "one of two"],
  ["a text of four letters is a secret", ["four"], "one of four", "one of [secret]"],
])("%s", (_, texts, said, redacted) => {
  expect(keeping(...texts).redact(said)).toBe(redacted);
});

test.each(["", "a", "of", "ada:", "\u00C5lstr\u00F6m"])("base64 after %j hides a secret as a whole", (before) => {
  for (const alphabet of ["base64", "base64url"] as const) {
    const told = Buffer.from(`${before}hush?>hush \u00EB, and more`).toString(alphabet).replace(/=*$/, "");
    const confidential = keeping("hush?>hush \u00EB");
    expect(confidential.redact(`Authorization: Basic ${told}=`)).toBe("Authorization: Basic [secret]=");
    for (const path of ["/", "/a", "/v2", "key"]) expect(confidential.redact(path + told)).toBe("[secret]");
  }
});

test("a text may be redacted twice", () => {
  const confidential = keeping("hush-hush", "secret");
  expect(confidential.redact(confidential.redact("a secret: hush-hush"))).toBe("a [secret]: [secret]");
});

test("a secret may have any length, and there may be any number of them", () => {
  const long = "(0*".repeat(20_000);
  const many = Array.from({ length: 10_000 }, (_, index) => `user-${index}@acme.example`);
  const confidential = keeping(long, ...many);
  expect(confidential.redact(`${long}, user-7777@acme.example, user-10000@acme.example`)).toBe(
    "[secret], [secret], user-10000@acme.example",
  );
});

test("a secret that arrives after the first redaction is redacted in later messages", () => {
  const confidential = keeping("acme");
  confidential.redact("acme-hush");
  confidential.keep("acme-hush");
  expect(confidential.redact("acme-hush")).toBe("[secret]");
});

test("a failure names a property only if its value is plain and not secret", () => {
  const declared = {
    minAdmins: 0,
    email: "ada",
    requireTwoFactor: false,
    apiKey: "hush-hush",
    members: { bob: "boss" },
    ignore: [""],
  };
  const said = (path: string) => keeping("ada").redactFailures([{ path, reason: "is wrong" }], declared, secret);
  const secret = new Set(["apiKey"]);
  for (const path of ["minAdmins", "email", "requireTwoFactor"]) {
    expect(said(path)).toEqual([{ path, reason: "is wrong" }]);
  }
  for (const path of ["apiKey", "members", "members.bob", "ignore[0]", "role"]) {
    expect(said(path)).toEqual([{ path: "", reason: `${path}: is wrong` }]);
  }
});

test("a failure without a path has only its reason", () => {
  expect(keeping().redactFailures([{ path: "", reason: "it is wrong" }], {}, new Set())).toEqual([
    { path: "", reason: "it is wrong" },
  ]);
});

test("neither the property nor the reason of a failure contains a secret", () => {
  const failure = { path: 'members["ada@acme.example"]', reason: "ada@acme.example is no role" };
  expect(keeping("ada@acme.example").redactFailures([failure], {}, new Set())).toEqual([
    { path: "", reason: 'members["[secret]"]: [secret] is no role' },
  ]);
});
