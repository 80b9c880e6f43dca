import { AlreadyExists, PartialFailureError, UserError } from "./errors";

test("errors have names, by which logs tell them apart", () => {
  expect(new UserError("no").name).toBe("UserError");
  expect(new AlreadyExists("id", "already").name).toBe("AlreadyExists");
  expect(new PartialFailureError({ id: "id" }, "no line").name).toBe("PartialFailureError");
});

test("what is incomplete is so because of something, error or not", () => {
  expect(new PartialFailureError({ id: "id" }, new Error("no line")).message).toBe("no line");
  expect(new PartialFailureError({ id: "id" }, "no line").message).toBe("no line");
});
