import { AlreadyExists, Incomplete, Refusal } from "./errors";

test("errors have names, by which logs tell them apart", () => {
  expect(new Refusal("no").name).toBe("Refusal");
  expect(new AlreadyExists("id", "already").name).toBe("AlreadyExists");
  expect(new Incomplete({ id: "id" }, "no line").name).toBe("Incomplete");
});

test("what is incomplete is so because of something, error or not", () => {
  expect(new Incomplete({ id: "id" }, new Error("no line")).message).toBe("no line");
  expect(new Incomplete({ id: "id" }, "no line").message).toBe("no line");
});
