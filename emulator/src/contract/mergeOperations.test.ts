import { defineOperation, ok } from "./api";
import { mergeOperations } from "./mergeOperations";

const operation = defineOperation("", () => ok({}));

/** Merges operations that this contract should have: a user, and the boxes of an organization. */
function merge(files: Readonly<Record<string, readonly string[]>>) {
  const document = {
    openapi: "3.1.0",
    info: { title: "Acme", version: "1" },
    paths: {
      "/me": { get: { operationId: "Me_show" } },
      "/orgs/{org_id}/boxes": {
        parameters: [],
        get: { operationId: "Box_index" },
        post: { operationId: "Box_create" },
      },
      "/orgs/{id}/boxes/{box_id}": { delete: { operationId: "Box_delete" } },
    },
  };
  const contract = { document, documentPath: "api/acme.yaml", folder: "src/acme" };
  return mergeOperations(
    contract,
    Object.entries(files).map(([name, ids]) => [name, Object.fromEntries(ids.map((id) => [id, operation]))] as const),
  );
}

test("an API has the operations of all its files", () => {
  const ids = { me: ["Me_show"], boxes: ["Box_index", "Box_create", "Box_delete"] };
  expect(Object.keys(merge(ids))).toEqual(["Me_show", "Box_index", "Box_create", "Box_delete"]);
});

test("one message lists every operation that the contract or the emulator lacks, or that two files have", () => {
  const files = { boxes: ["Box_index", "Box_open"], others: ["Box_create", "Box_index"] };
  expect(() => merge(files)).toThrow(
    `The emulator's operations differ from api/acme.yaml:
- Box_open is only in src/acme/boxes.ts. Add it to api/acme.yaml, or remove it from the file.
- Box_index is in src/acme/boxes.ts and in src/acme/others.ts. Remove or rename one of them.
- Me_show (GET /me) is only in api/acme.yaml. Add it to a file in src/acme/, and run \`make schema\`.
- Box_delete (DELETE /orgs/{id}/boxes/{box_id}) is only in api/acme.yaml. Add it to src/acme/others.ts.`,
  );
});
