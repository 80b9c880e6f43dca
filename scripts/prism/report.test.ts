import { renderReport } from "./report";

const clean = {
  document: "connect.openapi.yaml",
  operations: ["Group_index", "Group_create"],
  used: ["Group_create", "Group_index", "Group_create"],
  requests: 3,
  rejections: [],
  failure: undefined,
};

test("a run that uses each operation, and of which Prism rejects nothing, is clean", () => {
  expect(renderReport(clean)).toEqual({
    text: [
      "Document: connect.openapi.yaml",
      "Requests: 3, of which Prism rejected 0",
      "Operations: 2 used, 0 not used",
    ].join("\n"),
    isClean: true,
  });
});

test("an unused operation, a rejection and a failure are problems, each with its details", () => {
  const rejection = { request: "POST /api/orgs/1/groups", reasons: ["body.name: must be string (type)"] };
  const unused = renderReport({ ...clean, used: ["Group_index"] });
  const rejected = renderReport({ ...clean, rejections: [rejection] });
  const failed = renderReport({ ...clean, failure: "no connection" });
  expect([unused, rejected, failed].map(({ isClean }) => isClean)).toEqual([false, false, false]);
  expect(unused.text).toContain("Operations: 1 used, 1 not used\n  not used: Group_create");
  expect(rejected.text).toContain("Rejected: POST /api/orgs/1/groups\n  body.name: must be string (type)");
  expect(failed.text).toContain("The run failed: no connection");
});
