import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecord } from "#framework";
import { examine } from "../src/doctor/doctor";
import { type DoctorReport, doctorReport } from "../src/doctor/report";
import { isKnownText } from "../src/doctor/words";
import { Acme, type Answer } from "./support/acme";
import { type FakeAnswer, FakeApi } from "./support/fakeApi";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@partner.example"];
const key = "avo_key-that-must-not-leak";
const uuid = "0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10";

let acme: Acme;
const fakes: FakeApi[] = [];
beforeEach(async () => {
  acme = await Acme.begin();
  acme.control.addApiKey(ada, { key });
});
afterEach(async () => {
  await acme.end();
  for (const fake of fakes.splice(0)) await fake.end();
});

/** Gives the organization two objects of each kind. */
async function fill(): Promise<void> {
  const { control } = acme;
  control.setPlan("acme", "pro");
  acme.emulator.state.invitation_hours = 24;
  acme.join(bob, "viewer");
  await control.invite(carl, "acme", "viewer", { as: ada });
  await control.invite("dora@partner.example", "acme", "admin", { as: ada });
  for (const name of ["first-thing", "second-thing"]) {
    acme.addGroup(name, [bob]);
    acme.addProject(`${name}-project`, { users: [bob], groups: [name] });
    acme.addCohort(`${name}-cohort`, "first-thing-project", { users: [bob], groups: [name] });
    await acme.createToken(name);
    await acme.createWebhook(`https://${name}.partner.example/hook`, { name });
    await acme.createClaimToken(name);
    const cohort = { project: "first-thing-project", cohort: `first-thing-cohort` };
    control.access.addDevice("acme", `serial-of-${name}`, { name, tags: [`tag-of-${name}`], cohort });
  }
  control.access.setRuntimes("first-thing-project", "acme", 2);
  control.tokens.consumeClaimToken("first-thing", "acme");
  acme.emulator.traffic.log.clear();
}

async function doctor(
  url: string,
  args: readonly string[] = [],
  apiKey = key,
): Promise<Answer & { report: DoctorReport }> {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: url };
  const answer = await acme.run(["doctor", "--json", ...args], { environment });
  return { ...answer, report: doctorReport.parse(JSON.parse(answer.output)) };
}

const connect = ["--backend", "connect"];

/** Begins a fake that the test ends. */
async function fake(answer: Parameters<typeof FakeApi.begin>[0]): Promise<FakeApi> {
  const api = await FakeApi.begin(answer);
  fakes.push(api);
  return api;
}

/** A fake that passes requests to the emulator, and changes the responses. */
async function altered(change: (path: string, answer: FakeAnswer) => FakeAnswer | undefined): Promise<FakeApi> {
  return fake(async (path, apiKey) => {
    const response = await fetch(`${acme.url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
    const answer = { status: response.status, body: await response.json() };
    return change(path, answer) ?? answer;
  });
}

/** A fake whose user sees one organization, and that answers all other requests alike. */
async function other(answer: (path: string, apiKey: string) => FakeAnswer | "drop"): Promise<FakeApi> {
  const organization = { id: uuid, name: "Acme", slug: "acme", tier: "pro", role: "admin" };
  const user = { data: { token: null, user: { id: uuid, email: ada, name: "Ada" }, organizations: [organization] } };
  return fake((path, apiKey) => (path === "/api/me" ? { body: user } : answer(path, apiKey)));
}

const differences = ({ assumptions }: DoctorReport) =>
  Object.fromEntries(
    assumptions.flatMap(({ assumption, result, differences }) =>
      result === "differs" ? [[assumption, differences.join("; ")]] : [],
    ),
  );

/** Lists the texts and the names in values. */
function listTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return value.startsWith("{") ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  return isRecord(value) ? [...Object.keys(value), ...Object.values(value).flatMap(listTexts)] : [];
}

/** Expects that no output contains a text of a response, the API key or the address, and that every request was a GET. */
function expectNoLeak({ output, errors }: Answer, api: FakeApi): void {
  expect(api.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  const all = output + errors;
  const secrets = [...new Set(listTexts(api.sent))].filter((text) => text.length > 3 && !isKnownText(text));
  expect(secrets.filter((text) => all.includes(text))).toEqual([]);
  expect([key, "127.0.0.1", String(api.port)].filter((text) => all.includes(text))).toEqual([]);
}

test("the emulator of Avocado Connect is as assumed, and gets only GET requests", async () => {
  await fill();
  const { code, report, errors } = await doctor(acme.url, connect);
  expect(differences(report)).toEqual({});
  expect([code, errors]).toEqual([0, ""]);
  expect(report.operations.filter(({ result }) => result !== "read")).toEqual([]);
  const requests = acme.emulator.requests();
  expect(requests.map(({ method }) => method)).toEqual(requests.map(() => "GET"));
  expect(report.requests).toBe(requests.length);
  expect(report.requests).toBeLessThanOrEqual(120);
});

test("each read operation of the contract is read without a line for it", async () => {
  await fill();
  const { report } = await doctor(acme.url, connect);
  const operations = new Set(acme.emulator.requests().map(({ operation }) => operation));
  expect(report.operations.filter(({ operation }) => !operations.has(operation))).toEqual([]);
  expect(report.operations.map(({ operation }) => operation)).toContain("Device_index");
});

test("the emulator of the Admin API is as assumed", async () => {
  await fill();
  const { code, report } = await doctor(acme.url, [], acme.control.addApiKey(ada));
  expect(differences(report)).toEqual({});
  expect(code).toBe(0);
  expect(report.operations.filter(({ result }) => result !== "read")).toEqual([]);
});

test("a refused request is no difference if the role of the user explains it", async () => {
  await fill();
  const { code, report } = await doctor(acme.url, connect, acme.control.addApiKey(bob));
  expect(differences(report)).toEqual({
    "API tokens begin with `avo_`": "the API key of this check has another beginning",
  });
  expect(code).toBe(3);
  expect(report.operations).toContainEqual({
    operation: "Webhook_index",
    request: "GET /api/orgs/{org_id}/webhooks",
    result: "HTTP 403, `forbidden`",
  });
});

test("the table shows only differences, and a file has the same report as --json", async () => {
  const file = join(tmpdir(), `doctor-${process.pid}.json`);
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  const { code, output } = await acme.run(["doctor", ...connect, "--json-file", file], { environment });
  const report = doctorReport.parse(JSON.parse(readFileSync(file, "utf8")));
  rmSync(file);
  expect(code).toBe(3);
  expect(output).toMatch(/^ASSUMPTION .*\na plan has the limits of Peridio's page /);
  expect(output).toMatch(/connect: \d+ GET requests\. Assumptions: \d+ hold, 1 differ, \d+ not seen\.\n$/);
  expect(Object.keys(differences(report))).toEqual(["a plan has the limits of Peridio's page about plans"]);
});

test("--organization chooses an organization, and a wrong name is a failure without the names of others", async () => {
  await acme.found("globex");
  acme.emulator.traffic.log.clear();
  await doctor(acme.url, [...connect, "--organization", "globex"]);
  const { id } = acme.control.getOrganization("globex");
  const paths = acme.emulator.requests().map(({ path }) => path);
  expect(paths.filter((path) => path !== "/api/me" && !path.includes(id))).toEqual([]);
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  const wrong = await acme.run(["doctor", ...connect, "--organization", "initech"], { environment });
  expect([wrong.code, wrong.output]).toEqual([1, ""]);
  expect(wrong.errors).toBe(
    "peridio-gitops: The API key cannot see the organization of --organization. Correct the name or the id.\n",
  );
});

describe("an API that differs", () => {
  beforeEach(fill);

  /** Changes each object in the responses. */
  async function withObjects(change: (object: Record<string, unknown>, path: string) => void): Promise<FakeApi> {
    const visit = (value: unknown, path: string): void => {
      if (Array.isArray(value)) for (const item of value) visit(item, path);
      if (!isRecord(value)) return;
      for (const part of Object.values(value)) visit(part, path);
      change(value, path);
    };
    return altered((path, answer) => {
      if (answer.status === 200) visit(answer.body, path);
      return undefined;
    });
  }

  test("in its ids is read to the end", async () => {
    const ids = new Map<string, number>();
    const api = await fake(async (path, apiKey) => {
      const back = path.replace(
        /\b9\d{6}\b/g,
        (short) => [...ids].find(([, one]) => String(one) === short)?.[0] ?? short,
      );
      const response = await fetch(`${acme.url}${back}`, { headers: { authorization: `Bearer ${apiKey}` } });
      const text = (await response.text()).replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, (quoted) => {
        const id = quoted.slice(1, -1);
        ids.set(id, ids.get(id) ?? 9_000_000 + ids.size);
        return String(ids.get(id));
      });
      return { status: response.status, body: text };
    });
    const answer = await doctor(api.url, connect);
    expect(answer.code).toBe(3);
    expect(differences(answer.report)).toMatchObject({ "Group_index: data[].id": "is integer instead of string" });
    expect(answer.report.operations.filter(({ result }) => result !== "read")).toEqual([]);
    expectNoLeak(answer, api);
  });

  test("in a role, a missing property and a further one is described by names that are known words", async () => {
    const api = await withObjects((object) => {
      if ("user_id" in object) Object.assign(object, { role: "auditor", suspended_at: null });
      if ("accepted_at" in object) delete object.status;
      if ("everyone_enabled" in object) object.everyone_enabled = "yes";
    });
    const answer = await doctor(api.url, connect);
    expect(differences(answer.report)).toMatchObject({
      "Organization_members: data[].role": "has the unknown value `auditor`",
      "Organization_members: data[]": "has the unknown property `suspended_at` (null)",
      "OrgInvitation_index: data[].status": "is missing in 2 of 2 objects",
      "Project_index: data[].everyone_enabled": "is text of at most 10 characters instead of boolean",
    });
    expectNoLeak(answer, api);
  });

  test("in values and names that are data is described without them", async () => {
    const api = await withObjects((object) => {
      if ("user_id" in object)
        Object.assign(object, { role: "Chief Pilot Grace", [ada]: 1, acme_corp: { nested: key } });
      if ("slug" in object) object.tier = "plan-of-acme";
      if ("inserted_at" in object) object.inserted_at = "yesterday at noon";
      if ("email" in object) object.email = { address: bob };
      if ("status" in object) object.status = carl;
    });
    const answer = await doctor(api.url, connect);
    expect(differences(answer.report)).toMatchObject({
      "Organization_members: data[].role": "has the unknown value text of at most 30 characters",
      "Organization_members: data[]": "has an unknown property, whose name may be data",
      "Me_show: data.organizations[].tier": "has the unknown value text of at most 30 characters",
      "Device_index: data[].status": "has the unknown value e-mail address",
    });
    expectNoLeak(answer, api);
  });

  test("in its pages is described: page numbers, a missing cursor, repeated pages, an endless list", async () => {
    const only = async (change: (body: Record<string, unknown>, path: string) => unknown) => {
      const api = await altered((path, answer) => {
        if (!path.includes("/groups?") || !isRecord(answer.body)) return undefined;
        return { status: 200, body: change({ ...answer.body }, path) };
      });
      const answer = await doctor(api.url, connect);
      expectNoLeak(answer, api);
      return differences(answer.report)["Group_index: pages"];
    };
    expect(await only((body) => ({ data: body.data, page: 1, total: 2 }))).toBe(
      "a page is the last one, although there are further items",
    );
    expect(await only((body) => ({ ...body, meta: { has_next: true, after: 7 } }))).toBe("the cursor is integer");
    acme.addGroup("third-thing", []);
    const [first] = acme.control.getOrganization("acme").groups;
    const repeated = { id: first?.id };
    expect(
      await only((body, path) =>
        path.includes("limit=1&") || path.endsWith("=1") ? { ...body, data: [repeated] } : body,
      ),
    ).toBe("the items of single pages differ from those of a large page");
    let whole: readonly unknown[] = [];
    const loop = (body: Record<string, unknown>, path: string) => {
      if (path.endsWith("limit=100") && Array.isArray(body.data)) whole = body.data;
      else return { data: [whole[path.includes("cursor") ? 1 : 0]], meta: { has_next: true, after: "same" } };
      return body;
    };
    expect(await only(loop)).toBe("the cursor points to an earlier page");
  });
});

describe("a hostile API", () => {
  test.each<[string, FakeAnswer, number, string]>([
    ["HTML", { body: `<html>${ada} ${key}</html>` }, 3, "the response is HTML or XML instead of JSON"],
    ["a text", { body: `hello ${ada}` }, 3, "the response is text instead of JSON"],
    ["nothing", { body: "" }, 3, "the response is empty instead of JSON"],
    ["403", { status: 403, body: { error: "forbidden", message: key } }, 3, "HTTP 403, `forbidden`"],
    ["404", { status: 404, body: { error: carl, message: key } }, 3, "HTTP 404, e-mail address"],
    ["500", { status: 500, body: `stack of ${key}` }, 3, "HTTP 500"],
    ["429", { status: 429, headers: { "retry-after": "100000" }, body: {} }, 3, "HTTP 429"],
    ["deep nesting", { body: "[".repeat(200_000) }, 3, "the response is text instead of JSON"],
    ["a huge response", { body: " ".repeat(33 * 1024 * 1024) }, 3, "the response is too large"],
  ])("that answers %s ends the check without a leak", async (_, given, code, result) => {
    const api = await other(() => given);
    const answer = await doctor(api.url, connect);
    expect(answer.code).toBe(code);
    expect(answer.report.operations.find(({ operation }) => operation === "Group_index")?.result).toBe(result);
    expect(api.requests.length).toBeLessThanOrEqual(120);
    expectNoLeak(answer, api);
  });

  test("that redirects to another host gets no request there", async () => {
    const elsewhere = await fake(() => ({ body: { data: [] } }));
    const api = await other(() => ({ status: 302, headers: { location: `${elsewhere.url}/api/me` } }));
    const answer = await doctor(api.url, connect);
    expect(elsewhere.requests).toEqual([]);
    expect(answer.report.operations.find(({ operation }) => operation === "Group_index")?.result).toBe("HTTP 302");
    expectNoLeak(answer, api);
  });

  test("whose lists never end gets a limited number of requests", async () => {
    let count = 0;
    const page = () => ({
      data: Array.from({ length: 100 }, () => ({ id: `${uuid.slice(0, -6)}${String((count += 1)).padStart(6, "0")}` })),
      meta: { has_next: true, after: `cursor-${count}` },
    });
    const api = await other(() => ({ body: page() }));
    const answer = await doctor(api.url, connect);
    expect(api.requests.length).toBeLessThanOrEqual(120);
    expect(answer.code).toBe(3);
    expectNoLeak(answer, api);
  });

  test("whose objects are maps of names that are known words gets no name into the report", async () => {
    const api = await other(() => ({
      body: { data: [{ open_platform: 1, "release-team": { role: "x" } }], meta: null },
    }));
    const answer = await doctor(api.url, connect);
    expect(answer.output).not.toMatch(/open_platform|release-team/);
    expect(differences(answer.report)["Group_index: data[]"]).toBe("has an unknown property, whose name may be data");
  });

  test("that stops answering makes the comparison incomplete, which is a failure", async () => {
    const api = await other((path) => (path.includes("/groups") ? "drop" : { status: 404 }));
    const answer = await doctor(api.url, connect);
    expect([answer.code, answer.report.complete]).toEqual([1, false]);
    expect(answer.report.operations.find(({ operation }) => operation === "Group_index")?.result).toBe("no response");
    expectNoLeak(answer, api);
  });

  test("whose ids are paths gets no request with them", async () => {
    const ids = ["../../v2/users", "..", "a/b", "x?y=z", "", "é", "a".repeat(200)];
    const api = await other((path) => ({ body: { data: ids.map((id) => ({ id, name: path })) } }));
    const answer = await doctor(api.url, connect);
    expect(api.requests.filter((request) => request.split("/").length > 6)).toEqual([]);
    expect(api.requests.filter((request) => request.includes(".."))).toEqual([]);
    expectNoLeak(answer, api);
  });

  test("whose names are those of every object has no effect", async () => {
    const body =
      '{"data":[{"__proto__":{"id":"x"},"constructor":1,"toString":{"role":1},"hasOwnProperty":2}],"__proto__":[]}';
    const api = await other(() => ({ body }));
    const answer = await doctor(api.url, connect);
    expect(answer.code).toBe(3);
    expectNoLeak(answer, api);
  });

  test("that closes connections ends the check after a few requests", async () => {
    const api = await fake(() => ({}));
    const { url } = api;
    await api.end();
    fakes.splice(fakes.indexOf(api), 1);
    const answer = await doctor(url, connect);
    expect([answer.code, answer.report.requests]).toEqual([1, 1]);
    expect(answer.errors).toBe(
      "peridio-gitops: The comparison is incomplete: no response. Check the API key, --backend and --endpoint, and run the command again.\n",
    );
  });

  test("that answers slowly ends the check after 15 minutes, with a partial report that says so", async () => {
    let minutes = 0;
    const send = jest.fn((path: string) => {
      minutes += 2;
      const organizations = [{ id: uuid, name: "Acme", slug: "acme", tier: "pro", role: "admin" }];
      const body = path === "/api/me" ? { data: { token: null, user: { id: uuid }, organizations } } : { data: [] };
      return Promise.resolve({ status: 200, body: JSON.stringify(body) });
    });
    const now = () => minutes * 60_000;
    const report = await examine(send, { backend: "connect", apiKey: key, version: "0.1.0", now });
    expect(send).toHaveBeenCalledTimes(8);
    expect(report).toMatchObject({ complete: false, requests: 8, gaps: ["the check lasts at most 15 minutes"] });
    expect(report.operations.filter(({ result }) => result === "read")).toHaveLength(8);
    expect(report.operations.map(({ result }) => result)).toContain("the check lasts at most 15 minutes");
  });

  test("that refuses the API key and repeats it ends the check with one sentence", async () => {
    const api = await fake((_, apiKey) => ({
      status: 401,
      body: { error: apiKey, message: apiKey, [apiKey]: apiKey },
    }));
    const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: api.url };
    const answer = await acme.run(["doctor", "--json", ...connect], { environment });
    const errors = "peridio-gitops: Peridio does not accept the API key (HTTP 401). Correct PERIDIO_API_KEY.\n";
    expect(answer).toMatchObject({ code: 1, output: "", errors });
    expect(api.requests).toHaveLength(1);
    expectNoLeak(answer, api);
  });
});

test("names and addresses of all responses of the emulator are absent from the report", async () => {
  await fill();
  const api = await altered(() => undefined);
  const answer = await doctor(api.url, connect);
  expect(answer.code).toBe(0);
  expectNoLeak(answer, api);
});

test.each(["--backend", "--organization"])("%s without a value is misuse", async (option) => {
  const { code } = await acme.run(["doctor", option]);
  expect(code).toBe(2);
});

test("without an API key, the command sends nothing", async () => {
  const { code, errors } = await acme.run(["doctor"], { environment: { PERIDIO_BASE_URL: acme.url } });
  expect(code).toBe(1);
  expect(errors).toContain("The API key is missing.");
  expect(acme.emulator.requests()).toEqual([]);
});
