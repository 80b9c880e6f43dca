import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { LoggedRequest } from "../../../emulator/src";
import { toApiError } from "../../src/api/http/errorAnswer";
import { requestFaults } from "./describedRequests";
import { all, emulated, rejection } from "./emulated";

const ours: unknown = parse(readFileSync(join(__dirname, "../../../api/connect.openapi.yaml"), "utf8"));
/** The document that Peridio publishes, which is no part of this repository. */
const published = process.env.PERIDIO_CONNECT_OPENAPI;

/** Every kind of request that the backend sends, as the emulator got them. */
async function everyRequest(): Promise<readonly LoggedRequest[]> {
  const { emulator, acme, client, close } = await emulated("connect");
  const backend = client();
  await backend.caller();
  const { id } = await backend.invitations.create(acme, { email: "bob@acme.example", role: "member" }, new Set());
  await all(backend.invitations.list(acme, "pending"));
  await backend.invitations.revoke(acme, id);
  await rejection(backend.invitations.revoke(acme, id));
  // More than one page.
  for (let index = 0; index < 100; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
  const member = (await all(backend.members.list(acme))).at(-1);
  if (member === undefined) throw new Error("nobody is there");
  await backend.members.setRole(member, "admin");
  await backend.members.remove(acme, member.userId);
  await backend.limits(acme);
  await close();
  return emulator.requests();
}

/** What a document would not have in each of them. */
function deviations(document: unknown, requests: readonly LoggedRequest[]): string[] {
  const faults = requestFaults(document);
  return requests.flatMap((request) => faults(request).map((fault) => `${String(request.operation)}: ${fault}`));
}

test("every request is as our document describes it", async () => {
  const requests = await everyRequest();
  expect(deviations(ours, requests)).toEqual([]);
  expect(new Set(requests.map(({ operation }) => operation)).size).toBe(7);
  expect(requests.some(({ query }) => query.cursor !== undefined)).toBe(true);
});

test("the check sees what the document does not know", () => {
  const faults = requestFaults(ours);
  const path = "/api/orgs/0190b6a5-0000-7000-8000-000000000000/invitations";
  const request = { at: "", user_agent: null, request_id: "", status: 200, query: {}, method: "POST", path };
  const invitation = { ...request, operation: "OrgInvitation_create" };
  expect(faults({ ...invitation, body: { email: "bob@acme.example", role: "viewer" } })).toHaveLength(1);
  expect(faults({ ...invitation, body: { email: "bob@acme.example", colour: "red" } })).toHaveLength(1);
  expect(faults({ ...invitation, method: "PATCH", body: { email: "bob@acme.example" } })).toHaveLength(1);
  expect(faults({ ...request, method: "GET", operation: "OrgInvitation_index", body: null })).toHaveLength(1);
});

const example = z.union([
  z.object({ error: z.string(), message: z.string() }),
  z.object({ errors: z.record(z.string(), z.array(z.string())) }),
]);

/** Every answer that a document gives as an example, with the status that it stands under, if it stands under one. */
function examples(part: unknown, status = 422): { status: number; body: z.output<typeof example> }[] {
  const { data: node } = z.record(z.string(), z.unknown()).safeParse(part);
  if (node === undefined) return [];
  const found = example.safeParse(node.example);
  const own = found.success ? [{ status, body: found.data }] : [];
  return [
    ...own,
    ...Object.entries(node).flatMap(([key, inner]) => examples(inner, statuses[key] ?? (Number(key) || status))),
  ];
}

/** Where the document's answers have names. */
const statuses: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  Conflict: 409,
  Gone: 410,
};

(published === undefined ? describe.skip : describe)("Peridio's own document", () => {
  const text: unknown = published === undefined ? undefined : JSON.parse(readFileSync(published, "utf8"));

  test("has every request that the backend sends", async () => {
    expect(deviations(text, await everyRequest())).toEqual([]);
  });

  test("gives examples of refusals, and each is understood", () => {
    const all = examples(text);
    expect(all.length).toBeGreaterThan(5);
    for (const { status, body } of all) {
      const where = { method: "GET", path: "/", status, requestId: null, ambiguous: false };
      const answer = { kind: "answer", status, requestId: null, retryAt: null, body: JSON.stringify(body) } as const;
      const error = toApiError(answer, where, String, String);
      const said = "message" in body ? body.message : (Object.values(body.errors)[0]?.[0] ?? "");
      // What a 401 and a 404 mean is said in our own words.
      if (status !== 401 && status !== 404) expect(error.message).toContain(said);
      expect(error.name).not.toBe("Unfitting");
    }
  });
});
