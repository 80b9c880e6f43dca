import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const root = join(__dirname, "..", "..");

/** What each room may import from, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "provider/src/api": [],
  "provider/src/core": ["provider/src/api"],
  "provider/src/resources": ["provider/src/core", "provider/src/api"],
  // Functions speak of the same things in the same words, such as roles.
  "provider/src/functions": ["provider/src/resources", "provider/src/core", "provider/src/api"],
  "provider/src/documents": ["provider/src/core"],
  "provider/src/layouts": ["provider/src/documents", "provider/src/resources", "provider/src/core", "provider/src/api"],
  "provider/src/components": ["provider/src/layouts", "provider/src/resources", "provider/src/core"],
  "provider/src/plugin": [
    "provider/src/components",
    "provider/src/functions",
    "provider/src/resources",
    "provider/src/core",
    "provider/src/api",
  ],
  "provider/src/dynamic": ["provider/src/functions", "provider/src/resources", "provider/src/core", "provider/src/api"],
  "gitops/src": [
    "provider/src/components",
    "provider/src/layouts",
    "provider/src/documents",
    "provider/src/functions",
    "provider/src/resources",
    "provider/src/core",
    "provider/src/api",
  ],
  "emulator/src": [],
};

interface Import {
  readonly file: string;
  readonly from: string;
}

const files = Object.keys(allowed).flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(room, name)),
);

const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"]+)"/g);
  return [...found].map(([, from = ""]) => ({ file, from }));
});

/** The room that a path is in, of those above. */
function room(path: string): string | undefined {
  return Object.keys(allowed).find((name) => path === name || path.startsWith(name + sep));
}

test("there is something to look at", () => {
  expect(imports.length).toBeGreaterThan(100);
});

test("rooms import only from the rooms below them", () => {
  const wrong = imports.filter(({ file, from }) => {
    if (!from.startsWith(".")) return false;
    const target = relative(root, join(root, dirname(file), from));
    const [mine, theirs] = [room(file) ?? "", room(target)];
    if (mine === theirs) return false;
    return theirs === undefined
      ? target !== "package.json" && !target.startsWith("api")
      : !allowed[mine]?.includes(theirs);
  });
  expect(wrong).toEqual([]);
});

test("only the API client speaks HTTP", () => {
  const wrong = imports.filter(
    ({ file, from }) =>
      /^(undici|node:https?)\b/.test(from) && !file.startsWith("emulator") && room(file) !== "provider/src/api",
  );
  expect(wrong).toEqual([]);
});

test("only the front doors know Pulumi", () => {
  const doors = ["provider/src/plugin", "provider/src/dynamic"];
  const wrong = imports.filter(
    ({ file, from }) => /^(@pulumi|@grpc|google-protobuf)\b/.test(from) && !doors.includes(room(file) ?? ""),
  );
  expect(wrong).toEqual([]);
});

test("the plugin takes nothing but the protocol from Pulumi's SDK, which takes half a second to load", () => {
  const wrong = imports.filter(
    ({ file, from }) => room(file) === "provider/src/plugin" && /^@pulumi\/pulumi(?!\/proto\/)/.test(from),
  );
  expect(wrong).toEqual([]);
});
