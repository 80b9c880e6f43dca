import { type AnyClient, type ClientOptions, getRecoveryClient } from "./client";
import { silentClient } from "../test/support/offline";

test("a client for reads after a cancelled operation has only a new signal", () => {
  const given: ClientOptions[] = [];
  const recovering = silentClient("recovering");
  const api: AnyClient = { ...silentClient(), with: (options) => (given.push(options), recovering) };
  expect(getRecoveryClient(api)).toBe(recovering);
  expect(given).toMatchObject([{ onlySignal: { aborted: false } }]);
});

test("a client without options reads with itself after a cancelled operation", () => {
  const api: AnyClient = { name: "a plain API" };
  expect(getRecoveryClient(api)).toBe(api);
});
