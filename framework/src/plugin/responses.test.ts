import { status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { failure, type GrpcFailure, partialFailure } from "./responses";
import { nothingSecret } from "./struct";

/** The most bytes that the runtime of the plugin can send in a header. */
const mostBytes = 65_535;
const people = Object.fromEntries(
  Array.from({ length: 5_000 }, (_, index) => [`person-${index}@acme.example`, "admin"]),
);
const state = (outputs: Record<string, unknown>) => ({ id: "acme", outputs, refreshBeforeUpdate: false });

function trailer({ metadata }: GrpcFailure): Buffer {
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(bytes)) throw new Error("the failure has no details");
  expect(bytes.toString("base64").length).toBeLessThan(mostBytes);
  return bytes;
}

function initFailed(failed: GrpcFailure) {
  const [detail] = Status.deserializeBinary(trailer(failed)).getDetailsList();
  const message = ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  return {
    id: message.getId(),
    outputs: message.getProperties()?.toJavaScript(),
    reasons: message.getReasonsList(),
    refreshBeforeUpdate: message.getRefreshBeforeUpdate(),
  };
}

test.each(["create", "update"] as const)("a partial failure of a small %s contains the whole object", (verb) => {
  const failed = partialFailure(verb, "bob is refused", state({ members: { bob: "admin" } }), nothingSecret);
  expect(failed).toMatchObject({ code: status.UNKNOWN, details: "bob is refused" });
  expect(initFailed(failed)).toEqual({
    id: "acme",
    outputs: { members: { bob: "admin" } },
    reasons: ["bob is refused"],
    refreshBeforeUpdate: false,
  });
});

test("a partial failure of a large Create contains the small outputs, and the next run reads the others", () => {
  const failed = partialFailure("create", "bob is refused", state({ a: 1, members: people, z: "z" }), nothingSecret);
  expect(initFailed(failed)).toEqual({
    id: "acme",
    outputs: { a: 1, z: "z" },
    reasons: ["bob is refused"],
    refreshBeforeUpdate: true,
  });
});

test("a partial failure of a large Update leaves the state unchanged, and names the remedy", () => {
  const failed = partialFailure("update", "bob is refused", state({ members: people }), nothingSecret);
  expect(failed.metadata).toBeUndefined();
  expect(failed.code).toBe(status.FAILED_PRECONDITION);
  expect(failed.details).toMatch(/^bob is refused\n.*Run `pulumi up --refresh`\. Before this refresh, /);
});

test.each([
  ["letters", "a"],
  ["spaces, which the protocol encodes in three bytes", " "],
  ["emoji", "😀"],
  ["lone surrogates", "\uD83D"],
])("a long message of %s is shortened, so that the engine receives it", (_, character) => {
  const long = character.repeat(100_000);
  expect(failure("short").details).toBe("short");
  expect(encodeURI(failure(long).details).length).toBeLessThan(mostBytes);
  expect(failure(long).details).toMatch(/ \(\d+ more characters\)$/);
  const partial = partialFailure("create", long, state({ note: "n", members: people }), nothingSecret);
  expect(encodeURI(partial.details).length).toBeLessThan(mostBytes);
  expect(initFailed(partial)).toMatchObject({ outputs: { note: "n" }, reasons: [partial.details] });
});

test("an object whose id alone is too large is named, because the state does not contain it", () => {
  const failed = partialFailure("create", "bob is refused", { ...state({}), id: "i".repeat(50_000) }, nothingSecret);
  expect(failed.metadata).toBeUndefined();
  expect(failed.details).toMatch(/^bob is refused\nThe state does not contain the new object, whose id is iii/);
});
